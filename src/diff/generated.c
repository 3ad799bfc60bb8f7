/* The server's rule: the table, then the columns, then a word for the kind, joined by
 * underscores; the first two are cut, the longer one first, until the whole has 63
 * bytes; and if that name is taken, a number follows.  See generated.h. */
#include "diff/generated.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "diff/items.h"

enum { MAX_NAME = 63, MAX_DIGITS = 9 };

/* Where the columns that are in the name are found. */
enum columns {
	NO_COLUMNS,
	LISTED,   /* columns, include */
	KEYS,     /* keys, include: expressions have names of their own */
	EXCLUDED, /* those that EXCLUDE … (a WITH =, b WITH &&) begins with */
	OWNING,   /* the column that owns a sequence */
	ONE_OR_NO /* a check has that of a column if it is about one alone */
};

struct form {
	enum kind kind;
	const char *type; /* of a constraint */
	const char *label;
	enum columns columns;
};

static const struct form forms[] = {
	{KIND_CONSTRAINT, "PRIMARY KEY", "pkey", NO_COLUMNS},
	{KIND_CONSTRAINT, "UNIQUE", "key", LISTED},
	{KIND_CONSTRAINT, "FOREIGN KEY", "fkey", LISTED},
	{KIND_CONSTRAINT, "EXCLUDE", "excl", EXCLUDED},
	{KIND_CONSTRAINT, "CHECK", "check", ONE_OR_NO},
	{KIND_INDEX, NULL, "idx", KEYS},
	{KIND_SEQUENCE, NULL, "seq", OWNING},
	{KIND_STATISTICS, NULL, "stat", LISTED},
};

static const struct form *
form_of(const struct object *o)
{
	const char *type = o->kind == KIND_CONSTRAINT ? object_value(o, "type") : NULL;

	for (size_t i = 0; i < COUNT_OF(forms); i++)
		if (forms[i].kind == o->kind &&
			(type && forms[i].type ? !strcmp(forms[i].type, type)
					       : type == forms[i].type))
			return &forms[i];
	return NULL;
}

/* ---- Names in texts ---- */

/* Append the name that `s` begins with, unquoted; returns what follows it. */
static const char *
take_name(const char *s, struct strbuf *out)
{
	if (*s != '"') {
		size_t n = strcspn(s, " .,()");

		strbuf_addn(out, s, n);
		return s + n;
	}
	for (s++; *s; s++) {
		if (*s == '"' && *++s != '"')
			break;
		strbuf_addc(out, *s);
	}
	return s;
}

/* The last name of "schema.table". */
static void
take_last(const char *qualified, struct strbuf *out)
{
	const char *rest = take_name(qualified, out);

	while (*rest == '.') {
		strbuf_clear(out);
		rest = take_name(rest + 1, out);
	}
}

/* Append the columns of a list, each with an underscore between; false if one is an
 * expression. */
static bool
join_columns(const char *list, struct strbuf *out)
{
	struct strvec items = {0};
	bool columns = true;

	items_split(list ? list : "", &items);
	for (size_t i = 0; i < items.n && columns; i++) {
		const char *rest;

		if (out->len)
			strbuf_addc(out, '_');
		rest = take_name(items.v[i], out);
		columns = rest > items.v[i] && *rest != '(' && *rest != '.';
	}
	strvec_free(&items);
	return columns;
}

/* ---- The server's rule ---- */

/* At most `n` bytes of `s`, and no part of a character. */
static size_t
whole_characters(const char *s, size_t n)
{
	while (n && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* `second` may be NULL. */
static bool
is_made_of(const char *name, const char *first, const char *second, const char *label)
{
	size_t a = strlen(first), b = second ? strlen(second) : 0;
	size_t room = MAX_NAME - strlen(label) - 1 - (second != NULL);
	struct strbuf made = {0};
	bool same;

	while (a + b > room) {
		if (a > b)
			a--;
		else
			b--;
	}
	strbuf_addn(&made, first, whole_characters(first, a));
	if (second) {
		strbuf_addc(&made, '_');
		strbuf_addn(&made, second, whole_characters(second, b));
	}
	strbuf_printf(&made, "_%s", label);
	same = !strcmp(name, made.s);
	strbuf_free(&made);
	return same;
}

/* ---- One name ---- */

struct name {
	const char *text;
	size_t stem;          /* bytes before "_label" */
	const char *label;    /* with its number */
	struct strbuf table;  /* what it is of, by its present name */
	struct strbuf column; /* the columns, joined */
	bool columns_known;
};

/* "stem_label12" */
static bool
split(struct name *n, const char *label)
{
	size_t length = strlen(n->text), end = length, word = strlen(label);

	while (end && isdigit((unsigned char)n->text[end - 1]))
		end--;
	if (length - end > MAX_DIGITS || n->text[end] == '0' || end < word + 2 ||
		n->text[end - word - 1] != '_' ||
		strncmp(n->text + end - word, label, word))
		return false;
	n->stem = end - word - 1;
	n->label = n->text + end - word;
	return true;
}

static void
read_table(struct name *n, const struct object *o)
{
	const char *table = o->parent;

	if (o->kind == KIND_CONSTRAINT)
		table = o->id.name;
	if (o->kind == KIND_STATISTICS && object_value(o, "table"))
		take_last(object_value(o, "table"), &n->table);
	else if (table)
		strbuf_add(&n->table, table);
}

static void
read_columns(struct name *n, const struct form *f, const struct object *o)
{
	const char *list = NULL;

	if (f->columns == LISTED)
		list = object_value(o, "columns");
	else if (f->columns == KEYS)
		list = object_value(o, "keys");
	else if (f->columns == EXCLUDED && (list = object_value(o, "exclusion")))
		list = strchr(list, '(') ? strchr(list, '(') + 1 : NULL;
	if (f->columns == OWNING && o->parent_part)
		strbuf_add(&n->column, o->parent_part);
	n->columns_known =
		f->columns == OWNING ||
		(list && join_columns(list, &n->column) &&
			!object_value(o, "expressions") &&
			join_columns(object_value(o, "include"), &n->column));
}

static bool
stem_begins_with_table(const struct name *n)
{
	size_t length = n->table.len;

	return n->stem > length && !strncmp(n->text, n->table.s, length) &&
	       n->text[length] == '_';
}

static bool
stem_ends_with(const struct name *n, const char *column)
{
	size_t length = strlen(column);

	return n->stem > length + 1 && n->text[n->stem - length - 1] == '_' &&
	       !strncmp(n->text + n->stem - length, column, length);
}

static enum generated
judge_column(const struct name *n, const char *column)
{
	if (is_made_of(n->text, n->table.s, column, n->label))
		return GENERATED_NOW;
	return stem_begins_with_table(n) || stem_ends_with(n, column) ? GENERATED_ONCE
								      : GENERATED_NOT;
}

static enum generated
judge_check(const struct name *n, const struct snapshot *s, const struct object *o)
{
	const struct object key = {.kind = KIND_COLUMN,
		.id = {.schema = o->id.schema, .name = o->id.name, .on = KIND_NONE}};
	size_t i = snapshot_lower_bound(s, &key);
	enum generated best = GENERATED_NOT;

	if (is_made_of(n->text, n->table.s, NULL, n->label))
		return GENERATED_NOW;
	for (; i < s->n_objects && s->objects[i].kind == KIND_COLUMN &&
		s->objects[i].belongs_to == o->belongs_to && best != GENERATED_NOW;
		i++) {
		enum generated g = judge_column(n, s->objects[i].id.part);

		best = g > best ? g : best;
	}
	return best;
}

static enum generated
judge(const struct name *n, const struct form *f, const struct snapshot *s,
	const struct object *o)
{
	if (!n->table.len)
		return GENERATED_NOT;
	if (f->columns == NO_COLUMNS)
		return is_made_of(n->text, n->table.s, NULL, n->label) ? GENERATED_NOW
								       : GENERATED_ONCE;
	if (f->columns == ONE_OR_NO)
		return judge_check(n, s, o);
	if (n->columns_known && n->column.len)
		return judge_column(n, n->column.s);
	return stem_begins_with_table(n) ? GENERATED_NOW : GENERATED_NOT;
}

enum generated
generated_name(const struct snapshot *s, const struct object *o)
{
	const struct form *f = form_of(o);
	struct name n = {.text = o->id.part ? o->id.part : o->id.name};
	enum generated result;

	if (!f || !split(&n, f->label))
		return GENERATED_NOT;
	read_table(&n, o);
	read_columns(&n, f, o);
	result = judge(&n, f, s, o);
	strbuf_free(&n.table);
	strbuf_free(&n.column);
	return result;
}
