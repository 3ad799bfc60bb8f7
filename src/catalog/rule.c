/* A name as findings have it is a pattern of rules already: what is not plain is
 * quoted, and so is no glob.  All but operators, which findings do not quote, and a
 * line's end, which ends a rule as well. */
#include "catalog/rule.h"

#include <ctype.h>
#include <string.h>

#include "catalog/snapshot.h"

/* Where the quoted name that begins at `s` ends. */
static const char *
quoted_end(const char *s)
{
	for (s++; *s; s++)
		if (*s == '"' && *++s != '"')
			break;
	return s;
}

/* What was quoted, with a line's end in it, as a glob: `?` for all that has a meaning.
 */
static void
write_glob(const char *s, const char *end, struct strbuf *out)
{
	for (; s < end; s++) {
		unsigned char c = (unsigned char)*s;

		strbuf_addc(out, isalnum(c) || c == '_' || c >= 0x80 ? *s : '?');
	}
}

/* The same of a whole name: without its quotes, which are none of it. */
static void
write_name_glob(const char *s, const char *end, struct strbuf *out)
{
	for (s++, end--; s < end; s++) {
		write_glob(s, s + 1, out);
		s += *s == '"';
	}
}

/* Up to `end` there is no quote and no dot. */
static void
write_bare(const char *s, const char *end, struct strbuf *out)
{
	size_t n = (size_t)(end - s);
	const char *quote = memchr(s, '*', n) || memchr(s, '?', n) ? "\"" : "";

	strbuf_add(out, quote);
	strbuf_addn(out, s, n);
	strbuf_add(out, quote);
}

/* Arguments are one glob, but for what is quoted in it. */
static void
write_arguments(const char *s, struct strbuf *out)
{
	while (*s) {
		const char *end = *s == '"' ? quoted_end(s) : s + 1;
		size_t n = (size_t)(end - s);

		if (memchr(s, '\n', n))
			write_glob(s, end, out);
		else
			strbuf_addn(out, s, n);
		s = end;
	}
}

static void
write_name(const char *name, struct strbuf *out)
{
	const char *s = name;

	while (*s && *s != '(') {
		const char *end = *s == '"' ? quoted_end(s) : s + strcspn(s, ".\"(");

		if (*s == '.')
			strbuf_addc(out, *end++);
		else if (*s != '"')
			write_bare(s, end, out);
		else if (memchr(s, '\n', (size_t)(end - s)))
			write_name_glob(s, end, out);
		else
			strbuf_addn(out, s, (size_t)(end - s));
		s = end;
	}
	write_arguments(s, out);
}

void
rule_write(enum kind kind, enum kind on, const char *name, const char *property,
	struct strbuf *out)
{
	strbuf_printf(out, "%s:", kind_info(kind)->word);
	if (on != KIND_NONE && kind_is_nameless(on))
		strbuf_add(out, kind_info(on)->word);
	write_name(name, out);
	if (property)
		strbuf_printf(out, "@%s", property);
}
