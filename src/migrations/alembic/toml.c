/* Alembic 1.16 and later read their paths from pyproject.toml, too.  A whole TOML
 * parser for four keys would be a house for a chair: this one knows tables, keys and
 * the values that those keys may have, and how to pass over every other. */
#include "migrations/alembic/toml.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct reader {
	const char *p;
	struct toml *out;
	char *table; /* dotted, with a dot at the end; "" for the top */
};

static const char ours[] = "tool.alembic.";

static void
skip_blanks(struct reader *r)
{
	r->p += strspn(r->p, " \t");
}

static void
skip_line(struct reader *r)
{
	r->p += strcspn(r->p, "\n");
	r->p += *r->p == '\n';
}

/* Blanks, newlines and comments, as between the elements of an array. */
static void
skip_space(struct reader *r)
{
	for (;;) {
		r->p += strspn(r->p, " \t\r\n");
		if (*r->p != '#')
			return;
		skip_line(r);
	}
}

/* ---- Strings ---- */

static void
add_code_point(struct strbuf *out, unsigned long c)
{
	if (c < 0x80) {
		strbuf_addc(out, (char)c);
		return;
	}
	if (c >= 0x10000) {
		strbuf_addc(out, (char)(0xf0 | c >> 18));
		strbuf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
	} else if (c >= 0x800) {
		strbuf_addc(out, (char)(0xe0 | c >> 12));
	}
	strbuf_addc(out, (char)(c >= 0x800 ? 0x80 | (c >> 6 & 0x3f) : 0xc0 | c >> 6));
	strbuf_addc(out, (char)(0x80 | (c & 0x3f)));
}

static void
take_escape(struct reader *r, struct strbuf *out)
{
	static const char plain[] = "\"\"\\\\b\bf\fn\nr\rt\te\033";
	char c = *r->p++, hex[9] = "";
	size_t digits = c == 'u' ? 4 : c == 'U' ? 8 : 0;

	for (const char *e = plain; *e; e += 2)
		if (*e == c)
			strbuf_addc(out, e[1]);
	if (digits && strnlen(r->p, digits) == digits) {
		unsigned long code;

		memcpy(hex, r->p, digits);
		code = strtoul(hex, NULL, 16);
		if (code && code <= 0x10ffff)
			add_code_point(out, code);
		r->p += digits;
	} else if (c == '\n' || c == ' ' || c == '\t' || c == '\r') {
		/* At the end of a line it joins the next one, without its margin. */
		r->p += strspn(r->p, " \t\r\n");
	}
}

/* A string of any of the four forms; false if it is not closed. */
static bool
take_string(struct reader *r, struct strbuf *out)
{
	char quote = *r->p;
	size_t len = r->p[1] == quote && r->p[2] == quote ? 3 : 1;

	strbuf_add(out, "");
	r->p += len;
	if (len == 3 && *r->p == '\n')
		r->p++;
	while (*r->p && (len == 3 || *r->p != '\n')) {
		if (*r->p == quote &&
			(len == 1 || (r->p[1] == quote && r->p[2] == quote))) {
			r->p += len;
			return true;
		}
		if (*r->p == '\\' && quote == '"' && r->p[1]) {
			r->p++;
			take_escape(r, out);
		} else {
			strbuf_addc(out, *r->p++);
		}
	}
	return false;
}

/* ---- Values ---- */

/* Behind any value, its nested brackets and strings included. */
static void
skip_value(struct reader *r)
{
	struct strbuf text = {0};
	size_t depth = 0;

	while (*r->p && (depth || *r->p != '\n')) {
		if (*r->p == '"' || *r->p == '\'') {
			take_string(r, &text);
		} else if (*r->p == '#') {
			r->p += strcspn(r->p, "\n");
		} else {
			depth += *r->p == '[' || *r->p == '{';
			depth -= depth && (*r->p == ']' || *r->p == '}');
			r->p++;
		}
	}
	strbuf_free(&text);
}

static bool
take_item(struct reader *r, struct toml_value *v)
{
	struct strbuf text = {0};

	if (*r->p != '"' && *r->p != '\'')
		return false;
	if (!take_string(r, &text)) {
		strbuf_free(&text);
		return false;
	}
	strvec_take(&v->items, strbuf_take(&text));
	return true;
}

static bool
take_array(struct reader *r, struct toml_value *v)
{
	v->array = true;
	r->p++;
	for (skip_space(r); *r->p != ']'; skip_space(r)) {
		if (!take_item(r, v))
			return false;
		skip_space(r);
		if (*r->p == ',')
			r->p++;
		else if (*r->p != ']')
			return false;
	}
	r->p++;
	return true;
}

static bool
take_value(struct reader *r, struct toml_value *v)
{
	size_t word = strspn(r->p, "abcdefghijklmnopqrstuvwxyz");

	if (*r->p == '[')
		return take_array(r, v);
	if (word != 4 && word != 5)
		return take_item(r, v);
	if (strncmp(r->p, "true", word) && strncmp(r->p, "false", word))
		return false;
	strvec_take(&v->items, xstrndup(r->p, word));
	r->p += word;
	return true;
}

/* A dotted key without its quotes and blanks: "tool.alembic". */
static char *
take_key(struct reader *r, const char *ends)
{
	struct strbuf key = {0};

	strbuf_add(&key, "");
	while (*r->p && !strchr(ends, *r->p) && *r->p != '\n') {
		if (*r->p == '"' || *r->p == '\'')
			take_string(r, &key);
		else if (*r->p == ' ' || *r->p == '\t')
			r->p++;
		else
			strbuf_addc(&key, *r->p++);
	}
	return strbuf_take(&key);
}

static void
take_table(struct reader *r)
{
	bool of_tables = r->p[1] == '[';
	char *key;

	r->p += of_tables ? 2 : 1;
	key = take_key(r, "]");
	free(r->table);
	r->table = xasprintf("%s%s", of_tables ? "[]" : key, ".");
	r->out->found |= !strcmp(r->table, ours);
	free(key);
	skip_line(r);
}

static void
take_pair(struct reader *r)
{
	char *key = take_key(r, "=");
	char *whole = xasprintf("%s%s", r->table, key);
	struct toml_value v = {0};
	const char *start;

	if (*r->p == '=')
		r->p++;
	skip_blanks(r);
	start = r->p;
	if (!strncmp(whole, ours, strlen(ours)) && take_value(r, &v)) {
		r->out->found = true;
		v.key = xstrdup(whole + strlen(ours));
		GROW(r->out->v, r->out->n, r->out->cap);
		r->out->v[r->out->n++] = v;
	} else {
		r->p = start;
		strvec_free(&v.items);
	}
	free(whole);
	free(key);
	skip_value(r);
}

void
toml_parse(const char *text, struct toml *out)
{
	struct reader r = {.p = text, .out = out, .table = xstrdup("")};

	*out = (struct toml){0};
	for (skip_space(&r); *r.p; skip_space(&r)) {
		if (*r.p == '[')
			take_table(&r);
		else
			take_pair(&r);
	}
	free(r.table);
}

void
toml_free(struct toml *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].key);
		strvec_free(&t->v[i].items);
	}
	free(t->v);
	*t = (struct toml){0};
}

const struct toml_value *
toml_get(const struct toml *t, const char *key)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->v[i].key, key))
			return &t->v[i];
	return NULL;
}
