/* The document: every family of the tables, in their order.  A family without samples
 * is left out. */
#include "report/metrics.h"

#include "base/mem.h"
#include "report/samples.h"

static void
write_family(struct writer *w, const struct family *f)
{
	w->family = f;
	w->headed = false;
	if (f->all)
		f->all(w);
	for (size_t i = 0; f->each && i < w->p->n_environments; i++)
		f->each(w, w->p->environments[i]);
}

void
metrics_write(const struct published *p, const struct metrics_extra *x,
	bool openmetrics, struct strbuf *out)
{
	static const struct metrics_extra none;
	struct process_facts now;
	struct writer w = {
		.p = p, .x = x ? x : &none, .out = out, .openmetrics = openmetrics};

	w.process = w.x->process;
	if (!w.process && process_read(&now))
		w.process = &now;
	for (size_t i = 0; i < metrics_n_of_environment; i++)
		write_family(&w, &metrics_of_environment[i]);
	for (size_t i = 0; i < metrics_n_of_whole; i++)
		write_family(&w, &metrics_of_whole[i]);
	if (openmetrics)
		strbuf_add(out, "# EOF\n");
}
