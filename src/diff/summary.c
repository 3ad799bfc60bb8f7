/* What a thousand findings are about, before one reads them. */
#include "diff/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* Of one kind. */
struct count {
	size_t change[CHANGE_COUNT];
	struct {
		const char *name;
		size_t n;
	} properties[KIND_MAX_PROPERTIES + 1];
	size_t n_properties;
};

static void
count_property(struct count *c, const char *name)
{
	size_t i = 0;

	while (i < c->n_properties && strcmp(c->properties[i].name, name) != 0)
		i++;
	if (i == KIND_MAX_PROPERTIES + 1)
		return;
	c->properties[i].name = name;
	c->properties[i].n++;
	c->n_properties += i == c->n_properties;
}

/* One more of `c`; findings of one object stand side by side. */
static void
count_finding(struct count *c, const struct finding *f, const struct finding *before)
{
	if (f->change != CHANGE_CHANGED || !before ||
		before->change != CHANGE_CHANGED || before->kind != f->kind ||
		before->on != f->on || strcmp(before->name, f->name) != 0)
		c->change[f->change]++;
	if (f->change == CHANGE_CHANGED && f->property)
		count_property(c, f->property);
}

/* "column" or "columns", "foreign table". */
static void
add_kind(struct strbuf *out, enum kind k, bool many)
{
	size_t start = out->len;

	strbuf_add(out, many ? kind_info(k)->plural : kind_info(k)->word);
	text_replace(out->s + start, '_', ' ');
}

static void
add_count(const struct count *c, enum kind k, struct strbuf *out)
{
	const char *between = "";

	for (size_t i = 0; i < CHANGE_COUNT; i++) {
		if (!c->change[i])
			continue;
		strbuf_printf(out, "%s%zu ", between, c->change[i]);
		if (!*between) {
			add_kind(out, k, c->change[i] > 1);
			strbuf_addc(out, ' ');
		}
		strbuf_add(out, change_word((enum change)i));
		between = ", ";
	}
	for (size_t i = 0; i < c->n_properties; i++) {
		strbuf_printf(out, "%s%s", i ? ", " : " (", c->properties[i].name);
		if (c->properties[i].n > 1)
			strbuf_printf(out, " %zu", c->properties[i].n);
	}
	strbuf_add(out, c->n_properties ? ")\n" : "\n");
}

static int
by_kind_and_name(const void *a, const void *b)
{
	const struct finding *x = *(const struct finding *const *)a;
	const struct finding *y = *(const struct finding *const *)b;
	int order;

	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	if (x->change != y->change)
		return (int)x->change - (int)y->change;
	if ((order = strcmp(x->name, y->name)))
		return order;
	if (x->on != y->on)
		return (int)x->on - (int)y->on;
	/* They lie in one array: as they stand there. */
	return (x > y) - (x < y);
}

static const struct finding **
sorted(const struct diff *d)
{
	const struct finding **v =
		xcalloc(d->n_findings + 1, sizeof(const struct finding *));

	for (size_t i = 0; i < d->n_findings; i++)
		v[i] = &d->findings[i];
	qsort(v, d->n_findings, sizeof(const struct finding *), by_kind_and_name);
	return v;
}

void
summary_text(const struct diff *d, struct strbuf *out)
{
	const struct finding **v = sorted(d);

	for (size_t i = 0; i < d->n_findings;) {
		enum kind k = v[i]->kind;
		struct count c = {0};

		for (; i < d->n_findings && v[i]->kind == k; i++)
			count_finding(&c, v[i], i ? v[i - 1] : NULL);
		add_count(&c, k, out);
	}
	free(v);
}
