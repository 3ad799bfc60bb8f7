/* What the hints are built of; see phrase.h. */
#include "verdict/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "migrations/migrations_text.h"

enum { IDS_SHOWN = 4, VALUE_SHOWN = 80 };

void
phrase_text(struct strbuf *out, const char *s, size_t max)
{
	struct strbuf prose = {0};

	text_visible(&prose, s, max, "\t\r\n");
	for (char *c = prose.s; *c; c++)
		if (*c == '\t' || *c == '\r' || *c == '\n')
			*c = ' ';
	strbuf_add(out, prose.s);
	strbuf_free(&prose);
}

/* A name, in which every character counts. */
static void
add_name(struct strbuf *out, const char *s, size_t max)
{
	text_visible(out, *s ? s : "''", max, "");
}

/* One with blanks at an end, is not seen without quotes. */
void
phrase_id(struct strbuf *out, const char *id)
{
	size_t start, n = strlen(id);
	bool quoted = n && (id[0] == ' ' || id[n - 1] == ' ');

	strbuf_add(out, quoted ? "\"" : "");
	start = out->len;
	add_name(out, id, PHRASE_NAME);
	if (out->len > start)
		text_replace(out->s + start, '`', '\'');
	strbuf_add(out, quoted ? "\"" : "");
}

void
phrase_ids(struct strbuf *out, const struct strvec *ids)
{
	for (size_t i = 0; i < ids->n && i < IDS_SHOWN; i++) {
		if (i)
			strbuf_add(out, ", ");
		phrase_id(out, ids->v[i]);
	}
	if (ids->n > IDS_SHOWN)
		strbuf_printf(out, " and %zu more", ids->n - IDS_SHOWN);
}

void
phrase_args(struct strbuf *out, const struct strvec *ids)
{
	for (size_t i = 0; i < ids->n; i++) {
		strbuf_addc(out, ' ');
		text_shell(out, ids->v[i]);
	}
}

void
phrase_literal(struct strbuf *out, const char *s)
{
	bool escaped = false;
	size_t n;

	for (const char *c = s; *c; c++)
		escaped |= text_unseen_in(s, c) || *c == '\\';
	strbuf_add(out, escaped ? "E'" : "'");
	for (const char *c = s; *c; c += n ? n : 1) {
		if ((n = text_unseen_in(s, c)))
			text_escape(out, c);
		else if (*c == '\'' || *c == '\\')
			strbuf_printf(out, "%c%c", *c, *c);
		else
			strbuf_addc(out, *c);
	}
	strbuf_addc(out, '\'');
}

void
phrase_alembic(struct strbuf *out, const struct migrations *h)
{
	migrations_alembic(out, h);
}

void
phrase_count(struct strbuf *out, size_t n, const char *noun)
{
	strbuf_printf(out, "%zu %s%s", n, noun, n == 1 ? "" : "s");
}

void
phrase_breaking(struct strbuf *out, const struct diff *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_findings; i++)
		n += d->findings[i].severity == SEVERITY_BREAKING;
	if (n && n < d->n_findings)
		strbuf_printf(out, ", %zu breaking", n);
}

static void
add_value(struct strbuf *out, const char *value)
{
	if (!value)
		strbuf_add(out, "not set");
	else if (!*value)
		strbuf_add(out, "empty");
	else
		phrase_text(out, value, VALUE_SHOWN);
}

void
phrase_finding(struct strbuf *out, const struct finding *f)
{
	size_t start = out->len;

	strbuf_add(out, kind_info(f->kind)->word);
	for (size_t i = start; i < out->len; i++)
		if (out->s[i] == '_')
			out->s[i] = ' ';
	strbuf_addc(out, ' ');
	add_name(out, f->name, 2 * PHRASE_NAME);
	if (f->change != CHANGE_CHANGED) {
		strbuf_printf(out, " is %s", change_word(f->change));
		return;
	}
	strbuf_add(out, ": ");
	phrase_text(out, f->property ? f->property : "definition", PHRASE_NAME);
	strbuf_add(out, " is ");
	add_value(out, f->found);
	strbuf_add(out, " instead of ");
	add_value(out, f->expected);
}

void
phrase_first(struct strbuf *out, const struct finding *first)
{
	strbuf_add(out, " (first: ");
	phrase_finding(out, first);
	strbuf_addc(out, ')');
}

void
phrase_differences(
	struct strbuf *out, const struct diff *d, const struct finding *first)
{
	phrase_count(out, d->n_findings, "difference");
	phrase_breaking(out, d);
	strbuf_add(out, "; first: ");
	phrase_finding(out, first);
}
