/* How a sample is written, in both formats. */
#include "report/samples.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"

/* Both formats agree on the names of samples; only OpenMetrics names a family without
 * the suffix, and knows the type info. */
static const struct {
	const char *suffix, *text, *openmetrics;
} types[FAMILY_TYPES] = {
	[GAUGE] = {"", "gauge", "gauge"},
	[COUNTER] = {"_total", "counter", "counter"},
	[INFO] = {"_info", "gauge", "info"},
};

void
metrics_escape(struct strbuf *out, const char *value)
{
	char *clean = text_cleaned(value, 0);

	for (const char *c = clean; *c; c++)
		if (*c == '\n')
			strbuf_add(out, "\\n");
		else if (*c == '\\' || *c == '"')
			strbuf_printf(out, "\\%c", *c);
		else
			strbuf_addc(out, *c);
	free(clean);
}

static void
add_head(struct writer *w)
{
	const struct family *f = w->family;
	const char *suffix = w->openmetrics ? "" : types[f->type].suffix;

	strbuf_printf(w->out, "# HELP %s%s ", f->name, suffix);
	metrics_escape(w->out, f->help);
	strbuf_printf(w->out, "\n# TYPE %s%s %s\n", f->name, suffix,
		w->openmetrics ? types[f->type].openmetrics : types[f->type].text);
	w->headed = true;
}

void
sample_begin(struct writer *w)
{
	if (!w->headed)
		add_head(w);
	strbuf_printf(w->out, "%s%s", w->family->name, types[w->family->type].suffix);
	w->labels = 0;
}

void
sample_label(struct writer *w, const char *name, const char *value)
{
	strbuf_printf(w->out, "%s%s=\"", w->labels++ ? "," : "{", name);
	metrics_escape(w->out, value);
	strbuf_addc(w->out, '"');
}

void
sample_end(struct writer *w, uint64_t value)
{
	strbuf_printf(w->out, "%s %" PRIu64 "\n", w->labels ? "}" : "", value);
}

void
sample_end_seconds(struct writer *w, int64_t ms)
{
	strbuf_printf(w->out, "%s %" PRId64 ".%03d\n", w->labels ? "}" : "", ms / 1000,
		(int)(ms % 1000));
}
