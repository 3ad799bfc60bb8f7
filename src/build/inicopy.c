/* See inicopy.h. */
#include "build/inicopy.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

struct copier {
	const struct inicopy *what;
	struct strbuf *out;
	bool in_section, in_defaults;
	bool has_defaults;
	bool leaves_out; /* the key at hand, with the lines on which it goes on */
	bool in_key;
	size_t indent; /* of the key's line */
};

/* A per cent sign is doubled, a line that goes on indented: neither is in a URL or path
 * of ours but the first. */
static void
add_value(struct strbuf *out, const char *key, const char *value)
{
	strbuf_printf(out, "%s = ", key);
	for (; *value; value++) {
		if (*value == '%')
			strbuf_addc(out, '%');
		strbuf_addc(out, *value);
	}
	strbuf_addc(out, '\n');
}

/* `s` is its header, without the bracket in front. */
static void
begin_section(struct copier *c, const char *s, size_t n)
{
	c->in_section =
		n == strlen(c->what->section) && !strncmp(s, c->what->section, n);
	c->in_defaults = n == 7 && !strncmp(s, "DEFAULT", 7);
	c->leaves_out = c->in_key = false;
}

static bool
is_key(const char *line, size_t n, const char *key)
{
	size_t k = 0;

	while (k < n && line[k] != '=' && line[k] != ':')
		k++;
	while (k && isspace((unsigned char)line[k - 1]))
		k--;
	return k == strlen(key) && !strncasecmp(line, key, k);
}

/* What stands behind the header where ours are to be. */
static void
add_ours(struct copier *c)
{
	if (c->in_section)
		add_value(c->out, "sqlalchemy.url", c->what->url);
	if (c->in_defaults)
		add_value(c->out, "here", c->what->here);
}

/* One line, `n` bytes without its end; `all` with it. */
static void
take_line(struct copier *c, const char *line, size_t n, size_t all)
{
	size_t indent = 0, end = n;
	const char *close;

	while (indent < n && isspace((unsigned char)line[indent]))
		indent++;
	while (end > indent && isspace((unsigned char)line[end - 1]))
		end--;
	if (indent == end || line[indent] == '#' || line[indent] == ';' ||
		(c->in_key && indent > c->indent)) {
		if (!c->leaves_out)
			strbuf_addn(c->out, line, all);
		return;
	}
	c->indent = indent;
	close = memrchr(line + indent, ']', end - indent);
	if (line[indent] == '[' && close > line + indent + 1) {
		begin_section(
			c, line + indent + 1, (size_t)(close - line) - indent - 1);
		strbuf_addn(c->out, line, all);
		if (all == n)
			strbuf_addc(c->out, '\n');
		add_ours(c);
		return;
	}
	c->in_key = true;
	c->leaves_out = (c->in_section && is_key(line + indent, end - indent,
						  "sqlalchemy.url")) ||
			(c->in_defaults && is_key(line + indent, end - indent, "here"));
	if (!c->leaves_out)
		strbuf_addn(c->out, line, all);
}

static size_t
end_of_line(const char *s)
{
	size_t n = strcspn(s, "\r\n");

	return n + (s[n] == '\r') + (s[n + (s[n] == '\r')] == '\n');
}

static void
walk(const char *text, struct copier *c)
{
	while (*text) {
		size_t all = end_of_line(text);

		take_line(c, text, strcspn(text, "\r\n"), all);
		c->has_defaults |= c->in_defaults;
		text += all;
	}
}

/* Defaults have a place of their own in front, if nowhere else. */
void
inicopy_write(const char *text, const struct inicopy *what, struct strbuf *out)
{
	struct strbuf body = {0};
	struct copier c = {.what = what, .out = &body};

	if (!strncmp(text, "\xef\xbb\xbf", 3))
		text += 3;
	walk(text, &c);
	if (!c.has_defaults) {
		strbuf_add(out, "[DEFAULT]\n");
		add_value(out, "here", what->here);
	}
	strbuf_addn(out, body.s ? body.s : "", body.len);
	strbuf_free(&body);
}

char *
inicopy_driver(const char *url)
{
	const char *end = strstr(url, "://");
	size_t n = !strncmp(url, "postgresql+", 11) ? 11
		   : !strncmp(url, "postgres+", 9)  ? 9
						    : 0;

	return n && end ? xstrndup(url + n, (size_t)(end - url) - n) : xstrdup("");
}
