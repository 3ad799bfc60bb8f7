#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/shape.h"
#include "tests/unit/catalog/literal.h"

/* ---- Building ---- */

static struct err error;

static bool
add(struct builder *b, enum kind k, const char *const *names, size_t n_cols,
	const char *const *cells, size_t n_rows)
{
	const struct rows r = {n_rows, n_cols, names, cells};

	return builder_add(b, k, &r, &error);
}

#define ADD(b, k, names, ...)                                                       \
	add(b, k, names, COUNT_OF(names), (const char *const[]){__VA_ARGS__},       \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *) / \
			COUNT_OF(names))

static void
test_order(void **state)
{
	static const char *const in_order[] = {"public", "zoo", "public.a", "public.b",
		"zoo.a", "public.a.x", "public.a.y", "public.b.x"};
	struct snapshot *s = CATALOG("column public/b/x", "table zoo/a", "schema /zoo",
		"table public/b", "column public/a/y", "table public/a",
		"column public/a/x", "schema /public");
	struct strbuf name = {0};

	(void)state;
	assert_int_equal(s->n_objects, COUNT_OF(in_order));
	for (size_t i = 0; i < s->n_objects; i++) {
		strbuf_clear(&name);
		object_name(&s->objects[i], &name);
		assert_string_equal(name.s, in_order[i]);
	}
	strbuf_free(&name);
	snapshot_unref(s);
}

static void
test_empty(void **state)
{
	struct builder *b = builder_new(150018, "15.18");
	struct snapshot *s;
	size_t n;

	(void)state;
	builder_details(b, 100, &n);
	assert_int_equal(n, 0);
	s = builder_finish(b, true, &error);
	assert_non_null(s);
	assert_int_equal(s->n_objects, 0);
	assert_true(s->in_recovery);
	assert_false(s->has_user_tables);
	assert_string_equal(s->server_version, "15.18");
	assert_int_equal(s->server_version_num, 150018);
	assert_int_equal(strlen(s->fingerprint), 64);
	snapshot_unref(s);
}

static void
test_refused_columns(void **state)
{
	static const char *const unknown[] = {"schema", "name", "colour"};
	static const char *const twice[] = {"schema", "name", "name"};
	static const char *const property_twice[] = {
		"schema", "name", "persistence", "persistence"};
	static const char *const nameless[] = {"schema", "persistence"};
	static const struct {
		const char *const *names;
		size_t n;
		const char *text;
	} cases[] = {
		{unknown, 3, "colour"},
		{twice, 3, "name"},
		{property_twice, 4, "persistence"},
		{nameless, 2, "name"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct builder *b = builder_new(150018, "15.18");

		assert_false(add(b, KIND_TABLE, cases[i].names, cases[i].n, NULL, 0));
		assert_int_equal(error.code, ERR_INTERNAL);
		assert_non_null(strstr(error.text, cases[i].text));
		builder_free(b);
	}
}

static void
test_refused_cells(void **state)
{
	static const char *const names[] = {"schema", "name", "on"};
	struct builder *b = builder_new(150018, "15.18");

	(void)state;
	assert_false(ADD(b, KIND_COMMENT, names, "public", NULL, "table"));
	assert_int_equal(error.code, ERR_INTERNAL);
	assert_false(ADD(b, KIND_COMMENT, names, "public", "t", "tabel"));
	assert_int_equal(error.code, ERR_INTERNAL);
	assert_non_null(strstr(error.text, "tabel"));
	builder_free(b);
}

static void
test_duplicate(void **state)
{
	static const char *const objects[] = {
		"table public/a", "table public/Twice", "table public/Twice", NULL};
	struct builder *b = builder_new(150018, "15.18");

	(void)state;
	literal_add(b, objects);
	assert_null(builder_finish(b, false, &error));
	assert_int_equal(error.code, ERR_INTERNAL);
	assert_non_null(strstr(error.text, "table public.\"Twice\""));
}

/* Texts of the server are brought to one form on their way in. */
static void
test_canonical(void **state)
{
	static const char text[] = "((s)::text = ANY ((ARRAY['a'::character varying, "
				   "'b'::character varying])::text[]))";
	struct strbuf object = {0}, canonical = {0};
	struct snapshot *s;

	(void)state;
	canon_apply(CANON_EXPRESSION, text, &canonical);
	assert_string_not_equal(canonical.s, text);
	strbuf_printf(&object, "column public/t/a|default=%s|storage=%s", text, text);
	s = CATALOG(object.s);
	assert_string_equal(object_value(&s->objects[0], "default"), canonical.s);
	assert_string_equal(object_value(&s->objects[0], "storage"), text);
	snapshot_unref(s);
	strbuf_free(&object);
	strbuf_free(&canonical);
}

/* A type's name in an identity is quoted where a server takes it for a key word. */
static void
test_canonical_identity(void **state)
{
	struct snapshot *s = CATALOG("function public/f(json, app.\"json_table\")",
		"comment public/f(json, app.\"json_table\")|on=function");

	(void)state;
	for (size_t i = 0; i < s->n_objects; i++)
		assert_string_equal(s->objects[i].id.args, "json, app.json_table");
	assert_ptr_equal(s->objects[1].belongs_to, &s->objects[0]);
	snapshot_unref(s);
}

/* ---- Details ---- */

static const char *const view_reads[] = {"schema", "name", "oid", "deparse"};
static const char *const view_details[] = {"oid", "definition"};

static struct builder *
three_views(void)
{
	struct builder *b = builder_new(150018, "15.18");

	assert_true(ADD(b, KIND_VIEW, view_reads, "public", "a", "30", "t", "public",
		"b", "4", "t", "public", "c", "100", "t"));
	return b;
}

static bool
answer(struct builder *b, const struct detail_batch *batch, const char *const *cells,
	size_t n_rows)
{
	const struct rows r = {n_rows, COUNT_OF(view_details), view_details, cells};

	return builder_add_details(b, batch, &r, &error);
}

static void
test_details(void **state)
{
	static const char *const some[] = {"30", "SELECT 30", "100", "SELECT 100"};
	static const char *const rest[] = {"4", "SELECT 4"};
	struct builder *b = three_views();
	const struct identity id = {.schema = "public", .name = "c", .on = KIND_NONE};
	const struct detail_batch *batches;
	struct snapshot *s;
	size_t n;

	(void)state;
	batches = builder_details(b, 2, &n);
	assert_int_equal(n, 2);
	assert_int_equal(batches[0].kind, KIND_VIEW);
	assert_non_null(batches[0].sql);
	assert_string_equal(batches[0].oids, "{100,30}");
	assert_string_equal(batches[1].oids, "{4}");
	assert_int_equal(batches[0].n_oids, 2);
	assert_true(answer(b, &batches[1], rest, 1));
	assert_true(answer(b, &batches[0], some, 2));
	s = builder_finish(b, false, &error);
	assert_string_equal(
		object_value(snapshot_find(s, KIND_VIEW, &id), "definition"),
		"SELECT 100");
	snapshot_unref(s);
}

/* Equal lists of properties are kept once, whenever they became equal. */
static void
test_shared_values(void **state)
{
	struct snapshot *s = CATALOG("column public/a/x|type=text|position=1",
		"column public/b/x|type=text|position=1",
		"column public/b/y|type=text|position=2");

	(void)state;
	assert_ptr_equal(s->objects[0].values, s->objects[1].values);
	assert_ptr_not_equal(s->objects[1].values, s->objects[2].values);
	assert_string_equal(object_value(&s->objects[2], "position"), "2");
	snapshot_unref(s);
}

static void
test_bad_details(void **state)
{
	static const char *const gone[] = {"30", "SELECT 30", "100", NULL};
	static const char *const other[] = {"30", "SELECT 30", "5", "SELECT 5"};
	static const char *const again[] = {"30", "SELECT 30", "30", "SELECT 30"};
	static const char *const fewer[] = {"30", "SELECT 30"};
	static const struct {
		const char *const *cells;
		size_t n_rows;
		enum err_code code;
	} cases[] = {
		{gone, 2, ERR_MOVED},
		{fewer, 1, ERR_MOVED},
		{NULL, 0, ERR_MOVED},
		{other, 2, ERR_INTERNAL},
		{again, 2, ERR_INTERNAL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct builder *b = three_views();
		size_t n;
		const struct detail_batch *batches = builder_details(b, 2, &n);

		assert_false(answer(b, batches, cases[i].cells, cases[i].n_rows));
		assert_int_equal(error.code, cases[i].code);
		builder_free(b);
	}
}

static void
test_unanswered_details(void **state)
{
	struct builder *b = three_views();

	(void)state;
	assert_null(builder_finish(b, false, &error));
	assert_int_equal(error.code, ERR_INTERNAL);
}

static bool
was_read(const struct snapshot *s, enum kind k, const char *property)
{
	int i = kind_property(k, property);

	assert_true(i >= 0);
	return s->read[k] >> i & 1;
}

/* A property that this server's statements do not give is not known to be unset;
 * one that the details give is, though there was nothing to deparse. */
static void
test_read(void **state)
{
	static const char *const names[] = {
		"schema", "name", "oid", "deparse", "owner"};
	struct builder *b = builder_new(150018, "15.18");
	struct snapshot *s;

	(void)state;
	assert_true(ADD(b, KIND_VIEW, names, "public", "a", "1", "f", "me"));
	s = builder_finish(b, false, &error);
	assert_non_null(s);
	assert_true(s->read[KIND_VIEW] & KIND_WAS_READ);
	assert_true(was_read(s, KIND_VIEW, "owner"));
	assert_true(was_read(s, KIND_VIEW, "definition"));
	assert_false(was_read(s, KIND_VIEW, "options"));
	assert_true(was_read(s, KIND_TABLE, "persistence"));
	snapshot_unref(s);
}

/* ---- What is asked of a snapshot ---- */

static void
test_names(void **state)
{
	static const struct {
		const char *object, *name;
	} cases[] = {
		{"schema /app", "app"},
		{"schema /App", "\"App\""},
		{"extension /uuid-ossp", "\"uuid-ossp\""},
		{"table public/orders", "public.orders"},
		{"table public/Order Lines", "public.\"Order Lines\""},
		{"column public/users/email", "public.users.email"},
		{"column public/users/select", "public.users.\"select\""},
		{"function public/f()", "public.f()"},
		{"function public/F(integer, text)", "public.\"F\"(integer, text)"},
		{"operator public/===(integer, integer)",
			"public.===(integer, integer)"},
		{"comment public/t/a|on=column", "public.t.a"},
		{"comment public/===(text, text)|on=operator",
			"public.===(text, text)"},
		{"grant public/f(text)|on=function", "public.f(text)"},
		{"cast /cast(integer AS text)", "(integer AS text)"},
		{"comment /cast(integer AS text)|on=cast", "(integer AS text)"},
		{"operator_class public/ops(btree)", "public.ops(btree)"},
		{"user_mapping /Far/me", "\"Far\".me"},
		{"default_privilege /me/tables", "me.tables"},
		{"default_privilege app/me/tables", "app.me.tables"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *s = CATALOG(cases[i].object);
		struct strbuf name = {0};

		object_name(&s->objects[0], &name);
		assert_string_equal(name.s, cases[i].name);
		strbuf_free(&name);
		snapshot_unref(s);
	}
}

static void
test_belongs_to(void **state)
{
	static const struct {
		enum kind kind;
		const char *name, *owner;
	} cases[] = {
		{KIND_SCHEMA, "app", NULL},
		{KIND_TABLE, "app.t", "app"},
		{KIND_TABLE, "other.t", NULL},
		{KIND_COLUMN, "app.t.id", "app.t"},
		{KIND_CONSTRAINT, "app.d.positive", "app.d"},
		{KIND_INDEX, "app.i", "app.t"},
		{KIND_SEQUENCE, "app.free", "app"},
		{KIND_SEQUENCE, "app.owned", "app.t.id"},
		{KIND_DOMAIN, "app.d", "app"},
		{KIND_FOREIGN_SERVER, "far", NULL},
		{KIND_USER_MAPPING, "far.me", "far"},
		{KIND_USER_MAPPING, "near.me", NULL},
		{KIND_DEFAULT_PRIVILEGE, "app.t.tables", "app"},
		{KIND_COMMENT, "app", "app"},
		{KIND_COMMENT, "app.i", "app.i"},
		{KIND_COMMENT, "app.t.id", "app.t.id"},
	};
	struct snapshot *s = CATALOG("schema /app", "table app/t", "table other/t",
		"column app/t/id", "constraint app/d/positive", "index app/i|parent=t",
		"sequence app/free", "sequence app/owned|parent=t|parent_part=id",
		"domain app/d", "comment app/i|on=index|parent=t",
		"comment app/t/id|on=column", "comment /app|on=schema",
		"foreign_server /far", "user_mapping /far/me", "user_mapping /near/me",
		"default_privilege app/t/tables");

	(void)state;
	assert_int_equal(s->n_objects, COUNT_OF(cases));
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];
		struct strbuf name = {0}, owner = {0};

		assert_int_equal(o->kind, cases[i].kind);
		object_name(o, &name);
		assert_string_equal(name.s, cases[i].name);
		if (o->belongs_to)
			object_name(o->belongs_to, &owner);
		if (cases[i].owner)
			assert_string_equal(owner.s, cases[i].owner);
		else
			assert_null(o->belongs_to);
		strbuf_free(&name);
		strbuf_free(&owner);
	}
	snapshot_unref(s);
}

static void
test_show(void **state)
{
	struct snapshot *s = CATALOG("column public/t/a|type=text|not_null=true",
		"view public/v|definition=SELECT 1");
	struct strbuf b = {0};

	(void)state;
	object_show(&s->objects[0], UINT64_MAX, &b);
	assert_string_equal(b.s, "type: text, not_null: true");
	strbuf_clear(&b);
	object_show(&s->objects[1], UINT64_MAX, &b);
	assert_string_equal(b.s, "SELECT 1");
	snapshot_unref(s);
	s = CATALOG("column public/t/a|type=text|default=two\nlines");
	strbuf_clear(&b);
	object_show(&s->objects[0], UINT64_MAX, &b);
	assert_string_equal(b.s, "type: text\ndefault: two\nlines");
	snapshot_unref(s);
	s = CATALOG("comment public/t|on=table|comment=what it is for");
	strbuf_clear(&b);
	object_show(&s->objects[0], UINT64_MAX, &b);
	assert_string_equal(b.s, "what it is for");
	snapshot_unref(s);
	s = CATALOG("schema /empty");
	strbuf_clear(&b);
	object_show(&s->objects[0], UINT64_MAX, &b);
	assert_string_equal(b.s, "");
	strbuf_free(&b);
	snapshot_unref(s);
}

/* What no server leaves out is no fact: an object without its schema is none. */
static void
test_impossible(void **state)
{
	static const char *const names[] = {"schema", "name", "oid", "deparse"};
	struct builder *b = builder_new(150018, "15.18");

	(void)state;
	assert_true(ADD(b, KIND_SEQUENCE, names, NULL, "s1", "1", "f"));
	assert_null(builder_finish(b, false, &error));
	assert_int_equal(error.code, ERR_INTERNAL);
	assert_string_equal(error.text,
		"the server answered the reading of sequences with NULL for schema of "
		"s1, which cannot be");
}

/* A kind that a database has one of, and what has no name of its own. */
static void
test_itself(void **state)
{
	static const char *const names[] = {"name", "encoding"};
	static const struct {
		size_t n;
		const char *name, *text;
	} cases[] = {
		{1, "itself", ""},
		{0, NULL,
			"the server answered the reading of databases with 0 rows "
			"instead of 1"},
		{2, "itself",
			"the server answered the reading of databases with 2 rows "
			"instead of 1"},
		{1, NULL,
			"the server answered the reading of databases with NULL for "
			"name, which cannot be"},
		{1, "shop",
			"the server answered the reading of databases with another "
			"value for name of shop, which cannot be"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *const cells[] = {
			cases[i].name, "UTF8", cases[i].name, "UTF8"};
		struct builder *b = builder_new(150018, "15.18");
		struct snapshot *s = NULL;

		error.text[0] = '\0';
		if (add(b, KIND_DATABASE, names, 2, cells, cases[i].n))
			s = builder_finish(b, false, &error);
		else
			builder_free(b);
		assert_int_equal(s != NULL, !*cases[i].text);
		assert_string_equal(error.text, cases[i].text);
		snapshot_unref(s);
	}
}

/* Of any kind: what a name or an oid never is. */
static void
test_impossible_identity(void **state)
{
	static const char *const names[] = {"schema", "name", "part", "oid", "deparse"};
	static const struct {
		const char *cells[5];
		const char *text;
	} cases[] = {
		{{"public", "t", "c", "1", "f"}, ""},
		{{"", "t", "c", "1", "f"}, "\"\" for schema"},
		{{"public", "", "c", "1", "f"}, "\"\" for name"},
		{{"public", NULL, "c", "1", "f"}, "NULL for name"},
		{{"public", "t", "", "1", "f"}, "\"\" for part"},
		{{"public", "t", "c", NULL, "f"}, ""},
		{{"public", "t", "c", NULL, "t"}, "NULL for oid"},
		{{"public", "t", "c", "1,2", "t"}, "\"1,2\" for oid"},
		{{"public", "t", "c", "1", "true"}, "\"true\" for deparse"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct builder *b = builder_new(150018, "15.18");

		error.text[0] = '\0';
		assert_int_equal(add(b, KIND_COLUMN, names, 5, cases[i].cells, 1),
			!*cases[i].text);
		assert_non_null(strstr(error.text, cases[i].text));
		builder_free(b);
	}
}

/* What is wrong with the values of a sequence, of which nothing else was read. */
static const char *
check_sequence(const char *start, const char *cycle, const char *persistence)
{
	static const char *const names[] = {
		"schema", "name", "start", "cycle", "persistence"};
	struct builder *b = builder_new(150018, "15.18");
	struct snapshot *s;
	bool ok;

	assert_true(ADD(
		b, KIND_SEQUENCE, names, "public", "s1", start, cycle, persistence));
	s = builder_finish(b, false, &error);
	assert_non_null(s);
	ok = shape_check(s, &error);
	snapshot_unref(s);
	return ok ? "" : error.text;
}

static void
test_impossible_values(void **state)
{
	(void)state;
	assert_string_equal(check_sequence("-1", "true", NULL), "");
	assert_string_equal(
		check_sequence("9223372036854775807", "false", "unlogged"), "");
	assert_string_equal(check_sequence(NULL, "true", NULL),
		"the server answered the reading of sequences with NULL for start of "
		"public.s1, which cannot be");
	assert_string_equal(check_sequence("1", NULL, NULL),
		"the server answered the reading of sequences with NULL for cycle of "
		"public.s1, which cannot be");
	assert_string_equal(check_sequence("?", "true", NULL),
		"the server answered the reading of sequences with another value for "
		"start of public.s1, which cannot be");
	assert_string_equal(check_sequence("", "true", NULL),
		"the server answered the reading of sequences with another value for "
		"start of public.s1, which cannot be");
	assert_string_equal(check_sequence("1", "true|false", NULL),
		"the server answered the reading of sequences with another value for "
		"cycle of public.s1, which cannot be");
	assert_string_equal(check_sequence("1", "true", "unlog"),
		"the server answered the reading of sequences with another value for "
		"persistence of public.s1, which cannot be");
}

/* A partition is judged by its parent, so that it has to be one. */
static void
test_together(void **state)
{
	static const char *const names[] = {
		"schema", "name", "oid", "deparse", "partition_of", "partition_bound"};

	(void)state;
	for (int i = 0; i < 4; i++) {
		const char *of = i & 1 ? "public.t" : NULL;
		const char *bound = i & 2 ? "public.t DEFAULT" : NULL;
		struct builder *b = builder_new(150018, "15.18");
		struct snapshot *s;

		assert_true(
			ADD(b, KIND_TABLE, names, "public", "t1", "1", "f", of, bound));
		s = builder_finish(b, false, &error);
		assert_non_null(s);
		assert_int_equal(shape_check(s, &error), !of == !bound);
		snapshot_unref(s);
	}
	assert_string_equal(error.text, "the server answered the reading of tables "
					"with NULL for partition_of of "
					"public.t1, which cannot be");
}

/* A plain answer would do without what a statement for the rest is to give. */
static void
test_whether_to_deparse(void **state)
{
	static const char *const names[] = {"schema", "name", "part", "oid", "deparse"};
	struct builder *b = builder_new(150018, "15.18");

	(void)state;
	assert_false(ADD(b, KIND_COLUMN, names, "public", "t", "c", "1", NULL));
	assert_false(ADD(b, KIND_COLUMN, names, "public", "t", "c", "1", "?"));
	assert_string_equal(error.text,
		"the server answered the reading of columns with \"?\" for deparse, "
		"which cannot be");
	builder_free(b);
}

/* ---- Fingerprint and version table ---- */

static struct snapshot *
versioned(int version_num, const char *const *objects)
{
	struct builder *b = builder_new(version_num, "x");
	struct strvec recorded = {0};
	struct snapshot *s;

	strvec_add(&recorded, "b");
	strvec_add(&recorded, "a");
	literal_add(b, objects);
	builder_set_revision(b, "public", "alembic_version", true, &recorded);
	s = builder_finish(b, false, &error);
	assert_non_null(s);
	assert_string_equal(s->revision.v[0], "a");
	strvec_free(&recorded);
	return s;
}

static void
test_fingerprint(void **state)
{
	static const char *const base[] = {"table public/t|persistence=permanent",
		"column public/t/a|type=text|position=1", NULL};
	static const struct {
		const char *what;
		const char *const objects[5];
		bool same;
	} cases[] = {
		{"another order of rows",
			{"column public/t/a|type=text|position=1",
				"table public/t|persistence=permanent"},
			true},
		{"the place of a column",
			{"table public/t|persistence=permanent",
				"column public/t/a|type=text|position=7"},
			true},
		{"the owner",
			{"table public/t|persistence=permanent|owner=me",
				"column public/t/a|type=text"},
			true},
		{"the version table",
			{"table public/t|persistence=permanent",
				"column public/t/a|type=text",
				"table public/alembic_version",
				"column public/alembic_version/version_num|type=text"},
			true},
		{"a table like it elsewhere",
			{"table public/t|persistence=permanent",
				"column public/t/a|type=text",
				"table app/alembic_version"},
			false},
		{"a type",
			{"table public/t|persistence=permanent",
				"column public/t/a|type=integer"},
			false},
		{"a value that moved to another property",
			{"table public/t|persistence=permanent",
				"column public/t/a|default=text"},
			false},
		{"a name",
			{"table public/t|persistence=permanent",
				"column public/t/b|type=text"},
			false},
		{"a kind", {"foreign_table public/t", "column public/t/a|type=text"},
			false},
		{"one object less", {"table public/t|persistence=permanent"}, false},
	};
	struct snapshot *a = versioned(150018, base);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *b = versioned(180004, cases[i].objects);

		if (!strcmp(a->fingerprint, b->fingerprint) != cases[i].same)
			fail_msg("%s", cases[i].what);
		snapshot_unref(b);
	}
	snapshot_unref(a);
}

/* Where one field ends and the next begins is part of it. */
static void
test_fingerprint_fields(void **state)
{
	static const struct {
		const char *const a[3], *const b[3];
	} cases[] = {
		{{"column public/ta/b"}, {"column public/t/ab"}},
		{{"column public/t/a|type=text|default="},
			{"column public/t/a|type=textdefault"}},
		{{"table public/tx"}, {"table publict/x"}},
		{{"index public/f()"}, {"index public/f"}},
		{{"comment public/t|on=table"}, {"comment public/t|on=view"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *a = versioned(150018, cases[i].a);
		struct snapshot *b = versioned(150018, cases[i].b);

		assert_string_not_equal(a->fingerprint, b->fingerprint);
		snapshot_unref(a);
		snapshot_unref(b);
	}
}

static void
test_user_tables(void **state)
{
	static const struct {
		const char *const objects[4];
		bool any;
	} cases[] = {
		{{"table public/alembic_version", "column public/alembic_version/v"},
			false},
		{{"schema /public", "view public/v"}, false},
		{{"table public/alembic_version", "table public/t"}, true},
		{{"table app/alembic_version"}, true},
		{{"foreign_table public/t"}, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *s = versioned(150018, cases[i].objects);

		assert_int_equal(s->has_user_tables, cases[i].any);
		snapshot_unref(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_refused_columns),
		cmocka_unit_test(test_refused_cells),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_canonical_identity),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_shared_values),
		cmocka_unit_test(test_bad_details),
		cmocka_unit_test(test_unanswered_details),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_impossible),
		cmocka_unit_test(test_itself),
		cmocka_unit_test(test_impossible_identity),
		cmocka_unit_test(test_impossible_values),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_whether_to_deparse),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_belongs_to),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_fingerprint),
		cmocka_unit_test(test_fingerprint_fields),
		cmocka_unit_test(test_user_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
