/* See added.h.  Two things are asked of the server: what the probe says of each catalog
 * without its new rows, which has to be what it said before, and which relations those
 * rows are of. */
#include "catalog/added.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/declared.h"
#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/probe_sql.h"

/* More relations than that are as well read with all others. */
enum { MOST_RELATIONS = 200 };

struct relation {
	const char *schema, *name;
};

struct added {
	struct arena *arena;
	const char *before, *now; /* parts of the probes */
	const struct snapshot *last;
	struct relation *relations; /* sorted */
	size_t n;
	struct strbuf oids;
	size_t n_parts;         /* that are as before, but for what was added */
	bool granted;           /* something that is new has privileges of its own */
	bool whole[KIND_COUNT]; /* all objects of the kind are read */
};

/* clang-format off */

/* `part` is what the probe would say of a catalog without its new rows: those whose
 * transaction had no number yet when the probe before was taken. */
#define FRESH "age(x.xmin) <= age($1::xid)"
#define ADDED(catalog, hash, relation, condition) \
	"SELECT '" catalog "' AS catalog, " PART("count(*) FILTER (WHERE NOT x.fresh)", \
		"sum(" hash ") FILTER (WHERE NOT x.fresh)") " AS part," \
	" array_agg(DISTINCT (" relation ")::oid) FILTER (WHERE x.fresh) AS relations" \
	" FROM (SELECT x.*, x.xmin, " FRESH " AS fresh" \
	" FROM pg_catalog." catalog " x) x WHERE " condition

/* `d` are the relations that have something new, and those that something of which
 * depends on such a one.  Where the row type of one is used elsewhere there is no
 * telling what prints its columns. */
#define ADDED_TAIL \
	"), n AS MATERIALIZED (SELECT DISTINCT unnest(a.relations) AS oid FROM a)," \
	" y AS MATERIALIZED (SELECT y.oid, y.typarray FROM pg_catalog.pg_type y" \
	" WHERE y.typrelid IN (SELECT n.oid FROM n) AND y.typrelid <> 0)," \
	" d AS MATERIALIZED (SELECT n.oid FROM n UNION SELECT CASE d.classid" \
	" WHEN 'pg_catalog.pg_class'::regclass THEN d.objid" \
	" WHEN 'pg_catalog.pg_rewrite'::regclass THEN" \
	" (SELECT w.ev_class FROM pg_catalog.pg_rewrite w WHERE w.oid = d.objid)" \
	" WHEN 'pg_catalog.pg_policy'::regclass THEN" \
	" (SELECT p.polrelid FROM pg_catalog.pg_policy p WHERE p.oid = d.objid)" \
	" WHEN 'pg_catalog.pg_constraint'::regclass THEN" \
	" (SELECT k.conrelid FROM pg_catalog.pg_constraint k WHERE k.oid = d.objid)" \
	" WHEN 'pg_catalog.pg_attrdef'::regclass THEN" \
	" (SELECT f.adrelid FROM pg_catalog.pg_attrdef f WHERE f.oid = d.objid)" \
	" WHEN 'pg_catalog.pg_trigger'::regclass THEN" \
	" (SELECT g.tgrelid FROM pg_catalog.pg_trigger g WHERE g.oid = d.objid)" \
	" END FROM pg_catalog.pg_depend d" \
	" WHERE d.refclassid = 'pg_catalog.pg_class'::regclass" \
	" AND d.refobjid IN (SELECT n.oid FROM n))" \
	" SELECT 'part' AS what, NULL::oid AS oid, NULL AS schema, a.catalog::text AS name," \
	" a.part AS part FROM a" \
	" UNION ALL SELECT 'relation', c.oid, r.nspname, c.relname, NULL FROM d" \
	" JOIN pg_catalog.pg_class c ON c.oid = d.oid" \
	" JOIN pg_catalog.pg_namespace r ON r.oid = c.relnamespace" \
	" UNION ALL SELECT 'granted', NULL, NULL, NULL, NULL" \
	" WHERE EXISTS (SELECT FROM pg_catalog.pg_class x JOIN n ON n.oid = x.oid" \
	" WHERE x.relacl IS NOT NULL AND " FRESH ")" \
	" OR EXISTS (SELECT FROM pg_catalog.pg_attribute x JOIN n ON n.oid = x.attrelid" \
	" WHERE x.attacl IS NOT NULL AND " FRESH ")" \
	" OR EXISTS (SELECT FROM pg_catalog.pg_type x" \
	" WHERE x.typacl IS NOT NULL AND " FRESH ")" \
	" UNION ALL SELECT 'elsewhere', NULL, NULL, NULL, NULL" \
	" WHERE EXISTS (SELECT FROM n WHERE n.oid IS NOT NULL AND n.oid NOT IN" \
	" (SELECT c.oid FROM pg_catalog.pg_class c))" \
	" OR EXISTS (SELECT FROM pg_catalog.pg_depend d" \
	" WHERE d.refclassid = 'pg_catalog.pg_type'::regclass" \
	" AND d.refobjid IN (SELECT y.oid FROM y UNION ALL SELECT y.typarray FROM y)" \
	" AND NOT (d.classid = 'pg_catalog.pg_type'::regclass" \
	" AND d.objid IN (SELECT y.typarray FROM y)))"

/* clang-format on */

static const struct {
	const char *catalog;
	const char *sql, *sql_13; /* the latter until 13, where it is another */
} additions[] = {
	{"pg_attribute", ATTRIBUTES(ADDED), NULL},
	{"pg_attrdef", DEFAULTS(ADDED), NULL},
	{"pg_constraint", CONSTRAINTS(ADDED), NULL},
	{"pg_index", INDEXES(ADDED, XMIN), INDEXES(ADDED, XMIN_AND_FLAGS)},
	{"pg_trigger", TRIGGERS(ADDED), NULL},
	{"pg_policy", POLICIES(ADDED), NULL},
	{"pg_sequence", SEQUENCES(ADDED), NULL},
	{"pg_type", TYPES(ADDED), NULL},
	{"pg_description", DESCRIPTIONS(ADDED), NULL},
	{"pg_class", CLASSES(ADDED), NULL},
};

static const struct declared_column added_columns[] = {
	{"what", .form = "part|relation|granted|elsewhere"},
	{"oid", FORM_NATURAL, .null = true},
	{"schema", FORM_NAME, .null = true},
	{"name", FORM_NAME, .null = true},
	{"part", FORM_NAME, .null = true},
	{0},
};
static const struct declared added_gives = {added_columns, 0, 0};

/* The name at the beginning of a part. */
static void
part_name(const char *at, char name[static 64])
{
	snprintf(name, 64, "%.*s", (int)strcspn(at, " ,"), at);
}

static size_t
find_addition(const char *catalog)
{
	size_t i = 0;

	while (i < COUNT_OF(additions) && strcmp(additions[i].catalog, catalog) != 0)
		i++;
	return i;
}

bool
added_ask(
	const char *before, const char *now, int server_version_num, struct strbuf *out)
{
	const char *between = HIDDEN ", a AS MATERIALIZED (";
	bool any = false;

	for (const char *at = now; *at; at += *at == ',') {
		char name[64];
		size_t i;

		part_name(at, name);
		at += strcspn(at, ",");
		if (!checksql_has_moved(before, now, name))
			continue;
		i = find_addition(name);
		if (i == COUNT_OF(additions))
			return false;
		strbuf_add(out, between);
		strbuf_add(out, additions[i].sql_13 && server_version_num < 140000
					? additions[i].sql_13
					: additions[i].sql);
		between = " UNION ALL ";
		any = true;
	}
	strbuf_add(out, ADDED_TAIL);
	return any;
}

/* They are told apart up to half of all numbers; a process before may have looked any
 * time ago. */
bool
added_is_near(const char *horizon, const char *now)
{
	unsigned long long from = strtoull(horizon, NULL, 10),
			   to = strtoull(now, NULL, 10);

	return to >= from && to - from < 1ULL << 30;
}

/* Of 64 bits, what is the number of a transaction. */
void
added_horizon(const char *horizon, char parameter[static 16])
{
	unsigned long long n = strtoull(horizon, NULL, 10);

	snprintf(parameter, 16, "%lu", (unsigned long)(n & 0xffffffff));
}

/* ---- The answer ---- */

static bool
is_as_before(const char *before, const char *catalog, const char *part)
{
	char entry[128];
	const char *at;

	snprintf(entry, sizeof entry, ",%s %s", catalog, part);
	at = strstr(before, entry);
	return at && (at[strlen(entry)] == ',' || !at[strlen(entry)]);
}

static int
by_relation(const void *a, const void *b)
{
	const struct relation *x = a, *y = b;
	int d = strcmp(x->schema, y->schema);

	return d ? d : strcmp(x->name, y->name);
}

static void
add_relation(struct added *a, const struct rows *r, size_t row)
{
	a->relations[a->n++] =
		(struct relation){arena_strdup(a->arena, rows_get(r, row, 2)),
			arena_strdup(a->arena, rows_get(r, row, 3))};
	strbuf_printf(
		&a->oids, "%s%s", a->oids.len > 1 ? "," : "", rows_get(r, row, 1));
}

/* False: all has to be read again. */
static bool
take_row(struct added *a, const struct rows *r, size_t row)
{
	const char *what = rows_get(r, row, 0);

	if (!strcmp(what, "part"))
		return ++a->n_parts && rows_get(r, row, 3) && rows_get(r, row, 4) &&
		       is_as_before(
			       a->before, rows_get(r, row, 3), rows_get(r, row, 4));
	if (!strcmp(what, "granted"))
		return a->granted = true;
	if (!strcmp(what, "elsewhere") || a->n == MOST_RELATIONS ||
		!rows_get(r, row, 1) || !rows_get(r, row, 2) || !rows_get(r, row, 3))
		return false;
	add_relation(a, r, row);
	return true;
}

/* Whether new rows of that catalog, where it has moved, may be read by the kind.  Of
 * privileges those that somebody gave are; and the columns of a type that was made of
 * some are used elsewhere, by the relation that it was made with. */
static bool
concerns(const struct added *a, enum kind k, const char *catalog)
{
	if (k == KIND_GRANT)
		return a->granted;
	if (k == KIND_TYPE)
		return !strcmp(catalog, "pg_type");
	return true;
}

/* Whether its statement reads a catalog that has moved; comments and labels come and go
 * with rows of their own. */
static bool
reads_moved(const struct added *a, enum kind k, const char *sql)
{
	static const char prefix[] = "pg_catalog.";

	if (k == KIND_COMMENT)
		return checksql_has_moved(a->before, a->now, "pg_description");
	if (k == KIND_SECURITY_LABEL)
		return false;
	for (const char *at = sql; (at = strstr(at, prefix));) {
		char name[64];
		size_t n;

		at += strlen(prefix);
		n = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
		snprintf(name, sizeof name, "%.*s", (int)n, at);
		if (find_addition(name) < COUNT_OF(additions) &&
			checksql_has_moved(a->before, a->now, name) &&
			concerns(a, k, name))
			return true;
	}
	return false;
}

/* What is printed of a relation inside a function has no row here. */
static void
note_bodies(struct added *a)
{
	for (size_t i = 0; i < a->last->n_objects; i++) {
		const struct object *o = &a->last->objects[i];

		if ((o->kind == KIND_FUNCTION || o->kind == KIND_PROCEDURE) &&
			object_value(o, "sql_body"))
			a->whole[o->kind] = true;
	}
}

static size_t
count_moved(const char *before, const char *now)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(additions); i++)
		n += checksql_has_moved(before, now, additions[i].catalog);
	return n;
}

static void
choose_kinds(struct added *a)
{
	note_bodies(a);
	for (int i = 0; i < KIND_COUNT; i++) {
		enum kind k = (enum kind)i;
		const struct kind_info *info = kind_info(k);
		const char *sql = kind_sql_for(info->reads, COUNT_OF(info->reads),
			a->last->server_version_num);

		if (sql && !info->of_relations && reads_moved(a, k, sql))
			a->whole[k] = true;
	}
}

struct added *
added_take(const struct rows *r, const char *before, const char *now,
	const struct snapshot *last, struct err *e)
{
	struct added *a;
	bool ok = true;

	*e = (struct err){ERR_NONE};
	if (!declared_check(r, &added_gives, "what was added", e))
		return NULL;
	a = xcalloc(1, sizeof *a);
	a->arena = arena_new();
	a->before = arena_strdup(a->arena, before);
	a->now = arena_strdup(a->arena, now);
	a->last = last;
	a->relations = arena_alloc(a->arena, MOST_RELATIONS * sizeof *a->relations);
	strbuf_addc(&a->oids, '{');
	for (size_t i = 0; ok && i < r->n_rows; i++)
		ok = take_row(a, r, i);
	strbuf_addc(&a->oids, '}');
	if (!ok || a->n_parts != count_moved(before, now)) {
		added_free(a);
		return NULL;
	}
	if (a->n)
		qsort(a->relations, a->n, sizeof *a->relations, by_relation);
	choose_kinds(a);
	return a;
}

void
added_free(struct added *a)
{
	if (!a)
		return;
	strbuf_free(&a->oids);
	arena_free(a->arena);
	free(a);
}

/* ---- What follows ---- */

/* The relation that an object goes with. */
static struct relation
relation_of(const struct object *o)
{
	return (struct relation){
		o->id.schema, o->kind == KIND_INDEX ? o->parent : o->id.name};
}

/* A domain may have the name of an index or a sequence. */
static bool
is_of_domain(const struct added *a, const struct object *o)
{
	const struct identity domain = {
		.schema = o->id.schema, .name = o->id.name, .on = KIND_NONE};

	return o->kind == KIND_CONSTRAINT &&
	       snapshot_find(a->last, KIND_DOMAIN, &domain) != NULL;
}

static bool
is_of_some(const struct added *a, const struct object *o)
{
	const struct relation key = relation_of(o);

	return key.schema && key.name && !is_of_domain(a, o) &&
	       bsearch(&key, a->relations, a->n, sizeof key, by_relation);
}

bool
added_reads(const struct added *a, enum kind k)
{
	return kind_info(k)->of_relations ? a->n > 0 : a->whole[k];
}

const char *
added_relations(const struct added *a)
{
	return a->oids.s;
}

bool
added_keeps(const struct added *a, const struct object *o)
{
	if (kind_info(o->kind)->of_relations)
		return !a->n || !is_of_some(a, o);
	return !a->whole[o->kind];
}
