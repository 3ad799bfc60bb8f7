/* Operations are told by their names alone: whatever an import calls the object, nobody
 * else has a drop_table(). */
#include "migrations/alembic/pycall.h"

#include <string.h>

#include "base/mem.h"
#include "migrations/sqleffect.h"

/* ---- Names ---- */

struct name {
	const char *text; /* NULL: none, or computed */
	bool computed;
};

static struct name
name_of(struct pyspan s, const struct pyscope *scope)
{
	const struct pyvalue *v;

	if (s.from >= s.to)
		return (struct name){0};
	v = pytext(s, scope);
	if (pytext_is_whole(v))
		return (struct name){.text = v->text};
	return (struct name){.computed = v->kind != PYVALUE_NONE};
}

/* What a name is bound to stands for a table, or NULL. */
static const struct pytable *
table_of(struct pyspan s, const struct pyscope *scope)
{
	const struct pyvalue *v;

	if (s.from >= s.to)
		return NULL;
	v = pytext(s, scope);
	if (!v->table && v->kind == PYVALUE_UNKNOWN && v->from)
		v = pycall_table((struct pyspan){v->from, v->to}, scope);
	return v ? v->table : NULL;
}

static void
add(struct effects *out, struct effect e, struct name table, struct name part)
{
	e.computed |= table.computed || part.computed;
	if (!e.computed) {
		e.name = xstrdup_null(table.text);
		e.part = xstrdup_null(part.text);
	} else {
		e.schema = NULL;
	}
	e.schema = xstrdup_null(e.schema);
	effects_add(out, e);
}

static void
add_on_table(struct effects *out, struct effect e, const struct pytable *t)
{
	struct name name = {.text = t->name, .computed = !t->name};
	char *schema = (char *)t->schema;

	e.schema = schema;
	add(out, e, name, (struct name){0});
}

/* ---- Operations of Alembic ---- */

static const struct operation {
	const char *word;
	enum effect_kind kind;
	bool creates;
	const char *table; /* argument that names it, or NULL: its own name is it */
	const char *name;  /* … the column, index or constraint */
	int table_at, name_at;
} operations[] = {
	{"drop_table", EFFECT_DROP_TABLE, false, "table_name", NULL, 0, -1},
	{"create_table", EFFECT_DROP_TABLE, true, "table_name", NULL, 0, -1},
	{"drop_column", EFFECT_DROP_COLUMN, false, "table_name", "column_name", 0, 1},
	{"add_column", EFFECT_DROP_COLUMN, true, "table_name", "column", 0, 1},
	{"drop_index", EFFECT_DROP_INDEX, false, NULL, "index_name", -1, 0},
	{"create_index", EFFECT_DROP_INDEX, true, NULL, "index_name", -1, 0},
	{"drop_constraint", EFFECT_DROP_CONSTRAINT, false, "table_name",
		"constraint_name", 1, 0},
};

/* The object in front of the dot. */
static const struct pytable *
receiver(const struct pycall *call, const struct pyscope *scope)
{
	const struct pytoken *dot = call->name - 1;

	if (dot - call->before.from < 1 || !pytoken_is(dot, ".") ||
		dot[-1].kind != PYTOKEN_NAME)
		return NULL;
	return table_of((struct pyspan){dot - 1, dot}, scope);
}

/* In add_column() the column is sa.Column("name", …). */
static struct name
column_name(struct pyspan s, const struct pyscope *scope)
{
	const struct pytoken *open = pytext_find(s, "(");

	if (open < s.to && pytoken_is(open - 1, "Column"))
		return name_of(
			pytext_argument((struct pyspan){open,
						pyeval_behind_bracket(open, s.to)},
				"name", 0),
			scope);
	return (struct name){.computed = true};
}

static bool
is_given(struct pyspan s)
{
	return s.from < s.to;
}

/* Within a batch the table is left out of the arguments. */
static bool
is_batch(const struct operation *o, const struct pycall *call,
	const struct pytable *batch)
{
	if (batch && batch->batch)
		return true;
	return o->table && o->name &&
	       !is_given(pytext_argument(call->args, o->name,
		       o->name_at > o->table_at ? o->name_at : -1)) &&
	       !is_given(pytext_argument(
		       call->args, o->table, o->table_at > 0 ? o->table_at : -1));
}

static void
read_operation(const struct operation *o, const struct pycall *call,
	const struct pyscope *scope, struct effects *out)
{
	const struct pytable *on = receiver(call, scope);
	bool batch = is_batch(o, call, on);
	struct effect e = {
		.kind = o->kind, .creates = o->creates, .line = call->name->line};
	struct name schema = name_of(pytext_argument(call->args, "schema", -1), scope);
	struct name table = {0}, name = {0};

	if (o->table && batch)
		table = (struct name){
			.text = on ? on->name : NULL, .computed = !on || !on->name};
	else if (o->table)
		table = name_of(
			pytext_argument(call->args, o->table, o->table_at), scope);
	if (o->name) {
		struct pyspan arg =
			pytext_argument(call->args, o->name, batch ? 0 : o->name_at);

		name = !strcmp(o->name, "column") ? column_name(arg, scope)
						  : name_of(arg, scope);
	}
	/* An index is known by its own name. */
	if (!o->table) {
		table = name;
		name = (struct name){0};
	}
	e.computed = schema.computed || !(table.text || table.computed) ||
		     (o->name && o->table && !(name.text || name.computed));
	e.schema = (char *)(batch && on ? on->schema : schema.text);
	add(out, e, table, name);
}

/* ---- Statements of SQLAlchemy ---- */

/* t.delete(), sa.delete(t): a condition follows, or every row is meant. */
static bool
has_condition(const struct pycall *call)
{
	static const char *const words[] = {"where", "filter", "filter_by"};

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		for (const struct pytoken *t = call->before.from; t < call->after.to;
			t++)
			if (pytoken_is(t, words[i]))
				return true;
	}
	return false;
}

static bool
comes_before(const struct pycall *call, const char *word)
{
	for (const struct pytoken *t = call->before.from; t < call->before.to; t++)
		if (pytoken_is(t, word))
			return true;
	return false;
}

static void
read_rows(const struct pycall *call, enum effect_kind kind, const struct pyscope *scope,
	struct effects *out)
{
	struct effect e = {.kind = kind,
		.every_row = !has_condition(call),
		.line = call->name->line};
	const struct pytable *t = receiver(call, scope);

	if (kind == EFFECT_UPDATE && !e.every_row)
		return;
	if (!t)
		t = table_of(pytext_argument(call->args, NULL, 0), scope);
	if (t && !t->batch) {
		add_on_table(out, e, t);
	} else if (comes_before(call, "query")) {
		e.computed = true;
		add(out, e, (struct name){0}, (struct name){0});
	}
}

/* Table.drop(), Model.__table__.drop() */
static void
read_drop(const struct pycall *call, const struct pyscope *scope, struct effects *out)
{
	struct effect e = {.kind = EFFECT_DROP_TABLE, .line = call->name->line};
	const struct pytable *t = receiver(call, scope);
	const struct pytoken *model = call->name - 2;

	if (t && !t->batch) {
		add_on_table(out, e, t);
	} else if (model >= call->before.from && pytoken_is(model, "__table__")) {
		e.computed = true;
		add(out, e, (struct name){0}, (struct name){0});
	}
}

static void
read_drop_all(const struct pycall *call, struct effects *out)
{
	struct effect e = {
		.kind = EFFECT_DROP_TABLE, .computed = true, .line = call->name->line};

	if (comes_before(call, "metadata") || comes_before(call, "meta"))
		add(out, e, (struct name){0}, (struct name){0});
}

static void
read_execute(
	const struct pycall *call, const struct pyscope *scope, struct effects *out)
{
	struct pyspan arg = pytext_argument(call->args, "sqltext", 0);
	const struct pyvalue *v;

	if (!is_given(arg))
		arg = pytext_argument(call->args, "statement", -1);
	if (!is_given(arg))
		return;
	v = pytext(arg, scope);
	if (v->kind != PYVALUE_TEXT)
		return;
	pyscope_charge(scope, strlen(v->text) / 4);
	sqleffect_read(v->text, call->name->line, out);
}

void
pycall_read(const struct pycall *call, const char *word, const struct pyscope *scope,
	struct effects *out)
{
	for (size_t i = 0; i < COUNT_OF(operations); i++)
		if (!strcmp(word, operations[i].word))
			read_operation(&operations[i], call, scope, out);
	if (!strcmp(word, "execute") || !strcmp(word, "exec_driver_sql") ||
		!strcmp(word, "scalar"))
		read_execute(call, scope, out);
	else if (!strcmp(word, "delete"))
		read_rows(call, EFFECT_DELETE, scope, out);
	else if (!strcmp(word, "update"))
		read_rows(call, EFFECT_UPDATE, scope, out);
	else if (!strcmp(word, "drop"))
		read_drop(call, scope, out);
	else if (!strcmp(word, "drop_all"))
		read_drop_all(call, out);
}

/* ---- Tables as values ---- */

struct pyvalue *
pycall_table(struct pyspan expr, const struct pyscope *scope)
{
	const struct pytoken *open = pytext_find(expr, "(");
	struct arena *a = scope->names->arena;
	struct pyspan args = {open, expr.to};
	struct pytable *t;
	struct pyvalue *v;
	bool batch;

	if (open == expr.to || open == expr.from ||
		pyeval_behind_bracket(open, expr.to) != expr.to)
		return NULL;
	batch = pytoken_is(open - 1, "batch_alter_table");
	if (!batch && !pytoken_is(open - 1, "table") && !pytoken_is(open - 1, "Table"))
		return NULL;
	t = arena_alloc(a, sizeof *t);
	t->batch = batch;
	t->name = arena_strdup(a,
		name_of(pytext_argument(args, batch ? "table_name" : "name", 0), scope)
			.text);
	t->schema = arena_strdup(
		a, name_of(pytext_argument(args, "schema", -1), scope).text);
	v = pyvalue_unknown(a, "a table");
	v->table = t;
	return v;
}
