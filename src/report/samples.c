/* How a sample is written, in both formats. */
#include "report/samples.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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

/* True for what is written as it is. */
static bool
is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

void
metrics_escape(struct strbuf *out, const char *value)
{
	size_t n = 0;
	char *clean;

	while (is_plain(value[n]))
		n++;
	strbuf_addn(out, value, n);
	if (!value[n])
		return;
	clean = text_cleaned(value + n, 0);
	for (const char *c = clean; *c; c++)
		if (*c == '\n')
			strbuf_add(out, "\\n");
		else if (*c == '\\' || *c == '"')
			strbuf_printf(out, "\\%c", *c);
		else
			strbuf_addc(out, *c);
	free(clean);
}

void
sample_head(struct writer *w)
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
		sample_head(w);
	strbuf_add(w->out, w->family->name);
	strbuf_add(w->out, types[w->family->type].suffix);
	w->labels = 0;
}

static void
add_label(struct writer *w, const char *name, size_t n, const char *value)
{
	strbuf_addc(w->out, w->labels++ ? ',' : '{');
	strbuf_addn(w->out, name, n);
	strbuf_add(w->out, "=\"");
	metrics_escape(w->out, value);
	strbuf_addc(w->out, '"');
}

void
sample_label(struct writer *w, const char *name, const char *value)
{
	add_label(w, name, strlen(name), value);
}

void
sample_pair(struct writer *w, const char *pair)
{
	size_t n = strcspn(pair, "=");

	add_label(w, pair, n, pair + n + 1);
}

/* There are many: a number is written without looking at a format each time. */
static void
add_number(struct strbuf *out, uint64_t v)
{
	char digits[24];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	strbuf_addn(out, digits + at, sizeof digits - at);
}

static void
end_labels(struct writer *w)
{
	strbuf_add(w->out, w->labels ? "} " : " ");
}

void
sample_end(struct writer *w, uint64_t value)
{
	end_labels(w);
	add_number(w->out, value);
	strbuf_addc(w->out, '\n');
}

void
sample_end_seconds(struct writer *w, int64_t ms)
{
	end_labels(w);
	strbuf_printf(w->out, "%" PRId64 ".%03d\n", ms / 1000, (int)(ms % 1000));
}
