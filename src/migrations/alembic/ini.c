/* Only one section and [DEFAULT] are kept: no other one can change what is read. */
#include "migrations/alembic/ini.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/strbuf.h"

/* ConfigParser's MAX_INTERPOLATION_DEPTH, and a bound on what may come of it. */
enum { MAX_DEPTH = 10, MAX_VALUE = 65536 };

struct ini {
	const char *section;
	struct strmap *values;   /* key → char *, of the section */
	struct strmap *defaults; /* of [DEFAULT] */
	struct strvec sections;  /* those with locations */
	bool found;
};

struct parser {
	struct ini *ini;
	const char *name;
	unsigned line;
	char *section;       /* NULL: none yet */
	struct strmap *seen; /* sections and keys: a second time, they are refused */
	struct strmap *into; /* NULL: a section that is not kept */
	char *key;           /* whose value may go on */
	struct strbuf value;
	size_t indent; /* of the key's line */
};

static void
put(struct strmap *m, const char *key, char *value)
{
	free(strmap_put(m, key, value));
}

static void
end_option(struct parser *p)
{
	if (!p->key)
		return;
	while (p->value.len && isspace((unsigned char)p->value.s[p->value.len - 1]))
		p->value.s[--p->value.len] = '\0';
	if (p->into)
		put(p->into, p->key, strbuf_take(&p->value));
	strbuf_free(&p->value);
	free(p->key);
	p->key = NULL;
}

static bool
refuse(const struct parser *p, struct err *e, const char *why)
{
	return err_set(e, ERR_FORMAT, "%s:%u: %s", p->name, p->line, why);
}

/* False the second time. */
static bool
is_first(struct parser *p, const char *section, const char *key)
{
	char *name = xasprintf("%s\n%s", section, key);
	bool known = strmap_has(p->seen, name);

	strmap_put(p->seen, name, p);
	free(name);
	return !known;
}

static bool
begin_section(struct parser *p, const char *s, size_t n, struct err *e)
{
	bool wanted, defaults;

	end_option(p);
	free(p->section);
	p->section = xstrndup(s, n);
	defaults = !strcmp(p->section, "DEFAULT");
	wanted = !defaults && !strcmp(p->section, p->ini->section);
	p->into = wanted ? p->ini->values : defaults ? p->ini->defaults : NULL;
	p->ini->found |= wanted;
	return is_first(p, p->section, "") || defaults ||
	       refuse(p, e, "there is already a section of this name");
}

static bool
begin_option(struct parser *p, const char *s, size_t n, struct err *e)
{
	size_t key = 0, value;

	end_option(p);
	while (key < n && s[key] != '=' && s[key] != ':')
		key++;
	value = key + 1;
	while (key && isspace((unsigned char)s[key - 1]))
		key--;
	if (!key || value > n)
		return refuse(p, e, "this is neither a section nor KEY = VALUE");
	while (value < n && isspace((unsigned char)s[value]))
		value++;
	p->key = xstrndup(s, key);
	for (char *c = p->key; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	strbuf_addn(&p->value, s + value, n - value);
	if ((!strcmp(p->key, "script_location") ||
		    !strcmp(p->key, "version_locations")) &&
		strcmp(p->section, "DEFAULT") &&
		!strvec_has(&p->ini->sections, p->section))
		strvec_add(&p->ini->sections, p->section);
	return is_first(p, p->section, p->key) ||
	       refuse(p, e, "the section has this key already");
}

/* One line without its newline. */
static bool
take_line(struct parser *p, const char *s, size_t n, struct err *e)
{
	size_t indent = 0;
	const char *close;

	while (indent < n && isspace((unsigned char)s[indent]))
		indent++;
	while (n > indent && isspace((unsigned char)s[n - 1]))
		n--;
	if (indent < n && (s[indent] == '#' || s[indent] == ';'))
		return true;
	if (indent == n || (p->key && indent > p->indent)) {
		if (p->key) {
			strbuf_addc(&p->value, '\n');
			strbuf_addn(&p->value, s + indent, n - indent);
		}
		return true;
	}
	p->indent = indent;
	close = memrchr(s + indent, ']', n - indent);
	if (s[indent] == '[' && close > s + indent + 1)
		return begin_section(
			p, s + indent + 1, (size_t)(close - s) - indent - 1, e);
	if (!p->section)
		return refuse(p, e, "no section begins before this line");
	return begin_option(p, s + indent, n - indent, e);
}

struct ini *
ini_parse(const char *text, const char *name, const char *section, struct err *e)
{
	struct parser p = {
		.name = name, .ini = xcalloc(1, sizeof *p.ini), .seen = strmap_new()};
	bool ok = true;

	p.ini->section = section;
	p.ini->values = strmap_new();
	p.ini->defaults = strmap_new();
	if (!strncmp(text, "\xef\xbb\xbf", 3))
		text += 3;
	while (ok && *text) {
		size_t n = strcspn(text, "\r\n");

		p.line++;
		ok = take_line(&p, text, n, e);
		text += n;
		if (*text)
			text += *text == '\r' && text[1] == '\n' ? 2 : 1;
	}
	end_option(&p);
	free(p.section);
	strmap_free(p.seen);
	if (ok)
		return p.ini;
	ini_free(p.ini);
	return NULL;
}

void
ini_free(struct ini *ini)
{
	if (!ini)
		return;
	strmap_free_all(ini->values, free);
	strmap_free_all(ini->defaults, free);
	strvec_free(&ini->sections);
	free(ini);
}

bool
ini_has_section(const struct ini *ini)
{
	return ini->found;
}

const struct strvec *
ini_sections(const struct ini *ini)
{
	return &ini->sections;
}

/* ---- Interpolation ---- */

static const char *
raw_value(const struct ini *ini, const char *key)
{
	const char *v = ini ? strmap_get(ini->values, key) : NULL;

	return v || !ini ? v : strmap_get(ini->defaults, key);
}

struct interpolation {
	const struct ini *ini; /* NULL: `here` is the only name */
	const char *here;
	struct strbuf *out;
	struct err *e;
};

static bool expand(struct interpolation *i, const char *raw, unsigned depth);

/* `p` is behind "%("; returns behind ")s", or NULL. */
static const char *
expand_name(struct interpolation *i, const char *p, unsigned depth)
{
	size_t n = strcspn(p, ")");
	char *key;
	const char *value;
	bool ok = true;

	if (strncmp(p + n, ")s", 2)) {
		err_set(i->e, ERR_FORMAT, "a `%%(` is not closed by `)s`");
		return NULL;
	}
	key = xstrndup(p, n);
	for (char *c = key; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	value = raw_value(i->ini, key);
	if (value)
		ok = expand(i, value, depth + 1);
	else if (!strcmp(key, "here"))
		strbuf_add(i->out, i->here);
	else
		ok = err_set(i->e, ERR_FORMAT, "`%%(%s)s` names no key", key);
	free(key);
	return ok ? p + n + 2 : NULL;
}

static bool
expand(struct interpolation *i, const char *raw, unsigned depth)
{
	if (depth > MAX_DEPTH || i->out->len > MAX_VALUE)
		return err_set(i->e, ERR_FORMAT, "an interpolation does not end");
	while (*raw) {
		size_t n = strcspn(raw, "%");

		strbuf_addn(i->out, raw, n);
		raw += n;
		if (!*raw)
			break;
		if (raw[1] == '%') {
			strbuf_addc(i->out, '%');
			raw += 2;
		} else if (raw[1] == '(') {
			raw = expand_name(i, raw + 2, depth);
			if (!raw)
				return false;
		} else {
			return err_set(i->e, ERR_FORMAT,
				"a `%%` is followed by neither `%%` nor `(`");
		}
	}
	return true;
}

static bool
interpolate(const struct ini *ini, const char *raw, const char *here, char **value,
	struct err *e)
{
	struct strbuf out = {0};
	struct interpolation i = {.ini = ini, .here = here, .out = &out, .e = e};

	if (!expand(&i, raw, 0)) {
		strbuf_free(&out);
		return false;
	}
	*value = strbuf_take(&out);
	return true;
}

bool
ini_get(const struct ini *ini, const char *key, const char *here, char **value,
	struct err *e)
{
	const char *raw = raw_value(ini, key);

	*value = NULL;
	if (!raw)
		return true;
	if (interpolate(ini, raw, here, value, e))
		return true;
	return err_prefix(e, "%s", key);
}

bool
ini_interpolate(const char *raw, const char *here, char **value, struct err *e)
{
	return interpolate(NULL, raw, here, value, e);
}
