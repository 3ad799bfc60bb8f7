/* Text in HTML, of which there is much: what is plain is copied in one piece. */
#include <string.h>

#include "base/text.h"

/* What HTML has a name for. */
static const char *
entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
text_html(struct strbuf *out, const char *s)
{
	const char *from = s;

	for (;;) {
		size_t plain = 0, n;
		const char *name;

		while (s[plain] >= ' ' && s[plain] < 0x7f && !entity(s[plain]))
			plain++;
		if (plain)
			strbuf_addn(out, s, plain);
		s += plain;
		if (!*s)
			return;
		name = entity(*s);
		n = strchr("\t\r\n", *s) ? 0 : text_unseen_in(from, s);

		if (name)
			strbuf_add(out, name);
		else if (n)
			text_escape(out, s);
		else
			strbuf_addc(out, *s);
		s += n ? n : 1;
	}
}
