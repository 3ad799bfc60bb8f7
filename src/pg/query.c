/* See query.h.  A literal without a backslash means the same in either mode, and so
 * does what is written E'…'. */
#include "pg/query.h"

#include <assert.h>
#include <string.h>

/* `n` bytes between quotes; `quoted`: quotes among them are doubled already. */
static void
add_literal(struct strbuf *out, const char *text, size_t n, bool quoted)
{
	strbuf_add(out, memchr(text, '\\', n) ? " E'" : "'");
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\\' || (text[i] == '\'' && !quoted))
			strbuf_addc(out, text[i]);
		strbuf_addc(out, text[i]);
	}
	strbuf_addc(out, '\'');
}

/* Up to the quote that ends it; a doubled one does not. */
static size_t
quoted_length(const char *text, char quote)
{
	size_t n = 0;

	while (text[n] != quote || text[n + 1] == quote) {
		assert(text[n]);
		n += text[n] == quote ? 2 : 1;
	}
	return n;
}

static void
add_parameter(struct strbuf *out, const struct pg_statement *st, char digit)
{
	int i = digit - '1';
	const char *value;

	assert(i >= 0 && i < st->n_params);
	value = st->params[i];
	if (value)
		add_literal(out, value, strlen(value), false);
	else
		strbuf_add(out, "NULL");
}

/* Append what begins at `at`, a quote or a parameter; returns its end. */
static const char *
add_special(struct strbuf *out, const struct pg_statement *st, const char *at)
{
	size_t n;

	if (*at == '$') {
		add_parameter(out, st, at[1]);
		return at + 2;
	}
	n = quoted_length(at + 1, *at);
	if (*at == '"')
		strbuf_addn(out, at, n + 2);
	else
		add_literal(out, at + 1, n, true);
	return at + n + 2;
}

void
query_add(struct strbuf *out, const struct pg_statement *st)
{
	const char *at = st->sql;

	while (*at) {
		size_t n = strcspn(at, "'\"$");

		strbuf_addn(out, at, n);
		at += n;
		if (*at)
			at = add_special(out, st, at);
	}
}

void
query_add_copy(struct strbuf *out, const struct pg_copy *copy)
{
	strbuf_printf(out, "COPY %s (%s) TO STDOUT", copy->table, copy->column);
}
