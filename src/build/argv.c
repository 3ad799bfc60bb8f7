/* See argv.h. */
#include "build/argv.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What a shell would not take as it stands. */
static const char shell_signs[] = "|&;<>$`()";

/* Append what stands between the quotes at `p`; returns behind them, or NULL. */
static const char *
take_quoted(const char *p, struct strbuf *word)
{
	char quote = *p++;

	while (*p && *p != quote) {
		if (quote == '"' && *p == '\\' && p[1])
			p++;
		strbuf_addc(word, *p++);
	}
	return *p ? p + 1 : NULL;
}

static bool
refuse_sign(const char *p, struct err *e)
{
	return err_set(e, ERR_CONFIG,
		"%.1s in a command: no shell reads it; put it in quotes if it is meant "
		"as it stands, or say sh -c '…'",
		p);
}

/* One word that begins at *at; its end is there afterwards. */
static bool
take_word(const char **at, struct strbuf *word, struct err *e)
{
	const char *p = *at;

	while (*p && !isspace((unsigned char)*p)) {
		if (*p == '\'' || *p == '"') {
			p = take_quoted(p, word);
			if (!p)
				return err_set(e, ERR_CONFIG,
					"a quote in a command is not closed");
			continue;
		}
		if (strchr(shell_signs, *p))
			return refuse_sign(p, e);
		if (*p == '\\' && p[1])
			p++;
		strbuf_addc(word, *p++);
	}
	*at = p;
	return true;
}

bool
argv_split(const char *text, struct strvec *out, struct err *e)
{
	size_t before = out->n;

	for (;;) {
		struct strbuf word = {0};

		while (isspace((unsigned char)*text))
			text++;
		if (!*text)
			break;
		if (!take_word(&text, &word, e)) {
			strbuf_free(&word);
			return false;
		}
		strvec_take(out, strbuf_take(&word));
	}
	return out->n - argv_assignments(out) > before ||
	       err_set(e, ERR_CONFIG, "there is no command in it");
}

static bool
is_assignment(const char *word)
{
	size_t n = 0;

	while (isalnum((unsigned char)word[n]) || word[n] == '_')
		n++;
	return n && word[n] == '=' && !isdigit((unsigned char)*word);
}

size_t
argv_assignments(const struct strvec *words)
{
	size_t n = 0;

	while (n < words->n && is_assignment(words->v[n]))
		n++;
	return n;
}

char *
argv_fill(const char *word, argv_value_fn *value, void *arg)
{
	struct strbuf b = {0};

	while (*word) {
		size_t n = strcspn(word, "{");
		const char *end = word[n] ? strchr(word + n, '}') : NULL;
		const char *text;
		char *name;

		strbuf_addn(&b, word, n);
		word += n;
		if (!end) {
			strbuf_add(&b, word);
			break;
		}
		name = xstrndup(word + 1, (size_t)(end - word) - 1);
		text = value(arg, name);
		free(name);
		if (text)
			strbuf_add(&b, text);
		else
			strbuf_addc(&b, '{');
		word = text ? end + 1 : word + 1;
	}
	return strbuf_take(&b);
}
