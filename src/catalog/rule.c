/* A name as findings have it is a pattern of rules already: what is not plain is
 * quoted, and so is no glob.  All but a line's end, which ends a rule as well. */
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

/* A quoted name with a line's end in it as a glob: `?` for all that has a meaning. */
static void
write_glob(const char *s, const char *end, struct strbuf *out)
{
	for (s++, end--; s < end; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"')
			s++;
		strbuf_addc(out, isalnum(c) || c == '_' || c >= 0x80 ? *s : '?');
	}
}

static void
write_name(const char *name, struct strbuf *out)
{
	const char *s = name;

	while (*s && *s != '(') {
		const char *end = *s == '"' ? quoted_end(s) : s + 1;
		size_t n = (size_t)(end - s);

		if (memchr(s, '\n', n))
			write_glob(s, end, out);
		else
			strbuf_addn(out, s, n);
		s = end;
	}
	/* Arguments are a glob as a whole. */
	for (; *s; s++)
		strbuf_addc(out, *s == '\n' ? '?' : *s);
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
