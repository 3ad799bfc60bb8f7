/* Rules are parsed once into components and matched often; see ignore.h. */
#include "catalog/ignore.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

enum { MAX_COMPONENTS = 3 };

struct component {
	char *pattern;
	bool literal; /* was quoted: no glob */
};

struct rule {
	char *text, *reason, *file;
	unsigned line;
	int64_t until_ms;
	bool takes_back;
	bool preset;
	enum kind kind; /* KIND_NONE: any */
	struct component names[MAX_COMPONENTS];
	size_t n_names;
	char *args;     /* glob over the argument types, literal in quotes; NULL: any */
	char *property; /* glob; NULL: the object and what belongs to it */
};

struct ignore_rules {
	atomic_uint refs;
	struct rule *rules;
	size_t n, cap;
	char digest[HASH_HEX_LEN];
};

struct ignore_rules *
ignore_new(void)
{
	struct ignore_rules *r = xcalloc(1, sizeof *r);

	atomic_init(&r->refs, 1);
	return r;
}

static void
rule_free(struct rule *r)
{
	free(r->text);
	free(r->reason);
	free(r->file);
	for (size_t i = 0; i < r->n_names; i++)
		free(r->names[i].pattern);
	free(r->args);
	free(r->property);
}

struct ignore_rules *
ignore_ref(const struct ignore_rules *r)
{
	/* Only the count of references changes. */
	struct ignore_rules *same = (struct ignore_rules *)(uintptr_t)r;

	if (same)
		atomic_fetch_add(&same->refs, 1);
	return same;
}

void
ignore_free(struct ignore_rules *r)
{
	if (!r || atomic_fetch_sub(&r->refs, 1) > 1)
		return;
	for (size_t i = 0; i < r->n; i++)
		rule_free(&r->rules[i]);
	free(r->rules);
	free(r);
}

/* ---- Parsing ---- */

/* Where `s` first has one of `stops` outside double quotes and parentheses, or its
 * end; NULL if a quote stays open. */
static const char *
find_outside(const char *s, const char *stops)
{
	bool quoted = false;
	unsigned depth = 0;

	for (; *s; s++) {
		if (!quoted && !depth && strchr(stops, *s))
			return s;
		if (*s == '"')
			quoted = !quoted;
		else if (!quoted && *s == '(')
			depth++;
		else if (!quoted && *s == ')' && depth)
			depth--;
	}
	return quoted ? NULL : s;
}

static bool
parse_kind(struct rule *r, const char *word, struct err *e)
{
	const char *words[KIND_COUNT], *near;

	if (!strcmp(word, "*")) {
		r->kind = KIND_NONE;
		return true;
	}
	r->kind = kind_by_word(word);
	if (r->kind != KIND_NONE)
		return true;
	for (size_t k = 0; k < KIND_COUNT; k++)
		words[k] = kind_info((enum kind)k)->word;
	near = text_near(word, words, KIND_COUNT);
	if (near)
		return err_set(e, ERR_CONFIG,
			"there is no kind \"%s\", did you mean \"%s\"?", word, near);
	return err_set(e, ERR_CONFIG, "there is no kind \"%s\"", word);
}

/* One component up to `end`; quoted as a whole or not at all. */
static bool
parse_component(struct rule *r, const char *s, const char *end, struct err *e)
{
	struct component *c;
	struct strbuf b = {0};
	bool quoted = *s == '"';

	if (s == end)
		return err_set(e, ERR_CONFIG, "a name is empty");
	if (r->n_names == MAX_COMPONENTS)
		return err_set(
			e, ERR_CONFIG, "the name has more than three components");
	if (quoted && (end - s < 3 || end[-1] != '"'))
		return err_set(e, ERR_CONFIG,
			"a quoted name is empty or goes on after "
			"its quote");
	if (!quoted && memchr(s, '"', (size_t)(end - s)))
		return err_set(e, ERR_CONFIG, "a name is quoted only in part");
	for (s += quoted, end -= quoted; s < end; s++) {
		strbuf_addc(&b, *s);
		if (quoted && *s == '"')
			s++;
	}
	c = &r->names[r->n_names++];
	*c = (struct component){strbuf_take(&b), quoted};
	return true;
}

static bool
parse_names(struct rule *r, const char *s, const char *end, struct err *e)
{
	for (;;) {
		const char *dot = find_outside(s, ".");

		if (!dot || dot > end)
			dot = end;
		if (!parse_component(r, s, dot, e))
			return false;
		if (dot == end)
			return true;
		s = dot + 1;
	}
}

/* How many components the name of an object of that kind has. */
static bool
check_count(const struct rule *r, struct err *e)
{
	static const struct {
		enum kind kind;
		unsigned char least, most;
		const char *form;
	} forms[] = {
		{KIND_SCHEMA, 1, 1, "NAME"},
		{KIND_EXTENSION, 1, 1, "NAME"},
		{KIND_EVENT_TRIGGER, 1, 1, "NAME"},
		{KIND_PUBLICATION, 1, 1, "NAME"},
		{KIND_SUBSCRIPTION, 1, 1, "NAME"},
		{KIND_FOREIGN_DATA_WRAPPER, 1, 1, "NAME"},
		{KIND_FOREIGN_SERVER, 1, 1, "NAME"},
		{KIND_USER_MAPPING, 2, 2, "SERVER.USER"},
		{KIND_CAST, 1, 1, "(TYPE AS TYPE)"},
		{KIND_ACCESS_METHOD, 1, 1, "NAME"},
		{KIND_TRANSFORM, 1, 1, "(TYPE, LANGUAGE)"},
		{KIND_LANGUAGE, 1, 1, "NAME"},
		{KIND_DATABASE, 1, 1, "itself"},
		{KIND_DATABASE_SETTING, 1, 2, "NAME[.ROLE]"},
		{KIND_DEFAULT_PRIVILEGE, 2, 3, "[SCHEMA.]ROLE.OBJECTS"},
		{KIND_COLUMN, 3, 3, "SCHEMA.TABLE.COLUMN"},
		{KIND_CONSTRAINT, 3, 3, "SCHEMA.TABLE.NAME"},
		{KIND_TRIGGER, 3, 3, "SCHEMA.TABLE.NAME"},
		{KIND_RULE, 3, 3, "SCHEMA.TABLE.NAME"},
		{KIND_POLICY, 3, 3, "SCHEMA.TABLE.NAME"},
		{KIND_COMMENT, 1, 3, ""},
		{KIND_SECURITY_LABEL, 1, 3, ""},
		{KIND_GRANT, 1, 3, ""},
		{KIND_NONE, 1, 3, ""},
	};
	size_t least = 2, most = 2;
	const char *form = "SCHEMA.NAME";

	for (size_t i = 0; i < COUNT_OF(forms); i++)
		if (forms[i].kind == r->kind) {
			least = forms[i].least;
			most = forms[i].most;
			form = forms[i].form;
		}
	if (r->n_names >= least && r->n_names <= most)
		return true;
	return err_set(e, ERR_CONFIG, "a rule for this kind is written %s:%s",
		kind_info(r->kind)->word, form);
}

static bool
known_property(enum kind k, const char *name)
{
	if (!strcmp(name, "partitions"))
		return k == KIND_TABLE || k == KIND_NONE;
	if (k != KIND_NONE)
		return kind_property(k, name) >= 0;
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (kind_property((enum kind)i, name) >= 0)
			return true;
	return false;
}

static bool
check_property(const struct rule *r, struct err *e)
{
	const char *names[KIND_MAX_PROPERTIES], *near = NULL;

	if (!r->property || strpbrk(r->property, "*?") ||
		known_property(r->kind, r->property))
		return true;
	if (r->kind != KIND_NONE) {
		const struct kind_info *info = kind_info(r->kind);

		for (size_t i = 0; i < info->n_properties; i++)
			names[i] = info->properties[i].name;
		near = text_near(r->property, names, info->n_properties);
	}
	if (near)
		return err_set(e, ERR_CONFIG,
			"there is no property \"%s\", did you mean \"%s\"?",
			r->property, near);
	return err_set(e, ERR_CONFIG, "there is no property \"%s\"", r->property);
}

/* An operator, or something on one. */
static bool
may_be_operator(enum kind k)
{
	return k == KIND_OPERATOR || k == KIND_COMMENT || k == KIND_SECURITY_LABEL ||
	       k == KIND_GRANT || k == KIND_NONE;
}

/* The `@` that a property follows; operators may have one in their name. */
static const char *
find_property(const struct rule *r, const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_*?";
	const char *at = NULL, *next = s;

	while ((next = find_outside(next, "@")) && *next)
		at = next++;
	if (at && may_be_operator(r->kind) &&
		(!at[1] || at[1 + strspn(at + 1, letters)]))
		return NULL;
	return at;
}

/* `schema.object[.part][(args)][@property]` */
static bool
parse_pattern(struct rule *r, const char *s, struct err *e)
{
	static const char any[] = "*";
	const char *at = find_property(r, s), *end = at ? at : s + strlen(s), *open;

	if (at && !at[1])
		return err_set(e, ERR_CONFIG, "a property has to follow \"@\"");
	if (at)
		r->property = xstrdup(at + 1);
	open = find_outside(s, "(");
	if (open && open < end) {
		if (end[-1] != ')')
			return err_set(
				e, ERR_CONFIG, "the argument list is not closed");
		r->args = xstrndup(open + 1, (size_t)(end - open - 2));
		end = open;
	}
	if (end == s && r->args && kind_is_nameless(r->kind))
		end = (s = any) + 1;
	return parse_names(r, s, end, e) && check_count(r, e) && check_property(r, e);
}

static bool
parse_until(struct rule *r, const char *value, struct err *e)
{
	static const int64_t day_ms = INT64_C(86400000);
	const size_t date_length = strlen("2026-12-31");

	if (!clock_parse(value, &r->until_ms))
		return err_set(e, ERR_CONFIG,
			"\"%s\" is no date, write until=2026-12-31", value);
	if (strlen(value) == date_length)
		r->until_ms += day_ms; /* the day itself is still covered */
	return true;
}

static bool
parse_option(struct rule *r, const char *s, size_t n, struct err *e)
{
	static const char until[] = "until=", reason[] = "reason=";
	char *option = xstrndup(s, n), *value;
	bool ok = true;

	if (!strncmp(option, until, strlen(until))) {
		ok = parse_until(r, option + strlen(until), e);
	} else if (!strncmp(option, reason, strlen(reason))) {
		value = option + strlen(reason);
		n = strlen(value);
		if (n > 1 && value[0] == '"' && value[n - 1] == '"') {
			value[n - 1] = '\0';
			value++;
		}
		free(r->reason);
		r->reason = xstrdup(value);
	} else {
		ok = err_set(e, ERR_CONFIG,
			"\"%s\" is neither until=DATE nor reason=\"TEXT\"; quote a "
			"name "
			"with a space in it",
			option);
	}
	free(option);
	return ok;
}

static const char blanks[] = " \t\r\n";

/* *past is what comes after them: a comment, or nothing. */
static bool
parse_options(struct rule *r, const char *s, const char **past, struct err *e)
{
	for (s += strspn(s, blanks); *s && *s != '#'; s += strspn(s, blanks)) {
		const char *end = s;
		bool quoted = false;

		while (*end && (quoted || !strchr(blanks, *end)))
			quoted ^= *end++ == '"';
		if (quoted)
			return err_set(e, ERR_CONFIG, "a quote is not closed");
		if (!parse_option(r, s, (size_t)(end - s), e))
			return false;
		s = end;
	}
	*past = s;
	return true;
}

static bool
parse_rule(struct rule *r, const char *s, const char **past, struct err *e)
{
	const char *colon, *end;
	char *word;
	bool ok;

	s += strspn(s, blanks);
	r->takes_back = *s == '!';
	if (r->takes_back)
		s += 1 + strspn(s + 1, blanks);
	end = find_outside(s, blanks);
	if (!end)
		return err_set(e, ERR_CONFIG, "a quote is not closed");
	colon = memchr(s, ':', (size_t)(end - s));
	if (!colon)
		return err_set(e, ERR_CONFIG,
			"a rule is written "
			"kind:schema.object[.part][@property]");
	word = xstrndup(s, (size_t)(colon - s));
	ok = parse_kind(r, word, e);
	free(word);
	if (!ok)
		return false;
	word = xstrndup(colon + 1, (size_t)(end - colon - 1));
	ok = parse_pattern(r, word, e);
	free(word);
	return ok && parse_options(r, end, past, e);
}

static void
add_to_digest(struct ignore_rules *rules, const char *text)
{
	struct hash *h = hash_new();

	hash_add(h, rules->digest, strlen(rules->digest) + 1);
	hash_add(h, text, strlen(text) + 1);
	hash_finish(h, rules->digest);
}

const char *
ignore_digest(const struct ignore_rules *r)
{
	return r->digest;
}

bool
ignore_add(struct ignore_rules *rules, const char *text, const char *file,
	unsigned line, struct err *e)
{
	const char *past = text;
	struct rule r = {0};

	if (!parse_rule(&r, text, &past, e)) {
		rule_free(&r);
		if (file)
			return err_prefix(e, "%s:%u", file, line);
		return err_prefix(e, "ignore rule \"%s\"", text);
	}
	text += strspn(text, blanks);
	r.text = xstrndup(text, (size_t)(past - text));
	for (size_t n = strlen(r.text); n && strchr(blanks, r.text[n - 1]); n--)
		r.text[n - 1] = '\0';
	r.file = xstrdup_null(file);
	r.line = line;
	GROW(rules->rules, rules->n, rules->cap);
	rules->rules[rules->n++] = r;
	add_to_digest(rules, r.text);
	return true;
}

void
ignore_add_preset(struct ignore_rules *rules, const char *text)
{
	struct err e;
	bool ok = ignore_add(rules, text, NULL, 0, &e);

	assert(ok);
	(void)ok;
	rules->rules[rules->n - 1].preset = true;
	add_to_digest(rules, "preset");
}

/* Takes `text`, of the file `path`. */
static bool
add_lines(struct ignore_rules *r, struct strbuf *text, const char *path, struct err *e)
{
	char *rest = text->s, *line;
	bool ok = true;

	for (unsigned n = 1; ok && (line = strsep(&rest, "\n")); n++) {
		line += strspn(line, blanks);
		if (*line && *line != '#')
			ok = ignore_add(r, line, path, n, e);
	}
	strbuf_free(text);
	return ok;
}

bool
ignore_load(struct ignore_rules *r, const char *path, struct err *e)
{
	struct strbuf text = {0};

	return file_read(path, FILE_MAX_RULES, &text, e) &&
	       add_lines(r, &text, path, e);
}

bool
ignore_load_given(struct ignore_rules *r, const char *path, struct err *e)
{
	struct strbuf text = {0};

	return file_read_given(path, FILE_MAX_RULES, &text, e) &&
	       add_lines(r, &text, path, e);
}

/* ---- Matching ---- */

static bool
component_matches(const struct component *c, const char *name)
{
	return c->literal ? !strcmp(c->pattern, name) : text_glob(c->pattern, name);
}

static bool
names_match(const struct rule *r, const struct identity *id)
{
	const char *names[MAX_COMPONENTS];
	size_t n = 0;

	if (id->schema)
		names[n++] = id->schema;
	names[n++] = id->name;
	if (id->part)
		names[n++] = id->part;
	if (n != r->n_names)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!component_matches(&r->names[i], names[i]))
			return false;
	return !r->args || (id->args && text_glob_quoted(r->args, id->args));
}

static bool
matches_object(const struct rule *r, const struct object *o)
{
	return (r->kind == KIND_NONE || r->kind == o->kind) && names_match(r, &o->id);
}

/* A schema's rule holds even where the schema itself was not read. */
static bool
matches_schema(const struct rule *r, const char *schema)
{
	return schema && (r->kind == KIND_NONE || r->kind == KIND_SCHEMA) &&
	       r->n_names == 1 && !r->args && component_matches(&r->names[0], schema);
}

static bool
matches(const struct rule *r, const struct object *o, const char *property)
{
	if (r->property)
		return property && text_glob(r->property, property) &&
		       matches_object(r, o);
	if (matches_schema(r, o->id.schema))
		return true;
	for (; o; o = o->belongs_to)
		if (matches_object(r, o))
			return true;
	return false;
}

static bool
expired(const struct rule *r, int64_t now_ms)
{
	return r->until_ms && now_ms >= r->until_ms;
}

bool
ignore_match(const struct ignore_rules *r, const struct object *o, const char *property,
	int64_t now_ms, unsigned char *used)
{
	bool ignored = false;

	for (size_t i = 0; i < r->n; i++) {
		const struct rule *rule = &r->rules[i];

		if (expired(rule, now_ms) || !matches(rule, o, property))
			continue;
		ignored = !rule->takes_back;
		if (used)
			used[i] = 1;
	}
	return ignored;
}

size_t
ignore_by(const struct ignore_rules *r, const struct object *o, const char *property,
	int64_t now_ms)
{
	for (size_t i = r->n; i-- > 0;)
		if (!expired(&r->rules[i], now_ms) &&
			matches(&r->rules[i], o, property))
			return r->rules[i].takes_back ? SIZE_MAX : i;
	return SIZE_MAX;
}

size_t
ignore_count(const struct ignore_rules *r)
{
	return r->n;
}

struct ignore_rule_info
ignore_info(const struct ignore_rules *r, size_t i)
{
	const struct rule *rule = &r->rules[i];

	return (struct ignore_rule_info){.text = rule->text,
		.reason = rule->reason,
		.file = rule->file,
		.line = rule->line,
		.until_ms = rule->until_ms,
		.preset = rule->preset};
}
