/* See blot.h.  Somebody who means to give a secret away can always write it so that
 * nobody knows it again; this is about those who only quote. */
#include "pg/blot.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* Ways to write one byte by its number: before it, its base, digits at most, behind it.
 */
static const struct {
	const char *before;
	int base;
	size_t least, most;
	char behind;
} numbers[] = {
	{"%u", 16, 4, 4, '\0'},
	{"%", 16, 2, 2, '\0'},
	{"\\x", 16, 2, 2, '\0'},
	{"\\u", 16, 4, 4, '\0'},
	{"\\", 8, 3, 3, '\0'},
	{"&#x", 16, 1, 6, ';'},
	{"&#", 10, 1, 7, ';'},
};

static const struct {
	const char *written;
	char is;
} names[] = {
	{"&amp;", '&'},
	{"&lt;", '<'},
	{"&gt;", '>'},
	{"&quot;", '"'},
	{"&apos;", '\''},
	{"\\t", '\t'},
	{"\\n", '\n'},
	{"''", '\''},
	{"\"\"", '"'},
	{"\\\\", '\\'},
	{"\\'", '\''},
	{"\\\"", '"'},
	{"\\/", '/'},
	{"+", ' '},
};

/* The number that `digits` begins with, of as many digits as there are up to `most`. */
static size_t
read_number(const char *digits, int base, size_t most, unsigned *value)
{
	static const char all[] = "0123456789abcdef";
	size_t n = 0;

	*value = 0;
	for (; n < most && digits[n]; n++) {
		const char *at = memchr(all, digits[n] | 0x20, (size_t)base);

		if (!at || (digits[n] < '0'))
			break;
		*value = *value * (unsigned)base + (unsigned)(at - all);
	}
	return n;
}

/* How long the number of byte `c` is that `s` begins with; 0: it is none. */
static size_t
numbered(const char *s, unsigned char c)
{
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		size_t before = strlen(numbers[i].before), n;
		unsigned value;

		if (strncasecmp(s, numbers[i].before, before) != 0)
			continue;
		n = read_number(s + before, numbers[i].base, numbers[i].most, &value);
		if (n < numbers[i].least || value != c)
			continue;
		if (!numbers[i].behind)
			return before + n;
		if (s[before + n] == numbers[i].behind)
			return before + n + 1;
	}
	return 0;
}

/* How long byte `c` is in the text at `s`; 0: something else stands there. */
static size_t
written(const char *s, char c)
{
	size_t n = numbered(s, (unsigned char)c);

	for (size_t i = 0; !n && i < COUNT_OF(names); i++)
		if (names[i].is == c &&
			!strncmp(s, names[i].written, strlen(names[i].written)))
			n = strlen(names[i].written);
	return n ? n : *s == c;
}

/* How long all of `secret` is in other words at `s`, or the begin of it where the text
 * was cut; 0: it does not stand there. */
static size_t
worded_at(const char *s, const char *secret)
{
	enum { ENOUGH = 3 };
	const char *at = s;

	for (const char *c = secret; *c; c++) {
		size_t n = written(at, *c);

		if (!n)
			return c - secret >= ENOUGH && !strcmp(at, "…")
				       ? (size_t)(at - s)
				       : 0;
		at += n;
	}
	return (size_t)(at - s);
}

static size_t
length_at(const char *s, const char *secret)
{
	size_t plain = strncmp(s, secret, strlen(secret)) ? 0 : strlen(secret);
	size_t worded = worded_at(s, secret);

	return worded > plain ? worded : plain;
}

void
blot(struct strbuf *out, const char *text, const char *secret)
{
	strbuf_add(out, "");
	while (*text) {
		size_t n = length_at(text, secret);

		if (n)
			strbuf_add(out, "<secret>");
		else
			strbuf_addc(out, *text);
		text += n ? n : 1;
	}
}
