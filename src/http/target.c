/* libmicrohttpd decodes a target in place, and cuts it at a NUL: what decides about
 * names is decoded here, where nothing is lost silently. */
#include "http/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decode `n` bytes; `plus` makes "+" a space, as in forms. */
static bool
decode(const char *s, size_t n, bool plus, struct strbuf *out, struct err *e)
{
	strbuf_add(out, "");
	for (size_t i = 0; i < n; i++) {
		int high, low;

		if (s[i] != '%') {
			strbuf_addc(out, plus && s[i] == '+' ? ' ' : s[i]);
			continue;
		}
		high = i + 1 < n ? hex_digit(s[i + 1]) : -1;
		low = i + 2 < n ? hex_digit(s[i + 2]) : -1;
		if (high < 0 || low < 0)
			return err_set(e, ERR_FORMAT,
				"the target holds a %% that two hex digits do not "
				"follow");
		if (!high && !low)
			return err_set(e, ERR_FORMAT, "the target holds a NUL");
		strbuf_addc(out, (char)(high * 16 + low));
		i += 2;
	}
	if (!text_is_utf8(out->s, out->len))
		return err_set(e, ERR_FORMAT, "the target is not valid UTF-8");
	return true;
}

static bool
add_decoded(const char *s, size_t n, bool plus, struct strvec *out, struct err *e)
{
	struct strbuf b = {0};

	if (!decode(s, n, plus, &b, e)) {
		strbuf_free(&b);
		return false;
	}
	strvec_take(out, strbuf_take(&b));
	return true;
}

static bool
parse_path(const char *s, const char *end, struct target *out, struct err *e)
{
	if (s < end && *s == '/')
		s++;
	while (s < end) {
		const char *slash = memchr(s, '/', (size_t)(end - s));
		const char *stop = slash ? slash : end;

		if (!add_decoded(s, (size_t)(stop - s), false, &out->path, e))
			return false;
		if (slash && slash + 1 == end)
			strvec_add(&out->path, "");
		s = slash ? slash + 1 : end;
	}
	return true;
}

static bool
parse_parameter(const char *s, size_t n, struct target *out, struct err *e)
{
	const char *equals = memchr(s, '=', n);
	size_t key = equals ? (size_t)(equals - s) : n;
	size_t value = equals ? key + 1 : n;

	if (out->keys.n == TARGET_MAX_PARAMETERS)
		return err_set(e, ERR_FORMAT, "the target has more than %d parameters",
			TARGET_MAX_PARAMETERS);
	return add_decoded(s, key, true, &out->keys, e) &&
	       add_decoded(s + value, n - value, true, &out->values, e);
}

static bool
parse_query(const char *s, struct target *out, struct err *e)
{
	while (*s) {
		size_t n = strcspn(s, "&");

		if (n && !parse_parameter(s, n, out, e))
			return false;
		s += n;
		s += *s == '&';
	}
	return true;
}

/* Past "http://host:port", which RFC 9112 lets any client write; else what there is. */
static const char *
origin_form(const char *raw)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ+-.";
	const char *s = raw + strspn(raw, letters);

	if (s == raw || strncmp(s, "://", 3) != 0)
		return raw;
	s += 3;
	return s + strcspn(s, "/?");
}

/* Of the forms of RFC 9112, 3.2, all but the one of CONNECT. */
static bool
is_of_a_form(const char *raw)
{
	return *raw == '/' || origin_form(raw) != raw || !strcmp(raw, "*");
}

bool
target_parse(const char *raw, struct target *out, struct err *e)
{
	const char *path = origin_form(raw);
	const char *end = path + strcspn(path, "?");
	const char *query = *end ? end + 1 : end;

	*out = (struct target){.query_length = strlen(query)};
	if (!is_of_a_form(raw))
		return err_set(e, ERR_FORMAT,
			"the target begins neither with / nor with http://");
	if (parse_path(path, end, out, e) && parse_query(query, out, e))
		return true;
	target_fini(out);
	return false;
}

void
target_fini(struct target *t)
{
	strvec_free(&t->path);
	strvec_free(&t->keys);
	strvec_free(&t->values);
}

void
target_drop(struct target *t, size_t n)
{
	struct strvec rest = {0};

	for (size_t i = n; i < t->path.n; i++)
		strvec_add(&rest, t->path.v[i]);
	strvec_free(&t->path);
	t->path = rest;
	/* "/drift/" is the first page, as "/" is. */
	if (t->path.n == 1 && !*t->path.v[0])
		strvec_free(&t->path);
}

char *
target_raw_path(const char *raw)
{
	const char *path = origin_form(raw);

	return xstrndup(path, strcspn(path, "?"));
}

const char *
target_value(const struct target *t, const char *key)
{
	for (size_t i = t->keys.n; i-- > 0;)
		if (!strcmp(t->keys.v[i], key))
			return t->values.v[i];
	return NULL;
}

static void
add_parts(const char *s, struct strvec *out)
{
	for (;;) {
		size_t n = strcspn(s, ",");

		strvec_take(out, xstrndup(s, n));
		if (!s[n])
			return;
		s += n + 1;
	}
}

void
target_values(const struct target *t, const char *key, bool split, struct strvec *out)
{
	for (size_t i = 0; i < t->keys.n; i++) {
		if (strcmp(t->keys.v[i], key))
			continue;
		if (split)
			add_parts(t->values.v[i], out);
		else
			strvec_add(out, t->values.v[i]);
	}
}
