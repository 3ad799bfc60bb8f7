/* See literal.h. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/catalog/literal.h"

static const char *const identity_columns[] = {"schema", "name", "part", "args", "on",
	"parent", "parent_part", "oid", "deparse"};

enum { IDENTITY_COLUMNS = COUNT_OF(identity_columns), NAME = 1, ARGS = 3, DEPARSE = 8 };

struct literal {
	const char *names[IDENTITY_COLUMNS + KIND_MAX_PROPERTIES];
	const char *cells[IDENTITY_COLUMNS + KIND_MAX_PROPERTIES];
	size_t n;
};

/* "schema/name/part(args)", cut in place. */
static void
parse_name(struct literal *l, char *s)
{
	char *open = strchr(s, '(');

	if (open) {
		open[strlen(open) - 1] = '\0';
		*open = '\0';
		l->cells[ARGS] = open + 1;
	}
	for (size_t i = 0; s; i++) {
		char *slash = strchr(s, '/');

		if (slash)
			*slash++ = '\0';
		l->cells[i] = i || *s ? s : NULL;
		s = slash;
	}
}

static void
set(struct literal *l, char *field)
{
	char *value = strchr(field, '=');

	assert_non_null(value);
	*value++ = '\0';
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->names[i], field)) {
			l->cells[i] = value;
			return;
		}
	fail_msg("no column %s", field);
}

static void
add(struct builder *b, const char *object)
{
	char *copy = xstrdup(object), *save = NULL;
	char *word = strtok_r(copy, " ", &save), *field;
	enum kind k = kind_by_word(word);
	struct literal l = {.n = IDENTITY_COLUMNS};
	struct rows rows = {.n_rows = 1, .names = l.names, .cells = l.cells};
	struct err e;

	if (k == KIND_NONE)
		fail_msg("no kind %s", word);
	memcpy(l.names, identity_columns, sizeof identity_columns);
	for (size_t i = 0; i < kind_info(k)->n_properties; i++)
		l.names[l.n++] = kind_info(k)->properties[i].name;
	l.cells[DEPARSE] = "f";
	parse_name(&l, strtok_r(NULL, "|", &save));
	while ((field = strtok_r(NULL, "|", &save)))
		set(&l, field);
	rows.n_cols = l.n;
	if (!builder_add(b, k, &rows, &e))
		fail_msg("%s", e.text);
	free(copy);
}

void
literal_add(struct builder *b, const char *const *objects)
{
	for (; *objects; objects++)
		add(b, *objects);
}

struct snapshot *
literal_catalog(const char *const *objects)
{
	struct builder *b = builder_new(150018, "15.18");
	struct snapshot *s;
	struct err e;

	literal_add(b, objects);
	s = builder_finish(b, false, &e);
	if (!s)
		fail_msg("%s", e.text);
	return s;
}

struct snapshot *
literal_tables(const char *schema, const char *first, size_t n)
{
	char **lines = xcalloc(n + 1, sizeof *lines);
	struct snapshot *s;

	for (size_t i = 0; i < n; i++)
		lines[i] = xasprintf("table %s/%s%05zu", schema, i ? "t" : first, i);
	s = literal_catalog((const char *const *)lines);
	for (size_t i = 0; i < n; i++)
		free(lines[i]);
	free(lines);
	return s;
}
