/* Everything that is written from the table of keys: the effective configuration as
 * text and JSON, and the sample. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/conf.h"
#include "conf/labels.h"
#include "conf/redact.h"
#include "conf/value.h"

/* ---- Values ---- */

/* What of a key may be shown; none: not set. */
static void
shown_texts(const struct conf_key *k, const void *base, struct strvec *out)
{
	struct strvec texts = {0};

	k->type->format(k, base, &texts);
	if (k->flags & KEY_COMMAND)
		conf_redact_command(&texts, out);
	for (size_t i = 0; i < texts.n && !(k->flags & KEY_COMMAND); i++) {
		struct strbuf b = {0};

		if (k->flags & KEY_SECRET)
			strbuf_add(&b, CONF_SECRET);
		else if (k->flags & KEY_DSN)
			conf_redact(texts.v[i], &b);
		else
			strbuf_add(&b, texts.v[i]);
		strvec_take(out, strbuf_take(&b));
	}
	strvec_free(&texts);
}

/* In double quotes, as conf_scan() reads it back. */
static void
add_quoted(struct strbuf *out, const char *s)
{
	strbuf_addc(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\' || (*s == '$' && s[1] == '{'))
			strbuf_addc(out, '\\');
		if (*s == '\n')
			strbuf_add(out, "\\n");
		else
			strbuf_addc(out, *s);
	}
	strbuf_addc(out, '"');
}

/* The line is begun; `between` begins each further one. */
static void
add_pairs(struct strbuf *out, const char *between, const struct strvec *texts)
{
	strbuf_add(out, " {");
	for (size_t i = 0; i < texts->n; i++) {
		size_t n = label_length(texts->v[i]);

		strbuf_printf(out, "%s\t%.*s = ", between, (int)n, texts->v[i]);
		add_quoted(out, texts->v[i] + n + 1);
	}
	strbuf_printf(out, "%s}", between);
}

static void
add_values(struct strbuf *out, const struct conf_key *k, const struct strvec *texts)
{
	if (k->type->is_list && texts->n != 1)
		strbuf_add(out, texts->n ? "{ " : "{ }");
	for (size_t i = 0; i < texts->n; i++) {
		if (i)
			strbuf_add(out, ", ");
		if (k->type->is_bare)
			strbuf_add(out, texts->v[i]);
		else
			add_quoted(out, texts->v[i]);
	}
	if (k->type->is_list && texts->n > 1)
		strbuf_add(out, " }");
}

/* On lines of their own, which begin with `margin`. */
static void
add_assignment(struct strbuf *out, const char *margin, const struct conf_key *k,
	const struct strvec *texts)
{
	char *between = xasprintf("\n%s", margin);

	strbuf_printf(out, "%s%s", margin, k->name);
	if (k->type->is_block) {
		add_pairs(out, between, texts);
	} else {
		strbuf_add(out, " = ");
		add_values(out, k, texts);
	}
	strbuf_addc(out, '\n');
	free(between);
}

/* ---- The effective configuration ---- */

static void
show_key(const struct conf_key *k, const void *base, struct strbuf *out)
{
	struct strvec texts = {0};

	shown_texts(k, base, &texts);
	if (texts.n || (k->type->is_list && k->def))
		add_assignment(out, "\t", k, &texts);
	strvec_free(&texts);
}

static void
show_block(enum conf_block b, const char *title, const void *base, struct strbuf *out)
{
	strbuf_printf(out, "%s%s", out->len ? "\n" : "", conf_blocks[b].name);
	if (title)
		strbuf_printf(out, " \"%s\"", title);
	strbuf_add(out, " {\n");
	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].block == b)
			show_key(&conf_keys[i], base, out);
	strbuf_add(out, "}\n");
}

void
conf_show(const struct conf *c, struct strbuf *out)
{
	show_block(BLOCK_SERVICE, NULL, &c->service, out);
	show_block(BLOCK_HTTP, NULL, &c->http, out);
	for (size_t i = 0; i < c->n_migrations; i++)
		show_block(BLOCK_MIGRATIONS, c->migrations[i].name, &c->migrations[i],
			out);
	for (size_t i = 0; i < c->n_environments; i++)
		show_block(BLOCK_ENVIRONMENT, c->environments[i].name,
			&c->environments[i], out);
	for (size_t i = 0; i < c->n_receivers; i++)
		show_block(BLOCK_RECEIVER, c->receivers[i].name, &c->receivers[i], out);
}

/* ---- As JSON ---- */

static void
json_add_key(cJSON *o, const struct conf_key *k, const void *base)
{
	struct strvec texts = {0};

	shown_texts(k, base, &texts);
	if (k->type->is_block)
		label_json(o, k->name, &texts);
	else if (k->type->is_list)
		json_add_list(o, k->name, &texts);
	else if (!texts.n)
		json_add_null(o, k->name);
	else if (k->type == &type_boolean)
		json_add_bool(o, k->name, !strcmp(texts.v[0], "true"));
	else if (k->type == &type_integer)
		json_add_num(o, k->name, strtod(texts.v[0], NULL));
	else
		json_add_str(o, k->name, texts.v[0]);
	strvec_free(&texts);
}

static cJSON *
json_block(enum conf_block b, const char *name, const void *base)
{
	cJSON *o = json_object();

	if (name)
		json_add_str(o, "name", name);
	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].block == b)
			json_add_key(o, &conf_keys[i], base);
	return o;
}

cJSON *
conf_show_json(const struct conf *c)
{
	cJSON *o = json_object(), *list;

	json_add_num(o, "schema_version", 1);
	json_add_list(o, "files", &c->files);
	json_add(o, "service", json_block(BLOCK_SERVICE, NULL, &c->service));
	json_add(o, "http", json_block(BLOCK_HTTP, NULL, &c->http));
	list = json_add_array(o, "migrations");
	for (size_t i = 0; i < c->n_migrations; i++)
		json_push(list, json_block(BLOCK_MIGRATIONS, c->migrations[i].name,
					&c->migrations[i]));
	list = json_add_array(o, "environments");
	for (size_t i = 0; i < c->n_environments; i++)
		json_push(list, json_block(BLOCK_ENVIRONMENT, c->environments[i].name,
					&c->environments[i]));
	list = json_add_array(o, "receivers");
	for (size_t i = 0; i < c->n_receivers; i++)
		json_push(list, json_block(BLOCK_RECEIVER, c->receivers[i].name,
					&c->receivers[i]));
	return o;
}

/* ---- The sample ---- */

static const char sample_head[] =
	"# Configuration of pgdriftd.  Files conf.d/*.conf beside this one follow in "
	"the\n"
	"# order of their names.  It is read at start and on SIGHUP; `pgdriftd config\n"
	"# check` says whether it is sound, `pgdriftd config show` what is in effect.\n"
	"#\n"
	"# Every key is here with its default, or an example where there is none.\n"
	"# Durations: 500ms 30s 5m 1h 1d.  Lists: { \"a\", \"b\" }.  In double quotes "
	"${VAR}\n"
	"# and ${VAR:-default} are taken from the environment; \\$ is a dollar.  "
	"PGDRIFTD_…\n"
	"# variables (PGDRIFTD_INTERVAL, …, PGDRIFTD_LISTEN) go over the keys of "
	"service and\n"
	"# over http.listen.  Relative paths start from this file's directory.\n";

/* `text` line by line behind `prefix`. */
static void
add_comment(struct strbuf *out, const char *prefix, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "\n");

		strbuf_printf(out, "%s%.*s\n", prefix, (int)n, text);
		if (!text[n])
			return;
		text += n + 1;
	}
}

static void
sample_key(const struct conf_key *k, struct strbuf *out)
{
	struct strvec texts = {0};

	strvec_add(&texts, k->def ? k->def : k->example);
	if (conf_key_bit(k))
		strbuf_addc(out, '\n');
	add_comment(out, "\t# ", k->help);
	if (k->flags & KEY_RESTART)
		strbuf_add(out, "\t# A change needs a restart.\n");
	if (k->flags & KEY_REQUIRED)
		strbuf_add(out, "\t# Required.\n");
	add_assignment(out, "\t#", k, &texts);
	strvec_free(&texts);
}

static void
sample_block(enum conf_block b, struct strbuf *out)
{
	const char *title = conf_blocks[b].example;

	strbuf_addc(out, '\n');
	add_comment(out, "# ", conf_blocks[b].help);
	if (title)
		strbuf_printf(out, "#%s \"%s\" {\n", conf_blocks[b].name, title);
	else
		strbuf_printf(out, "%s {\n", conf_blocks[b].name);
	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].block == b)
			sample_key(&conf_keys[i], out);
	strbuf_add(out, title ? "#}\n" : "}\n");
}

void
conf_sample(struct strbuf *out)
{
	strbuf_add(out, sample_head);
	for (size_t b = 0; b < BLOCK_COUNT; b++)
		sample_block((enum conf_block)b, out);
}
