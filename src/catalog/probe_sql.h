/* Private to checksql.c and added.c: how the rows of a catalog are hashed. */
#ifndef CATALOG_PROBE_SQL_H
#define CATALOG_PROBE_SQL_H

/* clang-format off */

#define USER_SCHEMA \
	"n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"

#define SCHEMAS "(SELECT n.oid FROM pg_catalog.pg_namespace n WHERE " USER_SCHEMA ")"
#define LASTING_SCHEMA(oid) \
	oid " NOT IN (SELECT n.oid FROM pg_catalog.pg_namespace n" \
	" WHERE n.nspname LIKE 'pg\\_t%')"
#define NOT_TEMPORARY(oid) oid " NOT IN (SELECT t.oid FROM t)"
#define NOT_HIDDEN(oid) oid " >= 16384 AND " oid " NOT IN (SELECT h.oid FROM h)"

/* What the probe says of a catalog: whether there are rows at all, and which. */
#define PART(rows, hash) \
	"CASE WHEN " rows " = 0 THEN 'none' ELSE" \
	" to_hex(hashtextextended(concat(" rows ", ' ', " hash "), 0)) END"

/* Of pg_class by value.  Hashes upon hashes, since a record of so many values takes
 * twice as long. */
#define OPTIONAL(value, seed) "coalesce(hashtextextended(" value "::text, " seed "), 0)"
#define BY_CLASS \
	"hashnameextended(x.relname, hashoidextended(x.relnamespace," \
	" hashoidextended(x.relowner, hashoidextended(x.relam," \
	" hashoidextended(x.reltablespace, hashoidextended(x.reloftype," \
	" hashcharextended(x.relkind, hashcharextended(x.relpersistence," \
	" hashcharextended(x.relreplident, hashint4extended(x.relrowsecurity::int4" \
	" + 2 * x.relforcerowsecurity::int4 + 4 * x.relispopulated::int4" \
	" + 8 * x.relispartition::int4, hashoidextended(x.oid, " \
	OPTIONAL("x.relacl", "hashoidextended(x.oid, 1)") ")" \
	" # " OPTIONAL("x.reloptions", "2") " # " OPTIONAL("x.relpartbound", "3") \
	"))))))))))"

/* Of which transaction a row is; checksql.c says why that is enough.  Nothing makes a
 * number of an xid but its age, which takes less than its text does, where there are
 * many rows: the ages of two are as far apart as they are, in recovery too, and modulo
 * 2^32 as they are counted.  Those below 3 have no age of their own; they are only in
 * rows of initdb. */
#define XMIN "hashint8extended((age('3'::xid)::int8 - age(x.xmin)) & 4294967295, 0)"
/* Where rows of initdb count, or few do: a shorter text to plan. */
#define XMIN_OF_ANY "hashtextextended(x.xmin::text, 0)"
/* Up to 13 those flags are written in place. */
#define XMIN_AND_FLAGS \
	"hashtextextended(concat(x.xmin, x.indisvalid, x.indisready, x.indislive), 0)"

/* The catalogs where a row may come without changing how anything before is printed
 * (added.h): hash, relation that a row belongs to, condition. */
#define ATTRIBUTES(with) \
	with("pg_attribute", XMIN, "x.attrelid", \
		"x.attnum > 0 AND " NOT_HIDDEN("x.attrelid"))
#define DEFAULTS(with) \
	with("pg_attrdef", XMIN, "x.adrelid", \
		"x.oid >= 16384 AND " NOT_TEMPORARY("x.adrelid"))
#define CONSTRAINTS(with) \
	with("pg_constraint", XMIN, "x.conrelid", \
		"x.oid >= 16384 AND " LASTING_SCHEMA("x.connamespace"))
#define INDEXES(with, hash) \
	with("pg_index", hash, "x.indrelid", NOT_HIDDEN("x.indrelid"))
#define TRIGGERS(with) \
	with("pg_trigger", XMIN, "x.tgrelid", \
		"x.oid >= 16384 AND (NOT x.tgisinternal OR x.tgenabled <> 'O')" \
		" AND " NOT_TEMPORARY("x.tgrelid"))
#define POLICIES(with) \
	with("pg_policy", XMIN, "x.polrelid", \
		"x.oid >= 16384 AND " NOT_TEMPORARY("x.polrelid"))
#define SEQUENCES(with) \
	with("pg_sequence", XMIN, "x.seqrelid", \
		NOT_TEMPORARY("x.seqrelid"))
#define TYPES(with) \
	with("pg_type", XMIN, "nullif(x.typrelid, 0)", \
		"x.oid >= 16384 AND " LASTING_SCHEMA("x.typnamespace"))
#define DESCRIPTIONS(with) \
	with("pg_description", XMIN_OF_ANY, "NULL", \
		"(x.objoid >= 16384 OR x.classoid IN ('pg_catalog.pg_namespace'::regclass," \
		" 'pg_catalog.pg_extension'::regclass))" \
		" AND (x.classoid <> 'pg_catalog.pg_class'::regclass OR " \
		NOT_TEMPORARY("x.objoid") ")")
#define CLASSES(with) \
	with("pg_class", BY_CLASS, "coalesce((SELECT i.indrelid FROM pg_catalog.pg_index i" \
		" WHERE i.indexrelid = x.oid), x.oid)", "x.relnamespace IN " SCHEMAS)
#define HIDDEN \
	"WITH h AS MATERIALIZED (SELECT c.oid, c.relpersistence = 't' AS temporary" \
	" FROM pg_catalog.pg_class c WHERE c.oid >= 16384" \
	" AND c.relnamespace NOT IN " SCHEMAS ")," \
	" t AS MATERIALIZED (SELECT h.oid FROM h WHERE h.temporary)"

/* clang-format on */

#endif
