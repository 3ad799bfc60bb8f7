/* What the hints are built of; see phrase.h. */
#include "verdict/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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

void
phrase_ids(struct strbuf *out, const struct strvec *ids)
{
	size_t start = out->len;

	for (size_t i = 0; i < ids->n && i < IDS_SHOWN; i++) {
		if (i)
			strbuf_add(out, ", ");
		add_name(out, ids->v[i], PHRASE_NAME);
	}
	if (out->len > start)
		text_replace(out->s + start, '`', '\'');
	if (ids->n > IDS_SHOWN)
		strbuf_printf(out, " and %zu more", ids->n - IDS_SHOWN);
}

static bool
is_plain_word(const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/+@";

	return *s && strspn(s, plain) == strlen(s);
}

void
phrase_args(struct strbuf *out, const struct strvec *ids)
{
	for (size_t i = 0; i < ids->n; i++) {
		bool plain = is_plain_word(ids->v[i]);

		strbuf_add(out, plain ? " " : " '");
		for (const char *c = ids->v[i]; *c; c++)
			if (*c == '\'')
				strbuf_add(out, "'\\''");
			else
				strbuf_addc(out, (unsigned char)*c < ' ' ? ' ' : *c);
		strbuf_add(out, plain ? "" : "'");
	}
}

void
phrase_count(struct strbuf *out, size_t n, const char *noun)
{
	strbuf_printf(out, "%zu %s%s", n, noun, n == 1 ? "" : "s");
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
