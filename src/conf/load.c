/* From files to a validated struct conf: read, merge, override, inherit, check. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/check.h"
#include "conf/parse.h"
#include "conf/value.h"

const char *
conf_default_file(void)
{
	return SYSCONFDIR "/pgdriftd/pgdriftd.conf";
}

/* ---- Files ---- */

static bool
read_file(const char *path, struct strbuf *out, struct conf_errors *errors)
{
	struct err e;
	char *why;

	if (file_take(path, FILE_MAX_CONF, out, NULL, &e))
		return true;
	why = err_explained(&e);
	conf_error(errors, (struct conf_place){path, 0}, "cannot be read: %s", why);
	free(why);
	return false;
}

static bool
load_file(const char *path, struct conf *c, struct raw_conf *raw,
	struct conf_errors *errors)
{
	struct strbuf text = {0};
	bool all = read_file(path, &text, errors) &&
		   conf_parse(text.s ? text.s : "", text.len, path, raw, errors);

	strvec_add(&c->files, path);
	strbuf_free(&text);
	return all;
}

static char *
working_directory(void)
{
	char *dir = getcwd(NULL, 0);

	return dir ? dir : xstrdup("/");
}

static char *
directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *cwd, *dir, *full;

	if (slash == path)
		return xstrdup("/");
	dir = slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup("");
	cwd = working_directory();
	full = slash ? conf_path_join(cwd, dir) : xstrdup(cwd);
	free(dir);
	free(cwd);
	return full;
}

/* The *.conf of a directory in byte order; no such directory is none. */
static bool
list_directory(const char *dir, struct strvec *files, struct conf_errors *errors)
{
	struct strvec names = {0};
	struct stat st;
	struct err e;
	bool none = stat(dir, &st) < 0 ? errno == ENOENT || errno == ENOTDIR
				       : !S_ISDIR(st.st_mode);
	bool ok = none || file_names(dir, FILE_MAX_NAMES, &names, &e);

	for (size_t i = 0; i < names.n; i++) {
		size_t n = strlen(names.v[i]);

		if (*names.v[i] != '.' && n > 5 && !strcmp(names.v[i] + n - 5, ".conf"))
			strvec_take(files, conf_path_join(dir, names.v[i]));
	}
	strvec_free(&names);
	if (!ok)
		conf_error(errors, (struct conf_place){dir, 0}, "cannot be read: %s",
			e.text);
	return ok;
}

/* False if any part of any file was not read. */
static bool
load_files(const char *path, struct conf *c, struct raw_conf *raw,
	struct conf_errors *errors)
{
	const char *slash = strrchr(path, '/');
	char *dir = xasprintf("%.*sconf.d", slash ? (int)(slash - path + 1) : 0, path);
	struct strvec files = {0};
	bool all = load_file(path, c, raw, errors);

	all = list_directory(dir, &files, errors) && all;
	for (size_t i = 0; i < files.n; i++)
		all = load_file(files.v[i], c, raw, errors) && all;
	strvec_free(&files);
	free(dir);
	return all;
}

/* ---- Blocks ---- */

/* True if nobody of that use reads the files of `b`. */
static bool
leaves_files(enum conf_use use, enum conf_block b)
{
	return use == CONF_ASKED || (use == CONF_WORKED && b == BLOCK_HTTP);
}

/* Take over the keys of a block to its struct; returns which there were. */
static uint64_t
fill(enum conf_use use, const struct raw_block *raw, void *base,
	struct conf_errors *errors)
{
	char *dir = directory_of(raw->file);
	uint64_t given = 0;

	for (size_t i = 0; i < raw->n_entries; i++) {
		const struct raw_entry *e = &raw->entries[i];
		struct conf_value v = {.texts = &e->texts,
			.dir = dir,
			.is_known = leaves_files(use, raw->block),
			.by_hand = use == CONF_VERIFIED};
		struct strbuf why = {0};

		given |= UINT64_C(1) << conf_key_bit(e->key);
		if (!conf_value_set(e->key, &v, base, &why))
			conf_error(errors, raw_block_place(raw, e->key->name), "%s: %s",
				e->key->name, why.s);
		strbuf_free(&why);
	}
	free(dir);
	return given;
}

static void
require_keys(const struct raw_block *raw, struct conf_errors *errors)
{
	for (size_t i = 0; i < conf_n_keys && !raw->is_cut; i++) {
		const struct conf_key *k = &conf_keys[i];

		if (k->block == raw->block && k->flags & KEY_REQUIRED &&
			!raw_block_find(raw, k->name))
			conf_error(errors, raw_block_place(raw, ""),
				"%s \"%s\" has no %s; add: %s = \"%s\"",
				conf_blocks[raw->block].name, raw->title, k->name,
				k->name, k->example);
	}
}

/* Names stand in URLs, labels of metrics and on command lines. */
static void
check_name(const struct raw_block *raw, struct conf_errors *errors)
{
	size_t n = strspn(raw->title,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	if (!n || n > 64 || raw->title[n] || strspn(raw->title, ".") == n)
		conf_error(errors, raw_block_place(raw, ""),
			"\"%s\" is no name for %s; use 1 to 64 of A-Z a-z 0-9 _ . -",
			raw->title,
			raw->block == BLOCK_MIGRATIONS ? "migrations"
			: raw->block == BLOCK_RECEIVER ? "a receiver"
						       : "an environment");
}

/* The block of that name that was there before; NULL: none was. */
static const struct raw_block *
block_before(const struct check *check, const struct raw_block *b)
{
	const struct conf *c = check->conf;

	if (b->block == BLOCK_MIGRATIONS) {
		const struct conf_migrations *m = conf_migrations(c, b->title);

		return m ? check->migrations[m - c->migrations] : NULL;
	}
	if (b->block == BLOCK_RECEIVER) {
		const struct conf_receiver *r = conf_receiver(c, b->title);

		return r ? check->receivers[r - c->receivers] : NULL;
	}
	const struct conf_environment *e = conf_environment(c, b->title);

	return e ? check->environments[e - c->environments] : NULL;
}

/* Says so. */
static bool
is_duplicate(const struct check *check, const struct raw_block *b,
	struct conf_errors *errors)
{
	const struct raw_block *other = block_before(check, b);

	if (other)
		conf_error(errors, raw_block_place(b, ""),
			"%s \"%s\" is already defined at %s:%u",
			conf_blocks[b->block].name, b->title, other->file, other->line);
	return other != NULL;
}

static void
add_migrations(
	struct check *check, const struct raw_block *raw, struct conf_errors *errors)
{
	struct conf *c = check->conf;
	struct conf_migrations *m = &c->migrations[c->n_migrations];

	check->migrations[c->n_migrations++] = raw;
	m->name = xstrdup(raw->title);
	strmap_put(c->migrations_by_name, m->name, m);
	m->place = xasprintf("%s:%u", raw->file, raw->line);
	conf_value_defaults(raw->block, m);
	m->given = fill(check->use, raw, m, errors);
}

static void
add_environment(
	struct check *check, const struct raw_block *raw, struct conf_errors *errors)
{
	struct conf *c = check->conf;
	struct conf_environment *e = &c->environments[c->n_environments];

	check->environments[c->n_environments++] = raw;
	e->name = xstrdup(raw->title);
	strmap_put(c->environments_by_name, e->name, e);
	e->place = xasprintf("%s:%u", raw->file, raw->line);
	conf_value_defaults(raw->block, e);
	e->given = fill(check->use, raw, e, errors);
}

static void
add_receiver(
	struct check *check, const struct raw_block *raw, struct conf_errors *errors)
{
	struct conf *c = check->conf;
	struct conf_receiver *r = &c->receivers[c->n_receivers];

	check->receivers[c->n_receivers++] = raw;
	r->name = xstrdup(raw->title);
	r->place = xasprintf("%s:%u", raw->file, raw->line);
	conf_value_defaults(raw->block, r);
	r->given = fill(check->use, raw, r, errors);
}

static void
add_titled(struct check *check, const struct raw_block *raw, struct conf_errors *errors)
{
	check_name(raw, errors);
	require_keys(raw, errors);
	if (raw->block == BLOCK_MIGRATIONS)
		add_migrations(check, raw, errors);
	else if (raw->block == BLOCK_RECEIVER)
		add_receiver(check, raw, errors);
	else
		add_environment(check, raw, errors);
}

static void
build(struct check *check, const struct raw_conf *raw, struct conf_errors *errors)
{
	struct conf *c = check->conf;

	c->migrations = xcalloc(raw->n_blocks + 1, sizeof *c->migrations);
	c->environments = xcalloc(raw->n_blocks + 1, sizeof *c->environments);
	c->receivers = xcalloc(raw->n_blocks + 1, sizeof *c->receivers);
	c->migrations_by_name = strmap_new();
	c->environments_by_name = strmap_new();
	check->migrations = xcalloc(raw->n_blocks + 1, sizeof *check->migrations);
	check->environments = xcalloc(raw->n_blocks + 1, sizeof *check->environments);
	check->receivers = xcalloc(raw->n_blocks + 1, sizeof *check->receivers);
	conf_value_defaults(BLOCK_SERVICE, &c->service);
	conf_value_defaults(BLOCK_HTTP, &c->http);
	for (size_t i = 0; i < raw->n_blocks; i++) {
		const struct raw_block *b = &raw->blocks[i];

		if (b->block == BLOCK_SERVICE)
			fill(check->use, b, &c->service, errors);
		else if (b->block == BLOCK_HTTP)
			fill(check->use, b, &c->http, errors);
		else if (!is_duplicate(check, b, errors))
			add_titled(check, b, errors);
	}
}

/* ---- Over the files ---- */

/* A block that does not say it itself takes it from service. */
static void
inherit(struct conf *c, const struct conf_key *k)
{
	const struct conf_key *from = conf_key_find(BLOCK_SERVICE, k->name);
	const uint64_t bit = UINT64_C(1) << conf_key_bit(k);
	bool migrations = k->block == BLOCK_MIGRATIONS;
	size_t n = migrations ? c->n_migrations : c->n_environments;
	struct strvec texts = {0};

	from->type->format(from, &c->service, &texts);
	for (size_t i = 0; i < n; i++) {
		uint64_t given =
			migrations ? c->migrations[i].given : c->environments[i].given;

		if (!(given & bit))
			conf_value_restore(k, &texts,
				migrations ? (void *)&c->migrations[i]
					   : (void *)&c->environments[i]);
	}
	strvec_free(&texts);
}

static void
inherit_all(struct conf *c)
{
	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].flags & KEY_INHERITS)
			inherit(c, &conf_keys[i]);
}

/* Commas between the values of a list. */
static void
split(const struct conf_key *k, const char *text, struct strvec *out)
{
	char *copy, *rest, *word;

	if (!k->type->is_list) {
		strvec_add(out, text);
		return;
	}
	copy = rest = xstrdup(text);
	while ((word = strsep(&rest, ", ")) != NULL)
		if (*word)
			strvec_add(out, word);
	free(copy);
}

/* `name` is what the message calls it. */
static bool
override(struct conf *c, const struct conf_key *k, const char *name, const char *text,
	struct conf_errors *errors)
{
	void *base = k->block == BLOCK_HTTP ? (void *)&c->http : (void *)&c->service;
	char *cwd = working_directory();
	struct strvec before = {0}, texts = {0};
	struct strbuf why = {0};
	bool ok;

	k->type->format(k, base, &before);
	split(k, text, &texts);
	ok = conf_value_set(
		k, &(struct conf_value){.texts = &texts, .dir = cwd}, base, &why);
	if (!ok) {
		conf_error(errors, (struct conf_place){name, 0}, "%s", why.s);
		conf_value_restore(k, &before, base);
	}
	strbuf_free(&why);
	strvec_free(&before);
	strvec_free(&texts);
	free(cwd);
	return ok;
}

static void
override_from_environment(struct conf *c, struct conf_errors *errors)
{
	for (size_t i = 0; i < conf_n_keys; i++) {
		const struct conf_key *k = &conf_keys[i];
		char *name = xasprintf("PGDRIFTD_%s", k->name);
		const char *value;

		for (char *s = name; *s; s++)
			if (*s >= 'a' && *s <= 'z')
				*s = (char)(*s - 'a' + 'A');
		value = k->flags & KEY_ENV ? getenv(name) : NULL;
		if (value)
			override(c, k, name, value, errors);
		free(name);
	}
}

static const struct conf_key *
find_dotted(const char *name)
{
	for (size_t i = 0; i < conf_n_keys; i++) {
		const struct conf_key *k = &conf_keys[i];
		size_t n = strlen(conf_blocks[k->block].name);

		if (!conf_blocks[k->block].example &&
			!strncmp(name, conf_blocks[k->block].name, n) &&
			name[n] == '.' && !strcmp(name + n + 1, k->name))
			return k;
	}
	return NULL;
}

bool
conf_override(
	struct conf *c, const char *key, const char *value, struct conf_errors *errors)
{
	const struct conf_key *k = find_dotted(key);

	if (!k) {
		conf_error(errors, (struct conf_place){key, 0},
			"no key of service or http, such as service.interval");
		return false;
	}
	if (!override(c, k, key, value, errors))
		return false;
	inherit_all(c);
	return true;
}

struct conf *
conf_load_as(enum conf_use use, const char *path, struct conf_errors *errors)
{
	struct conf *c = xcalloc(1, sizeof *c);
	struct check check = {.conf = c, .use = use};
	struct raw_conf raw = {0};
	size_t before = errors->messages.n;
	bool all = load_files(path ? path : conf_default_file(), c, &raw, errors);

	build(&check, &raw, errors);
	override_from_environment(c, errors);
	inherit_all(c);
	/* What a part that was not read refers to, or is referred to by, is not known.
	 */
	if (all)
		conf_check(&check, errors);
	free(check.migrations);
	free(check.environments);
	free(check.receivers);
	raw_conf_free(&raw);
	if (all && errors->messages.n == before)
		return c;
	conf_free(c);
	return NULL;
}

struct conf *
conf_load(const char *path, struct conf_errors *errors)
{
	return conf_load_as(CONF_SERVED, path, errors);
}
