/* A table alone says little: what it is like is in its columns, which go with it and
 * are no findings of their own. */
#include "diff/whole.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static long
position(const struct object *o)
{
	const char *text = object_value(o, "position");

	return text ? strtol(text, NULL, 10) : 0;
}

static int
by_position(const void *a, const void *b)
{
	const struct object *x = *(const struct object *const *)a;
	const struct object *y = *(const struct object *const *)b;
	long p = position(x), q = position(y);

	return p == q ? object_compare(x, y) : (p > q) - (p < q);
}

static void
show_column(const struct object *o, struct strbuf *out)
{
	const char *type = object_value(o, "type");
	const char *not_null = object_value(o, "not_null");

	text_ident(out, o->id.part);
	if (type)
		strbuf_printf(out, " %s", type);
	if (not_null && !strncmp(not_null, "true", strlen("true")))
		strbuf_add(out, " not null");
}

void
whole_show(const struct snapshot *s, const struct object *o, uint64_t shown,
	struct strbuf *out)
{
	struct object key = {.kind = KIND_COLUMN, .id = o->id};
	size_t first = snapshot_lower_bound(s, &key), n = 0;
	const struct object **columns;
	struct strbuf own = {0};

	if (!kind_is_relation(o->kind)) {
		object_show(o, shown, out);
		return;
	}
	while (first + n < s->n_objects && s->objects[first + n].belongs_to == o &&
		s->objects[first + n].kind == KIND_COLUMN)
		n++;
	columns = xcalloc(n + 1, sizeof(const struct object *));
	for (size_t i = 0; i < n; i++)
		columns[i] = &s->objects[first + i];
	qsort(columns, n, sizeof(const struct object *), by_position);
	if (!n && o->kind == KIND_TABLE)
		strbuf_add(out, "no columns");
	for (size_t i = 0; i < n; i++) {
		strbuf_add(out, i ? ", " : "columns: ");
		show_column(columns[i], out);
	}
	object_show(o, shown, &own);
	if (out->len && own.len)
		strbuf_addc(out, '\n');
	strbuf_add(out, own.s);
	strbuf_free(&own);
	free(columns);
}
