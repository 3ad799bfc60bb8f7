/* DROP, TRUNCATE, DELETE, UPDATE, ALTER … DROP and CREATE; all else has no effect that
 * anybody has to be told of. */
#include "migrations/sqleffect.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/sqltoken.h"

/* DO blocks in DO blocks … */
enum { MAX_BLOCKS = 3 };

/* One statement: from `t` to `end`. */
struct reader {
	const struct sqltoken *t, *end;
	unsigned line;
	unsigned blocks; /* DO blocks around it */
	struct effects *out;
};

static void
read_text(const char *sql, unsigned line, unsigned blocks, struct effects *out);

static bool
at(const struct reader *r, const char *word)
{
	return r->t < r->end && sqltoken_is(r->t, word);
}

static bool
take(struct reader *r, const char *word)
{
	bool is = at(r, word);

	r->t += is;
	return is;
}

static void
take_any(struct reader *r, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (take(r, words[i]))
			i = (size_t)-1;
}

/* "IF EXISTS", "IF NOT EXISTS"; true if there was one. */
static bool
take_if_exists(struct reader *r)
{
	if (!take(r, "if"))
		return false;
	take(r, "not");
	take(r, "exists");
	return true;
}

static void
skip_parentheses(struct reader *r)
{
	unsigned depth;

	if (!at(r, "("))
		return;
	depth = r->t->depth;
	while (r->t < r->end && !(at(r, ")") && r->t->depth == depth))
		r->t++;
	r->t += r->t < r->end;
}

/* ---- Names ---- */

static bool
at_name(const struct reader *r)
{
	return r->t < r->end &&
	       (r->t->kind == SQLTOKEN_WORD || r->t->kind == SQLTOKEN_QUOTED);
}

static bool
is_computed(const char *s)
{
	return strchr(s, SQLEFFECT_COMPUTED) != NULL;
}

/* [[database.]schema.]name into `e`; false if there is none. */
static bool
take_name(struct reader *r, struct effect *e)
{
	const char *schema = NULL, *name;

	if (!at_name(r))
		return false;
	name = (r->t++)->text;
	while (at(r, ".") && r->t + 1 < r->end) {
		r->t++;
		if (!at_name(r))
			break;
		schema = name;
		name = (r->t++)->text;
	}
	/* Where the schema is computed, the whole name is. */
	e->computed = is_computed(name) || (schema && is_computed(schema));
	if (!e->computed) {
		e->schema = xstrdup_null(schema);
		e->name = xstrdup(name);
	}
	return true;
}

static char *
take_part(struct reader *r, struct effect *e)
{
	const char *name;

	if (!at_name(r))
		return NULL;
	name = (r->t++)->text;
	e->computed |= is_computed(name);
	return e->computed ? NULL : xstrdup(name);
}

static void
add(struct reader *r, struct effect e)
{
	e.line = r->line;
	if (e.computed) {
		effect_free(&e);
		e.schema = e.name = e.part = NULL;
	}
	effects_add(r->out, e);
}

/* ---- DROP, CREATE ---- */

static const struct drop_kind {
	const char *words[3];
	enum effect_kind kind;
	bool on_table; /* "name ON table" */
} drop_kinds[] = {
	{{"table"}, EFFECT_DROP_TABLE},
	{{"foreign", "table"}, EFFECT_DROP_FOREIGN_TABLE},
	{{"materialized", "view"}, EFFECT_DROP_MATERIALIZED_VIEW},
	{{"view"}, EFFECT_DROP_VIEW},
	{{"recursive", "view"}, EFFECT_DROP_VIEW},
	{{"schema"}, EFFECT_DROP_SCHEMA},
	{{"sequence"}, EFFECT_DROP_SEQUENCE},
	{{"type"}, EFFECT_DROP_TYPE},
	{{"domain"}, EFFECT_DROP_DOMAIN},
	{{"function"}, EFFECT_DROP_FUNCTION},
	{{"aggregate"}, EFFECT_DROP_FUNCTION},
	{{"routine"}, EFFECT_DROP_FUNCTION},
	{{"procedure"}, EFFECT_DROP_PROCEDURE},
	{{"extension"}, EFFECT_DROP_EXTENSION},
	{{"index"}, EFFECT_DROP_INDEX},
	{{"trigger"}, EFFECT_DROP_TRIGGER, true},
	{{"policy"}, EFFECT_DROP_POLICY, true},
};

static const struct drop_kind *
take_kind(struct reader *r)
{
	for (size_t i = 0; i < COUNT_OF(drop_kinds); i++) {
		const struct drop_kind *k = &drop_kinds[i];
		const struct sqltoken *start = r->t;
		size_t n = 0;

		while (k->words[n] && take(r, k->words[n]))
			n++;
		if (!k->words[n])
			return k;
		r->t = start;
	}
	return NULL;
}

/* "name ON table": the identity is the table's, the name a part of it. */
static bool
take_name_on_table(struct reader *r, struct effect *e)
{
	struct effect part = {0};

	if (!take_name(r, &part))
		return false;
	while (r->t < r->end && !at(r, "on"))
		r->t++;
	if (!take(r, "on") || !take_name(r, e)) {
		effect_free(&part);
		return false;
	}
	e->computed |= part.computed;
	e->part = part.name;
	free(part.schema);
	return true;
}

static void
read_drop(struct reader *r)
{
	const struct drop_kind *k = take_kind(r);

	if (!k)
		return;
	take(r, "concurrently");
	take_if_exists(r);
	do {
		struct effect e = {.kind = k->kind};

		if (k->on_table ? !take_name_on_table(r, &e) : !take_name(r, &e))
			return;
		add(r, e);
		skip_parentheses(r);
	} while (take(r, ","));
}

static void
read_create(struct reader *r)
{
	static const char *const before[] = {"or", "replace", "global", "local", "temp",
		"temporary", "unlogged", "unique", "constraint", NULL};
	const struct drop_kind *k;
	struct effect e = {.creates = true};

	take_any(r, before);
	k = take_kind(r);
	if (!k)
		return;
	e.kind = k->kind;
	take(r, "concurrently");
	/* It may have been there before. */
	if (take_if_exists(r) && !effect_info(k->kind)->is_code)
		return;
	if (k->on_table ? take_name_on_table(r, &e) : take_name(r, &e))
		add(r, e);
}

/* ---- ALTER ---- */

/* The next `,` outside of parentheses. */
static void
skip_action(struct reader *r)
{
	while (r->t < r->end && !(at(r, ",") && r->t->depth == 0))
		r->t++;
	r->t += r->t < r->end;
}

static void
read_action(struct reader *r, const struct effect *table)
{
	struct effect e = *table;
	bool drop = take(r, "drop"), create = !drop && take(r, "add");
	bool maybe;

	if (!drop && !create)
		return;
	e.creates = create;
	e.kind = take(r, "constraint") ? EFFECT_DROP_CONSTRAINT : EFFECT_DROP_COLUMN;
	take(r, "column");
	maybe = take_if_exists(r);
	/* ADD PRIMARY KEY …: a constraint whose name the server makes. */
	if (create && (maybe || (e.kind == EFFECT_DROP_COLUMN && at_name(r) &&
					(at(r, "primary") || at(r, "unique") ||
						at(r, "foreign") || at(r, "check") ||
						at(r, "exclude")))))
		return;
	e.part = take_part(r, &e);
	if (!e.part && !e.computed)
		return;
	e.schema = xstrdup_null(table->schema);
	e.name = xstrdup_null(table->name);
	add(r, e);
}

static void
read_alter_table(struct reader *r)
{
	struct effect table = {0};

	take_if_exists(r);
	take(r, "only");
	if (!take_name(r, &table))
		return;
	take(r, "*");
	while (r->t < r->end) {
		read_action(r, &table);
		skip_action(r);
	}
	effect_free(&table);
}

/* ALTER TYPE a RENAME TO b: what is dropped under the new name later was put aside. */
static void
read_alter_type(struct reader *r)
{
	struct effect e = {.kind = EFFECT_DROP_TYPE, .creates = true}, renamed = {0};

	if (take_name(r, &e) && take(r, "rename") && take(r, "to") &&
		take_name(r, &renamed)) {
		free(e.name);
		e.name = renamed.name;
		e.computed |= renamed.computed;
		free(renamed.schema);
		add(r, e);
		return;
	}
	effect_free(&e);
}

static void
read_alter(struct reader *r)
{
	if (take(r, "table") || (take(r, "foreign") && take(r, "table")))
		read_alter_table(r);
	else if (take(r, "type"))
		read_alter_type(r);
}

/* ---- Rows ---- */

static void
read_truncate(struct reader *r)
{
	take(r, "table");
	do {
		struct effect e = {.kind = EFFECT_TRUNCATE};

		take(r, "only");
		if (!take_name(r, &e))
			return;
		add(r, e);
		take(r, "*");
	} while (take(r, ","));
}

/* Behind the name: at the same depth, in the same statement. */
static bool
has_where(const struct reader *r, unsigned depth)
{
	for (const struct sqltoken *t = r->t; t < r->end && t->depth >= depth; t++)
		if (t->depth == depth && sqltoken_is(t, "where"))
			return true;
	return false;
}

static void
read_rows(struct reader *r, enum effect_kind kind)
{
	struct effect e = {.kind = kind};
	unsigned depth = r->t < r->end ? r->t->depth : 0;

	take(r, "only");
	if (!take_name(r, &e))
		return;
	e.every_row = !has_where(r, depth);
	if (kind == EFFECT_UPDATE && !e.every_row)
		effect_free(&e);
	else
		add(r, e);
}

/* WITH moved AS (DELETE FROM … RETURNING *) INSERT …: any of them changes rows. */
static void
read_with(struct reader *r)
{
	for (bool clause = false; r->t < r->end;) {
		if (take(r, "delete") && take(r, "from"))
			read_rows(r, EFFECT_DELETE);
		else if (!clause && take(r, "update"))
			read_rows(r, EFFECT_UPDATE);
		/* FOR [NO KEY] UPDATE, ON CONFLICT … DO UPDATE */
		clause = at(r, "for") || at(r, "key") || at(r, "do");
		r->t += r->t < r->end;
	}
}

/* ---- Blocks of code ---- */

/* EXECUTE 'DROP TABLE x', EXECUTE format('DROP TABLE %I', x) */
static void
read_execute(struct reader *r)
{
	bool format = take(r, "format");
	struct strbuf text = {0};

	take(r, "(");
	if (r->t < r->end && r->t->kind == SQLTOKEN_STRING) {
		for (const char *c = r->t->text; *c; c++) {
			bool field = format && *c == '%' && c[1];

			strbuf_addc(&text, field ? SQLEFFECT_COMPUTED : *c);
			c += field;
		}
		/* What is added to it is not known. */
		if (r->t + 1 < r->end && sqltoken_is(r->t + 1, "|"))
			strbuf_addc(&text, SQLEFFECT_COMPUTED);
		read_text(text.s ? text.s : "", r->line, r->blocks + 1, r->out);
	}
	strbuf_free(&text);
}

static void
read_do(struct reader *r)
{
	for (; r->t < r->end; r->t++)
		if (r->t->kind == SQLTOKEN_STRING)
			read_text(r->t->text, r->line, r->blocks + 1, r->out);
}

/* In a block a statement may stand behind one of these. */
static void
skip_control(struct reader *r)
{
	static const char *const words[] = {"begin", "then", "else", "loop"};
	const struct sqltoken *start = r->t;

	for (const struct sqltoken *t = start; t < r->end; t++)
		for (size_t i = 0; i < COUNT_OF(words); i++)
			if (t->depth == 0 && sqltoken_is(t, words[i]))
				r->t = t + 1;
}

static void
read_statement(struct reader *r)
{
	if (r->blocks)
		skip_control(r);
	if (take(r, "drop"))
		read_drop(r);
	else if (take(r, "create"))
		read_create(r);
	else if (take(r, "alter"))
		read_alter(r);
	else if (take(r, "truncate"))
		read_truncate(r);
	else if (take(r, "delete") && take(r, "from"))
		read_rows(r, EFFECT_DELETE);
	else if (take(r, "update"))
		read_rows(r, EFFECT_UPDATE);
	else if (take(r, "with"))
		read_with(r);
	else if (r->blocks < MAX_BLOCKS && take(r, "do"))
		read_do(r);
	else if (r->blocks && r->blocks < MAX_BLOCKS && take(r, "execute"))
		read_execute(r);
}

static void
read_text(const char *sql, unsigned line, unsigned blocks, struct effects *out)
{
	struct sqltokens tokens;

	sqltoken_scan(sql, &tokens);
	for (size_t i = 0; i < tokens.n;) {
		struct reader r = {
			.t = &tokens.v[i], .line = line, .blocks = blocks, .out = out};

		while (i < tokens.n && tokens.v[i].kind != SQLTOKEN_END &&
			!sqltoken_is(&tokens.v[i], ";"))
			i++;
		r.end = &tokens.v[i++];
		read_statement(&r);
	}
	sqltoken_free(&tokens);
}

void
sqleffect_read(const char *sql, unsigned line, struct effects *out)
{
	read_text(sql, line, 0, out);
}
