/* See discovered.h.  A copy goes by the table of keys, so that a new key is in it; what
 * a name is put into is listed here, and no command is among that: who may create a
 * database chooses its name. */
#include "conf/discovered.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapping.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/value.h"

#define PLACE "{name}"

static const char plain[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

bool
conf_is_template(const struct conf_environment *e)
{
	return e->discover != NULL;
}

bool
conf_has_templates(const struct conf *c)
{
	for (size_t i = 0; i < c->n_environments; i++)
		if (conf_is_template(&c->environments[i]))
			return true;
	return false;
}

bool
conf_template_wants(const struct conf_environment *t, const char *name)
{
	bool wanted = false;

	for (size_t i = 0; i < t->discover_match.n; i++) {
		const char *glob = t->discover_match.v[i];
		bool back = *glob == '!';

		if (text_glob(glob + back, name))
			wanted = !back;
	}
	return wanted;
}

bool
conf_template_of_schemas(const struct conf_environment *t)
{
	return !strcmp(t->discover, "schemas");
}

/* ---- Names ---- */

static void
add_escaped(struct strbuf *out, const char *s, const char *kept)
{
	for (; *s; s++)
		if (strchr(kept, *s))
			strbuf_addc(out, *s);
		else
			strbuf_printf(out, "%%%02X", (unsigned char)*s);
}

/* "." and ".." are no names of files. */
char *
conf_name_escape(const char *name)
{
	bool dots = name[strspn(name, ".")] == '\0';
	char *kept = xstrdup(plain);
	struct strbuf b = {0};

	if (dots)
		kept[strlen(kept) - 1] = '\0';
	add_escaped(&b, name, kept);
	free(kept);
	return strbuf_take(&b);
}

char *
conf_discovered_name(const char *template, const char *name)
{
	char *escaped = conf_name_escape(name);
	char *whole = xasprintf("%s/%s", template, escaped);

	free(escaped);
	return whole;
}

static int
digit(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Each has one name only. */
char *
conf_name_read(const char *escaped)
{
	struct strbuf name = {0};
	char *again;
	bool same;

	for (const char *s = escaped; *s; s++) {
		int high = *s == '%' ? digit(s[1]) : -1;
		int low = high >= 0 ? digit(s[2]) : -1;

		if (low >= 0 && high + low)
			strbuf_addc(&name, (char)(high * 16 + low));
		else
			strbuf_addc(&name, *s);
		s += low >= 0 ? 2 : 0;
	}
	again = conf_name_escape(name.s ? name.s : "");
	same = name.len && !strcmp(again, escaped);
	free(again);
	if (same)
		return strbuf_take(&name);
	strbuf_free(&name);
	return NULL;
}

const struct conf_environment *
conf_template_of(const struct conf *c, const char *environment, char **name)
{
	size_t n = strcspn(environment, "/");
	char *first = environment[n] ? xstrndup(environment, n) : NULL;
	const struct conf_environment *t = first ? conf_environment(c, first) : NULL;
	char *found =
		t && conf_is_template(t) ? conf_name_read(environment + n + 1) : NULL;

	free(first);
	if (!found)
		return NULL;
	if (name)
		*name = found;
	else
		free(found);
	return t;
}

/* ---- Connection strings ---- */

static bool
is_uri(const char *dsn)
{
	return !strncmp(dsn, "postgresql://", 13) || !strncmp(dsn, "postgres://", 11);
}

/* The "?…" of a URI; NULL: none.  What is before an @ may hold one as it is, as libpq
 * looks for that first (conninfo_uri_parse_options()). */
static const char *
query_of(const char *uri)
{
	const char *host = strstr(uri, "://") + 3;
	size_t to_at = strcspn(host, "@/");

	return strchr(host[to_at] == '@' ? host + to_at : host, '?');
}

/* Of a keyword that is there twice the last counts, in both forms. */
char *
conf_dsn_of_database(const char *dsn, const char *database)
{
	struct strbuf b = {0};

	strbuf_add(&b, dsn);
	if (is_uri(dsn)) {
		const char *query = query_of(dsn);

		if (!query || query[1])
			strbuf_addc(&b, query ? '&' : '?');
		strbuf_add(&b, "dbname=");
		add_escaped(&b, database, plain);
		return strbuf_take(&b);
	}
	strbuf_add(&b, b.len ? " dbname='" : "dbname='");
	for (; *database; database++) {
		if (*database == '\'' || *database == '\\')
			strbuf_addc(&b, '\\');
		strbuf_addc(&b, *database);
	}
	strbuf_addc(&b, '\'');
	return strbuf_take(&b);
}

/* ---- Copies ---- */

static void
copy_block(enum conf_block b, const void *from, void *to)
{
	for (size_t i = 0; i < conf_n_keys; i++) {
		const struct conf_key *k = &conf_keys[i];
		struct strvec texts = {0};

		if (k->block != b)
			continue;
		k->type->format(k, from, &texts);
		if (texts.n || k->type->is_list)
			conf_value_restore(k, &texts, to);
		strvec_free(&texts);
	}
}

static struct conf_environment *
add_environment(struct conf *c, const struct conf_environment *from)
{
	struct conf_environment *e = &c->environments[c->n_environments++];

	copy_block(BLOCK_ENVIRONMENT, from, e);
	e->name = xstrdup(from->name);
	e->place = xstrdup_null(from->place);
	e->given = from->given;
	return e;
}

static void
add_migrations(struct conf *c, const struct conf_migrations *from)
{
	struct conf_migrations *m = &c->migrations[c->n_migrations++];

	copy_block(BLOCK_MIGRATIONS, from, m);
	m->name = xstrdup(from->name);
	m->place = xstrdup_null(from->place);
}

/* ---- What a template becomes ---- */

static void
fill_text(char **text, const char *name)
{
	struct strbuf b = {0};
	const char *s = *text, *at;

	if (!s || !strstr(s, PLACE))
		return;
	for (; (at = strstr(s, PLACE)); s = at + strlen(PLACE)) {
		strbuf_addn(&b, s, (size_t)(at - s));
		strbuf_add(&b, name);
	}
	strbuf_add(&b, s);
	free(*text);
	*text = strbuf_take(&b);
}

char *
conf_name_filled(const struct conf_environment *e, const char *text, const char *name)
{
	char *filled = xstrdup(text), *escaped = conf_name_escape(name);

	if (conf_is_template(e))
		fill_text(&filled, escaped);
	free(escaped);
	return filled;
}

static void
fill_list(struct strvec *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		fill_text(&list->v[i], name);
}

/* ---- Names in rules ---- */

static bool
is_plain(const char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

/* True if what was written so far ends within quotes. */
static bool
is_within_quotes(const struct strbuf *b)
{
	bool quoted = false;

	for (size_t i = 0; i < b->len; i++)
		quoted ^= b->s[i] == '"';
	return quoted;
}

static void
add_within_quotes(struct strbuf *b, const char *name)
{
	for (; *name; name++) {
		if (*name == '"')
			strbuf_addc(b, '"');
		strbuf_addc(b, *name);
	}
}

/* In a part of a name, which is a glob: `?` for all that has a meaning there. */
static void
add_glob(struct strbuf *b, const char *name)
{
	for (; *name; name++) {
		unsigned char c = (unsigned char)*name;

		strbuf_addc(b, isalnum(c) || c == '_' || c >= 0x80 ? *name : '?');
	}
}

/* A name that means itself, whatever it is: who may create a database writes no rules.
 */
static void
add_to_rule(struct strbuf *b, const char *name, const char *behind)
{
	bool whole = b->len && strchr(":.", b->s[b->len - 1]) &&
		     (!*behind || strchr(".@ ", *behind));

	if (is_within_quotes(b)) {
		add_within_quotes(b, name);
	} else if (whole && !is_plain(name)) {
		strbuf_addc(b, '"');
		add_within_quotes(b, name);
		strbuf_addc(b, '"');
	} else {
		add_glob(b, name);
	}
}

static void
fill_rules(struct strvec *rules, const char *name)
{
	for (size_t i = 0; i < rules->n; i++) {
		struct strbuf b = {0};
		const char *s = rules->v[i], *at;

		strbuf_add(&b, "");
		for (; (at = strstr(s, PLACE)); s = at + strlen(PLACE)) {
			strbuf_addn(&b, s, (size_t)(at - s));
			add_to_rule(&b, name, at + strlen(PLACE));
		}
		strbuf_add(&b, s);
		free(rules->v[i]);
		rules->v[i] = strbuf_take(&b);
	}
}

/* ---- What is filled in ---- */

static bool
is_one_name(const char *entry)
{
	const char *equals = strchr(entry, '=');
	size_t n = equals ? (size_t)(equals - entry) : 0;

	return equals && strlen(equals + 1) == n && !strncmp(entry, equals + 1, n);
}

/* With `name` in it; a schema that would be compared with itself has its own name. */
static void
fill_mapping(struct strvec *mapping, const char *name)
{
	struct strvec before = *mapping;

	*mapping = (struct strvec){0};
	fill_list(&before, name);
	for (size_t i = 0; i < before.n; i++)
		if (!is_one_name(before.v[i]))
			strvec_add(mapping, before.v[i]);
	strvec_free(&before);
}

/* What is a file, or another environment, has the name as it is in that of the
 * environment; where the server's own is meant it stands as the server has it. */
static void
fill(struct conf_environment *e, const char *name)
{
	char *escaped = conf_name_escape(name);

	fill_text(&e->expect_target, escaped);
	fill_text(&e->capture, escaped);
	fill_text(&e->head_environment, escaped);
	fill_text(&e->version_schema, name);
	fill_text(&e->version_table, name);
	fill_list(&e->schemas, name);
	fill_list(&e->labels, name);
	fill_mapping(&e->schema_names, name);
	fill_rules(&e->ignore, name);
	free(escaped);
}

/* Of all that a name is put into, this is what may be wrong with one and not with
 * another. */
static char *
mapping_refuses(const struct conf_environment *t, const char *name)
{
	struct strvec mapping = {0};
	char *wrong, *why = NULL;

	strvec_copy(&mapping, &t->schema_names);
	fill_mapping(&mapping, name);
	wrong = mapping_wrong(&mapping);
	if (wrong)
		why = xasprintf("schema_names of \"%s\": %s", name, wrong);
	strvec_free(&mapping);
	free(wrong);
	return why;
}

char *
conf_template_refuses(const struct conf_environment *t, const char *name)
{
	size_t n = strcspn(name, "*?=");

	if (!conf_template_of_schemas(t) || !name[n])
		return mapping_refuses(t, name);
	return xasprintf("a schema with %c in its name cannot be told from others in "
			 "`schemas` and `schema_names`: leave it out of discover_match",
		name[n]);
}

/* What all others are held against is itself held against nothing. */
static void
forget_self(struct conf_environment *e)
{
	if (e->expect == EXPECT_ENVIRONMENT && !strcmp(e->expect_target, e->name)) {
		e->expect = EXPECT_NONE;
		free(e->expect_target);
		e->expect_target = NULL;
	}
	if (e->head_environment && !strcmp(e->head_environment, e->name)) {
		free(e->head_environment);
		e->head_environment = NULL;
	}
}

static void
replace(char **text, char *with)
{
	free(*text);
	*text = with;
}

static void
take_schema(struct conf_environment *e, const char *name)
{
	if (!e->schemas.n)
		strvec_add(&e->schemas, PLACE);
	if (e->schemas.n == 1 && !strcmp(e->schemas.v[0], PLACE))
		e->of_schema = xstrdup(name);
}

/* As many connections as there are tenants are kept on purpose only. */
static void
add_found(struct conf *c, const struct conf_environment *t, const char *name)
{
	const struct conf_key *keeps =
		conf_key_find(BLOCK_ENVIRONMENT, "keep_connection");
	struct conf_environment *e = add_environment(c, t);

	replace(&e->name, conf_discovered_name(t->name, name));
	if (e->was)
		replace(&e->was, conf_discovered_name(t->was, name));
	if (!conf_template_of_schemas(t))
		replace(&e->dsn, conf_dsn_of_database(t->dsn, name));
	else
		take_schema(e, name);
	replace(&e->discover, NULL);
	strvec_free(&e->discover_match);
	e->keep_connection &= (t->given & UINT64_C(1) << conf_key_bit(keeps)) != 0;
	fill(e, name);
	forget_self(e);
}

static const struct strvec *
names_of(const struct conf_found *found, size_t n, const char *template)
{
	static const struct strvec none;

	for (size_t i = 0; i < n; i++)
		if (!strcmp(found[i].template, template))
			return found[i].names;
	return &none;
}

static void
index_names(struct conf *c)
{
	c->migrations_by_name = strmap_new();
	c->environments_by_name = strmap_new();
	for (size_t i = 0; i < c->n_migrations; i++)
		strmap_put(c->migrations_by_name, c->migrations[i].name,
			&c->migrations[i]);
	for (size_t i = 0; i < c->n_environments; i++)
		strmap_put(c->environments_by_name, c->environments[i].name,
			&c->environments[i]);
}

struct conf *
conf_expand(const struct conf *base, const struct conf_found *found, size_t n)
{
	struct conf *c = xcalloc(1, sizeof *c);
	size_t most = base->n_environments + 1;

	for (size_t i = 0; i < n; i++)
		most += found[i].names->n;
	copy_block(BLOCK_SERVICE, &base->service, &c->service);
	copy_block(BLOCK_HTTP, &base->http, &c->http);
	strvec_copy(&c->files, &base->files);
	c->migrations = xcalloc(base->n_migrations + 1, sizeof *c->migrations);
	for (size_t i = 0; i < base->n_migrations; i++)
		add_migrations(c, &base->migrations[i]);
	c->environments = xcalloc(most, sizeof *c->environments);
	for (size_t i = 0; i < base->n_environments; i++) {
		const struct conf_environment *e = &base->environments[i];
		const struct strvec *names = names_of(found, n, e->name);

		if (!conf_is_template(e))
			add_environment(c, e);
		for (size_t k = 0; conf_is_template(e) && k < names->n; k++)
			add_found(c, e, names->v[k]);
	}
	index_names(c);
	return c;
}

/* ---- By names alone ---- */

/* `environment`, if it is of `t`, and what `t` refers to. */
struct mention {
	const struct conf *base;
	struct strvec *names; /* of each environment of `base` that is a template */
};

static void mention(struct mention *m, const char *environment);

static void
mention_referred(struct mention *m, const struct conf_environment *e, const char *to,
	const char *name)
{
	char *filled = to ? conf_name_filled(e, to, name ? name : "") : NULL;

	mention(m, filled);
	free(filled);
}

static void
mention(struct mention *m, const char *environment)
{
	char *name = NULL;
	const struct conf_environment *t =
		environment ? conf_template_of(m->base, environment, &name) : NULL;
	const struct conf_environment *e =
		t || !environment ? t : conf_environment(m->base, environment);
	struct strvec *list = t ? &m->names[t - m->base->environments] : NULL;

	if (e && !(list && strvec_has(list, name))) {
		if (list)
			strvec_add(list, name);
		if (e->expect == EXPECT_ENVIRONMENT)
			mention_referred(m, e, e->expect_target, name);
		mention_referred(m, e, e->head_environment, name);
	}
	free(name);
}

struct conf *
conf_expand_named(const struct conf *base, const struct strvec *names)
{
	size_t n = base->n_environments;
	struct strvec *lists = xcalloc(n + 1, sizeof *lists);
	struct conf_found *found = xcalloc(n + 1, sizeof *found);
	struct mention m = {base, lists};
	struct conf *c;

	for (size_t i = 0; i < names->n; i++)
		mention(&m, names->v[i]);
	for (size_t i = 0; i < n; i++)
		found[i] = (struct conf_found){base->environments[i].name, &lists[i]};
	c = conf_expand(base, found, n);
	for (size_t i = 0; i < n; i++)
		strvec_free(&lists[i]);
	free(lists);
	free(found);
	return c;
}
