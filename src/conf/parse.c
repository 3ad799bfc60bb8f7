/* libConfuse reads the grammar.  It stops at the first unknown name; so such a name is
 * reported, made known as an alias of what was probably meant, and the text read again.
 * It hands its callbacks no pointer of ours; so what they find is left where it can be
 * picked up afterwards: lines in `def.number` of an option, which strings do not use,
 * and a message in `comment` of the section. */
#include "conf/parse.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "conf/labels.h"
#include "conf/scan.h"

/* No name in a file can be this: conf_scan() lets no control character pass. */
#define START "\001"
#define DONE "\001"

/* A name that was not known; `block` BLOCK_COUNT: it is a block's. */
struct alias {
	enum conf_block block;
	char *name;
	const struct conf_key *key;  /* probably meant; NULL: none */
	enum conf_block block_meant; /* of a block's name */
};

struct parse {
	const char *file;
	struct raw_conf *out;
	struct conf_errors *errors;
	struct alias *aliases;
	size_t n_aliases, cap_aliases;
	bool all; /* read to the end */
};

/* ---- Callbacks ---- */

static int
keep_line(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	if (opt->nvalues <= 1)
		opt->def.number = cfg->line;
	*(const char **)result = value;
	return 0;
}

/* libConfuse would give a second block of the same title the place of the first; a
 * title that is changed at once is never the same. */
static int
change_title(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *block = opt->values[opt->nvalues - 1]->section;
	char *title = xasprintf("%s" DONE, block->title);

	(void)cfg;
	free(block->title);
	block->title = title;
	return 0;
}

static void keep_message(cfg_t *cfg, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

static void
keep_message(cfg_t *cfg, const char *fmt, va_list ap)
{
	if (!cfg->comment)
		cfg->comment = xvasprintf(fmt, ap);
}

/* ---- Options from the table ---- */

static cfg_opt_t
text_option(const char *name, const char *start)
{
	return (cfg_opt_t){.name = name,
		.type = CFGT_STR,
		.flags = CFGF_LIST | (start ? CFGF_NONE : CFGF_NODEFAULT),
		.def = {.parsed = (char *)(uintptr_t)start},
		.parsecb = keep_line};
}

/* Every key is a list to libConfuse; whether it may be one is said later, better.  The
 * default of START is read when a block begins, and so tells the line. */
static cfg_opt_t *
block_options(const struct parse *p, enum conf_block b)
{
	static const char start[] = "0";
	cfg_opt_t *opts = xcalloc(conf_n_keys + p->n_aliases + 2, sizeof *opts);
	size_t n = 0;

	opts[n++] = text_option(START, start);
	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].block == b)
			opts[n++] = text_option(conf_keys[i].name, NULL);
	for (size_t i = 0; i < p->n_aliases; i++)
		if (p->aliases[i].block == b)
			opts[n++] = text_option(p->aliases[i].name, NULL);
	return opts;
}

static cfg_opt_t
block_option(const char *name, enum conf_block b, cfg_opt_t *keys)
{
	bool titled = conf_blocks[b].example != NULL;

	return (cfg_opt_t){.name = name,
		.type = CFGT_SEC,
		.flags = titled ? CFGF_MULTI | CFGF_TITLE : CFGF_NONE,
		.subopts = keys,
		.validcb = titled ? change_title : NULL};
}

static cfg_t *
new_grammar(const struct parse *p)
{
	cfg_opt_t *keys[BLOCK_COUNT];
	cfg_opt_t *opts = xcalloc(BLOCK_COUNT + p->n_aliases + 1, sizeof *opts);
	cfg_t *cfg;
	size_t n = 0;

	for (; n < BLOCK_COUNT; n++) {
		keys[n] = block_options(p, (enum conf_block)n);
		opts[n] =
			block_option(conf_blocks[n].name, (enum conf_block)n, keys[n]);
	}
	for (size_t i = 0; i < p->n_aliases; i++) {
		const struct alias *a = &p->aliases[i];

		if (a->block == BLOCK_COUNT)
			opts[n++] = block_option(
				a->name, a->block_meant, keys[a->block_meant]);
	}
	cfg = must(cfg_init(opts, CFGF_NONE));
	for (size_t i = 0; i < BLOCK_COUNT; i++)
		free(keys[i]);
	free(opts);
	cfg_set_error_function(cfg, keep_message);
	return cfg;
}

/* ---- Names ---- */

static const struct alias *
find_alias(const struct parse *p, enum conf_block b, const char *name)
{
	for (size_t i = 0; i < p->n_aliases; i++)
		if (p->aliases[i].block == b && !strcmp(p->aliases[i].name, name))
			return &p->aliases[i];
	return NULL;
}

static enum conf_block
block_named(const struct parse *p, const char *name)
{
	const struct alias *a = find_alias(p, BLOCK_COUNT, name);

	return a ? a->block_meant : conf_block_find(name);
}

static void
add_alias(struct parse *p, const struct alias *a)
{
	GROW(p->aliases, p->n_aliases, p->cap_aliases);
	p->aliases[p->n_aliases] = *a;
	p->aliases[p->n_aliases++].name = xstrdup(a->name);
}

/* Only what looks like a name is repeated: the rest may be a stray password. */
static bool
is_presentable(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"0123456789_-");

	return n && n <= 40 && !name[n];
}

static enum conf_block
other_block(enum conf_block not_this, const char *name)
{
	for (enum conf_block b = BLOCK_SERVICE; b < BLOCK_COUNT; b++)
		if (b != not_this && conf_key_find(b, name))
			return b;
	return BLOCK_COUNT;
}

static void
unknown_key(struct parse *p, struct conf_place at, enum conf_block b, const char *name)
{
	const struct conf_key *near = conf_key_near(b, name);
	enum conf_block other = other_block(b, name);
	struct strbuf advice = {0};

	if (other != BLOCK_COUNT)
		strbuf_printf(&advice, "; it is a key of %s", conf_blocks[other].name);
	else
		conf_suggest(&advice, near ? near->name : NULL);
	conf_error(p->errors, at, "unknown key \"%s\" in %s%s", name,
		conf_blocks[b].name, advice.s ? advice.s : "");
	strbuf_free(&advice);
	add_alias(p, &(struct alias){b, (char *)(uintptr_t)name,
			     other == BLOCK_COUNT ? near : NULL, BLOCK_COUNT});
}

/* False if nothing is near: then its shape cannot be guessed. */
static bool
unknown_block(struct parse *p, struct conf_place at, const char *name)
{
	enum conf_block near = conf_block_near(name);
	enum conf_block key_of = other_block(BLOCK_COUNT, name);
	struct strbuf advice = {0};

	if (key_of != BLOCK_COUNT)
		strbuf_printf(&advice, "; it is a key of %s", conf_blocks[key_of].name);
	else if (near != BLOCK_COUNT)
		conf_suggest(&advice, conf_blocks[near].name);
	else
		strbuf_add(&advice,
			"; known are service, http, migrations, environment, "
			"receiver");
	conf_error(p->errors, at, "unknown block \"%s\"%s", name, advice.s);
	strbuf_free(&advice);
	if (near == BLOCK_COUNT || key_of != BLOCK_COUNT)
		return false;
	add_alias(p, &(struct alias){BLOCK_COUNT, (char *)(uintptr_t)name, NULL, near});
	return true;
}

/* ---- Results ---- */

/* The root or the block in which the parser stopped. */
static cfg_t *
failed_in(cfg_t *cfg)
{
	if (cfg->comment)
		return cfg;
	for (cfg_opt_t *opt = cfg->opts; opt->name; opt++)
		for (unsigned i = 0; i < opt->nvalues; i++)
			if (opt->values[i]->section->comment)
				return opt->values[i]->section;
	return NULL;
}

/* Report why the parser stopped; true if reading again may find more. */
static bool
report(struct parse *p, cfg_t *cfg)
{
	static const char unknown[] = "no such option '";
	cfg_t *where = failed_in(cfg);
	struct conf_place at = {p->file, where ? (unsigned)where->line : 0};
	size_t skip = sizeof unknown - 1;
	bool again = true;
	char *name;

	if (!where || strncmp(where->comment, unknown, skip) != 0) {
		conf_error(p->errors, at, "%s",
			where ? where->comment : "a name is empty");
		return false;
	}
	name = xstrndup(where->comment + skip, strlen(where->comment) - skip - 1);
	if (!is_presentable(name)) {
		conf_error(p->errors, at, "unexpected text where a name should be");
		again = false;
	} else if (where == cfg) {
		again = unknown_block(p, at, name);
	} else {
		unknown_key(p, at, block_named(p, where->name), name);
	}
	free(name);
	return again && p->errors->messages.n < CONF_MAX_ERRORS;
}

static void
copy_entry(const struct parse *p, struct raw_block *b, const cfg_opt_t *opt)
{
	const struct alias *alias = find_alias(p, b->block, opt->name);
	const struct conf_key *key =
		alias ? alias->key : conf_key_find(b->block, opt->name);
	struct raw_entry *e;

	if (!key || !(opt->flags & CFGF_MODIFIED) || raw_block_find(b, key->name))
		return;
	if (!opt->nvalues && !p->all)
		return;
	GROW(b->entries, b->n_entries, b->cap_entries);
	e = &b->entries[b->n_entries++];
	*e = (struct raw_entry){
		.key = key, .line = opt->nvalues ? (unsigned)opt->def.number : b->line};
	for (unsigned i = 0; i < opt->nvalues; i++)
		strvec_add(&e->texts, opt->values[i]->string);
}

static void
copy_block(struct parse *p, const cfg_t *section)
{
	struct raw_conf *out = p->out;
	struct raw_block b = {.block = block_named(p, section->name),
		.title = xstrdup_null(section->title),
		.file = xstrdup(p->file)};
	char *done = b.title ? strchr(b.title, DONE[0]) : NULL;

	b.is_cut = b.title && !done;
	if (done)
		*done = '\0';
	for (const cfg_opt_t *opt = section->opts; opt->name; opt++) {
		if (!strcmp(opt->name, START))
			b.line = (unsigned)opt->def.number;
		else
			copy_entry(p, &b, opt);
	}
	GROW(out->blocks, out->n_blocks, out->cap_blocks);
	out->blocks[out->n_blocks++] = b;
}

/* Outside of strings, without those of lists. */
static size_t
count_blocks(const char *text, size_t n)
{
	char before = '\0';
	bool quoted = false;
	size_t blocks = 0;

	for (size_t i = 0; i < n; i++) {
		if (quoted && text[i] == '\\') {
			i++;
		} else if (text[i] == '"') {
			quoted = !quoted;
			before = text[i];
		} else if (!quoted && !strchr(" \t\n", text[i])) {
			blocks += text[i] == '{' && before != '=';
			before = text[i];
		}
	}
	return blocks;
}

/* What libConfuse takes for a text, at most: a block has a copy of each of its options,
 * which is 7 KiB, a value of a list 130 bytes, where it is written in four. */
static size_t
need(const struct parse *p, const char *text, size_t n)
{
	size_t block = (8 << 10) + 256 * p->n_aliases;

	return (1 << 20) + 64 * n + block * count_blocks(text, n);
}

/* libConfuse does not look whether all of its memory was there. */
static void *
reserve(struct parse *p, const char *text, size_t n)
{
	size_t bytes = need(p, text, n);
	void *reserved = mem_reserve(bytes);

	if (!reserved)
		conf_error(p->errors, (struct conf_place){p->file, 0},
			"out of memory: to read it takes up to %zu MiB",
			(bytes >> 20) + 1);
	return reserved;
}

static bool
read_text(struct parse *p, const char *text, size_t n)
{
	bool again = n > 0;

	p->all = true;
	while (again) {
		void *reserved = reserve(p, text, n);
		FILE *f;
		cfg_t *cfg;

		if (!reserved)
			return p->all = false;
		f = must(fmemopen((void *)(uintptr_t)text, n, "r"));
		cfg = new_grammar(p);
		errno = 0;
		p->all = cfg_parse_fp(cfg, f) == CFG_SUCCESS;
		/* It calls an allocation that failed a parse error, or none at all. */
		if (errno == ENOMEM)
			mem_fatal();
		again = !p->all && report(p, cfg);
		for (cfg_opt_t *opt = cfg->opts; !again && opt->name; opt++)
			for (unsigned i = 0; i < opt->nvalues; i++)
				copy_block(p, opt->values[i]->section);
		cfg_free(cfg);
		fclose(f);
		free(reserved);
	}
	return p->all;
}

bool
conf_parse(const char *text, size_t n, const char *file, struct raw_conf *out,
	struct conf_errors *errors)
{
	struct parse p = {.file = file, .out = out, .errors = errors};
	struct strbuf scanned = {0}, ready = {0};
	bool all = conf_scan(text, n, file, errors, &scanned);

	if (all) {
		labels_rewrite(scanned.s ? scanned.s : "", file, errors, &ready);
		all = read_text(&p, ready.s ? ready.s : "", ready.len);
	}
	strbuf_free(&scanned);
	strbuf_free(&ready);
	for (size_t i = 0; i < p.n_aliases; i++)
		free(p.aliases[i].name);
	free(p.aliases);
	return all;
}

const struct raw_entry *
raw_block_find(const struct raw_block *b, const char *key)
{
	for (size_t i = 0; i < b->n_entries; i++)
		if (!strcmp(b->entries[i].key->name, key))
			return &b->entries[i];
	return NULL;
}

struct conf_place
raw_block_place(const struct raw_block *b, const char *key)
{
	const struct raw_entry *e = raw_block_find(b, key);

	return (struct conf_place){b->file, e ? e->line : b->line};
}

void
raw_conf_free(struct raw_conf *r)
{
	for (size_t i = 0; i < r->n_blocks; i++) {
		struct raw_block *b = &r->blocks[i];

		for (size_t k = 0; k < b->n_entries; k++)
			strvec_free(&b->entries[k].texts);
		free(b->entries);
		free(b->title);
		free(b->file);
	}
	free(r->blocks);
	*r = (struct raw_conf){0};
}
