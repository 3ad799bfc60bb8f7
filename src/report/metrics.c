/* The document: every family of the tables, in their order. */
#include "report/metrics.h"

#include "base/mem.h"
#include "report/samples.h"

size_t
metrics_families(void)
{
	return metrics_n_of_environment;
}

void
metrics_head(size_t family, bool openmetrics, struct strbuf *out)
{
	struct writer w = {.family = &metrics_of_environment[family],
		.out = out,
		.openmetrics = openmetrics};

	sample_head(&w);
}

void
metrics_samples(
	size_t family, const struct published_environment *e, struct strbuf *out)
{
	const struct family *f = &metrics_of_environment[family];
	struct writer w = {.family = f, .out = out, .headed = true};

	f->each(&w, e);
}

void
metrics_whole(const struct published *p, const struct metrics_extra *x,
	bool openmetrics, struct strbuf *out)
{
	static const struct metrics_extra none;
	struct process_facts now;
	struct writer w = {
		.p = p, .x = x ? x : &none, .out = out, .openmetrics = openmetrics};

	w.process = w.x->process;
	if (!w.process && process_read(&now))
		w.process = &now;
	for (size_t i = 0; i < metrics_n_of_whole; i++) {
		w.family = &metrics_of_whole[i];
		w.headed = false;
		w.family->all(&w);
	}
	if (openmetrics)
		strbuf_add(out, "# EOF\n");
}
