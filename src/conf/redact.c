/* Hiding more than the password is a nuisance, hiding less is a leak: what is in doubt
 * is hidden. */
#include "conf/redact.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static bool
has_password(const char *s, size_t n)
{
	static const char word[] = "password";

	for (size_t i = 0; i + sizeof word - 1 <= n; i++)
		if (!strncasecmp(s + i, word, sizeof word - 1))
			return true;
	return false;
}

static bool
holds(const char *s, size_t n, const char *word)
{
	return memmem(s, n, word, strlen(word));
}

/* A keyword whose value nobody else may know. */
static bool
is_secret(const char *key, size_t n)
{
	return has_password(key, n) || holds(key, n, "secret") ||
	       holds(key, n, "scram_");
}

/* ---- URI ---- */

/* From "?" on: name=value, "&" between them. */
static void
redact_query(const char *s, struct strbuf *out)
{
	while (*s) {
		size_t n = strcspn(s + 1, "&") + 1;
		size_t name = strcspn(s + 1, "=&");

		/* A name with %61 in it is not worth decoding. */
		if (name + 1 < n &&
			(is_secret(s + 1, name) || memchr(s + 1, '%', name))) {
			strbuf_addn(out, s, name + 2);
			strbuf_add(out, CONF_SECRET);
		} else {
			strbuf_addn(out, s, n);
		}
		s += n;
	}
}

/* True if an unescaped "/" or "?" may be a part of a password. */
static bool
is_doubtful(const char *authority, const char *path, const char *at)
{
	if (at && memchr(authority, '?', (size_t)(at - authority)))
		return true;
	if (!at && memchr(authority, ':', (size_t)(path - authority)))
		return strchr(path, '@') != NULL;
	return memchr(path, '@', strcspn(path, "?")) != NULL;
}

static void
redact_uri(const char *dsn, struct strbuf *out)
{
	const char *authority = strstr(dsn, "://") + 3;
	const char *path = authority + strcspn(authority, "/");
	const char *at = memrchr(authority, '@', (size_t)(path - authority));
	const char *query = strchr(at ? at : authority, '?');
	const char *colon =
		at ? memchr(authority, ':', (size_t)(at - authority)) : NULL;

	strbuf_addn(out, dsn, (size_t)(authority - dsn));
	if (is_doubtful(authority, path, at)) {
		strbuf_add(out, CONF_SECRET);
		return;
	}
	if (colon) {
		strbuf_addn(out, authority, (size_t)(colon + 1 - authority));
		strbuf_add(out, CONF_SECRET);
		authority = at;
	}
	if (!query) {
		strbuf_add(out, authority);
		return;
	}
	strbuf_addn(out, authority, (size_t)(query - authority));
	redact_query(query, out);
}

/* ---- Keywords ---- */

static const char spaces[] = " \t\r\n\f\v";

/* The end of a value, NULL if its quote has none. */
static const char *
value_end(const char *s)
{
	bool quoted = *s == '\'';

	for (s += quoted; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (quoted ? *s == '\'' : strchr(spaces, *s) != NULL)
			return s + quoted;
	}
	return quoted ? NULL : s;
}

/* A connection string within a value, or an option that may hold anything. */
static bool
hides_more(const char *value, size_t n)
{
	return memmem(value, n, "://", 3) || has_password(value, n);
}

/* One key = value; NULL if there is none, else what follows. */
static const char *
redact_pair(const char *s, struct strbuf *out)
{
	size_t key = strcspn(s, "= \t\r\n\f\v");
	const char *value = s + key + strspn(s + key, spaces), *end;
	bool secret, file = key >= 4 && !strncmp(s + key - 4, "file", 4);

	if (!key || *value != '=')
		return NULL;
	value++;
	value += strspn(value, spaces);
	end = value_end(value);
	if (!end)
		return NULL;
	secret = is_secret(s, key) ||
		 (!file && hides_more(value, (size_t)(end - value)));
	strbuf_addn(out, s, secret ? (size_t)(value - s) : (size_t)(end - s));
	if (secret)
		strbuf_add(out, CONF_SECRET);
	return end;
}

static bool
redact_keywords(const char *s, struct strbuf *out)
{
	while (s) {
		size_t n = strspn(s, spaces);

		strbuf_addn(out, s, n);
		s += n;
		if (!*s)
			return true;
		s = redact_pair(s, out);
	}
	return false;
}

void
conf_redact(const char *dsn, struct strbuf *out)
{
	struct strbuf b = {0};

	if (!strncmp(dsn, "postgresql://", 13) || !strncmp(dsn, "postgres://", 11)) {
		redact_uri(dsn, out);
		return;
	}
	strbuf_add(out, redact_keywords(dsn, &b) ? b.s : CONF_SECRET);
	strbuf_free(&b);
}

/* ---- Messages ---- */

/* These are names, whatever stands in them. */
static bool
is_name(const char *s)
{
	static const char *const before[] = {"env:", "environment:", "snapshot:",
		"snapshots:", "ddl:", "migrations:"};

	for (size_t i = 0; i < COUNT_OF(before); i++)
		if (!strncmp(s, before[i], strlen(before[i])))
			return true;
	return false;
}

/* An ignore rule, [!]KIND:schema.object@property: the words of the kinds, and behind
 * the last "@" nothing that a host would have and a property has not. */
static bool
is_rule(const char *s, size_t n, const char *at)
{
	static const char property[] = "abcdefghijklmnopqrstuvwxyz_*?";
	static const char *const kinds[] = {"*", "access_method", "aggregate", "cast",
		"collation", "column", "comment", "constraint", "conversion",
		"database", "database_setting", "default_privilege", "domain",
		"event_trigger", "extension", "foreign_data_wrapper", "foreign_server",
		"foreign_table", "function", "grant", "index", "language",
		"materialized_view", "operator", "operator_class", "operator_family",
		"policy", "procedure", "publication", "rule", "schema",
		"security_label", "sequence", "statistics", "subscription", "table",
		"text_search_configuration", "text_search_dictionary",
		"text_search_parser", "text_search_template", "transform", "trigger",
		"type", "user_mapping", "view"};
	size_t word;

	if (strspn(at + 1, property) < (size_t)(s + n - at - 1))
		return false;
	s += *s == '!';
	word = strcspn(s, ":");
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strlen(kinds[i]) == word && !strncmp(s, kinds[i], word))
			return true;
	return false;
}

static void
redact_word(const char *s, size_t n, struct strbuf *out)
{
	static const char key[] = "password=";
	const char *at = memrchr(s, '@', n), *from = s;
	const char *scheme = at ? memmem(s, (size_t)(at - s), "://", 3) : NULL;
	const char *colon;

	from = scheme ? scheme + 3 : s;
	colon = at && !is_name(s) && !is_rule(s, n, at)
			? memchr(from, ':', (size_t)(at - from))
			: NULL;
	if (colon) {
		strbuf_addn(out, s, (size_t)(colon + 1 - s));
		strbuf_add(out, CONF_SECRET);
		n -= (size_t)(at - s);
		s = at;
	}
	for (size_t i = 0; i + sizeof key - 1 <= n; i++)
		if (!strncasecmp(s + i, key, sizeof key - 1)) {
			strbuf_addn(out, s, i + sizeof key - 1);
			strbuf_add(out, CONF_SECRET);
			return;
		}
	strbuf_addn(out, s, n);
}

void
conf_redact_words(const char *text, struct strbuf *out)
{
	strbuf_add(out, "");
	while (*text) {
		const char *quote = *text == '"' ? strchr(text + 1, '"') : NULL;
		size_t n =
			quote ? (size_t)(quote - text - 1) : strcspn(text, " \t\n\"");

		if (!n || quote)
			strbuf_addc(out, *text++);
		redact_word(text, n, out);
		text += n;
		if (quote)
			strbuf_addc(out, *text++);
	}
}

/* ---- Commands ---- */

static bool
is_secret_name(const char *s, size_t n)
{
	static const char *const words[] = {"PASS", "SECRET", "TOKEN", "KEY"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		for (size_t at = 0; at + strlen(words[i]) <= n; at++)
			if (!strncasecmp(s + at, words[i], strlen(words[i])))
				return true;
	return false;
}

const char *
conf_secret_of(const char *word, bool *next)
{
	bool is_next = *next, option = !strncmp(word, "--", 2);
	size_t n = 0;

	*next = false;
	if (is_next)
		return word;
	while (isalnum((unsigned char)word[n]) || (word[n] && strchr("_.-", word[n])))
		n++;
	if (!is_secret_name(word, n))
		return NULL;
	if (word[n] == '=')
		return word + n + 1;
	*next = option && !word[n] && strncmp(word, "--no-", 5) != 0;
	return NULL;
}

/* Behind the word at `s`, quotes and what is between them. */
static const char *
word_end(const char *s)
{
	char quote = 0;

	for (; *s && (quote || !strchr(spaces, *s)); s++) {
		if (*s == '\\' && quote != '\'' && s[1])
			s++;
		else if (quote)
			quote = *s == quote ? 0 : quote;
		else if (*s == '"' || *s == '\'')
			quote = *s;
	}
	return s;
}

static void redact_argument(const char *word, bool *next, struct strbuf *out);
static void redact_line(const char *line, struct strbuf *out);

/* One word, or many, each shorter than the whole. */
static void
redact_spaced(const char *text, struct strbuf *out)
{
	const char *quote = strpbrk(text, "\"'");
	bool next = false;

	if (*word_end(text)) {
		redact_line(text, out);
	} else if (!quote) {
		redact_word(text, strlen(text), out);
	} else if (quote > text) {
		redact_word(text, (size_t)(quote - text), out);
		redact_argument(quote, &next, out);
	} else {
		strbuf_addc(out, *text);
		redact_line(text + 1, out);
	}
}

/* A word in quotes may be a command itself, or words of another kind. */
static void
redact_argument(const char *word, bool *next, struct strbuf *out)
{
	size_t n = strlen(word);
	bool quoted = n > 1 && strchr("\"'", *word) && word[n - 1] == *word;
	char *inner = xstrndup(word + quoted, n - 2 * (size_t)quoted);
	const char *secret = conf_secret_of(inner, next);

	if (quoted)
		strbuf_addc(out, *word);
	if (secret) {
		strbuf_addn(out, inner, (size_t)(secret - inner));
		strbuf_add(out, CONF_SECRET);
	} else if (strpbrk(inner, spaces)) {
		redact_spaced(inner, out);
	} else {
		redact_word(inner, strlen(inner), out);
	}
	if (quoted)
		strbuf_addc(out, *word);
	free(inner);
}

static void
redact_line(const char *line, struct strbuf *out)
{
	bool next = false;

	while (*line) {
		size_t n = strspn(line, spaces);
		const char *end = word_end(line + n);
		char *word = xstrndup(line + n, (size_t)(end - line) - n);

		strbuf_addn(out, line, n);
		if (*word)
			redact_argument(word, &next, out);
		free(word);
		line = end;
	}
}

void
conf_redact_command(const struct strvec *words, struct strvec *out)
{
	bool next = false;

	for (size_t i = 0; i < words->n; i++) {
		struct strbuf b = {0};

		strbuf_add(&b, "");
		if (words->n == 1)
			redact_line(words->v[i], &b);
		else
			redact_argument(words->v[i], &next, &b);
		strvec_take(out, strbuf_take(&b));
	}
}
