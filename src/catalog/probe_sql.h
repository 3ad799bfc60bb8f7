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
#define NOT_TEMPORARY(oid) oid " NOT IN (SELECT h.oid FROM h WHERE h.temporary)"
#define NOT_HIDDEN(oid) oid " >= 16384 AND " oid " NOT IN (SELECT h.oid FROM h)"

/* What the probe says of a catalog: whether there are rows at all, and which. */
#define PART(rows, hash) \
	"CASE WHEN " rows " = 0 THEN 'none' ELSE" \
	" to_hex(hashtextextended(concat(" rows ", ' ', " hash "), 0)) END"

#define CLASS_VALUES \
	"x.relname, x.relnamespace, x.reloftype, x.relowner, x.relam, x.reltablespace," \
	" x.relpersistence, x.relkind, x.relrowsecurity, x.relforcerowsecurity," \
	" x.relispopulated, x.relreplident, x.relispartition, x.relacl::text," \
	" x.reloptions, x.relpartbound::text"

#define AS_TEXT "hashtextextended(ROW(" CLASS_VALUES ")::text, x.oid::int8)"
#define AS_RECORD "hash_record_extended(ROW(" CLASS_VALUES "), x.oid::int8)"

/* The catalogs where a row may come without changing how anything before is printed
 * (added.h): hash, relation that a row belongs to, condition. */
#define XMIN(key) "hashtextextended(x.xmin::text, " key ")"
#define ATTRIBUTES(with) \
	with("pg_attribute", XMIN("(x.attrelid::int8 << 16) + x.attnum"), "x.attrelid", \
		"x.attnum > 0 AND " NOT_HIDDEN("x.attrelid"))
#define DEFAULTS(with) \
	with("pg_attrdef", XMIN("x.oid::int8"), "x.adrelid", \
		"x.oid >= 16384 AND " NOT_TEMPORARY("x.adrelid"))
#define CONSTRAINTS(with) \
	with("pg_constraint", XMIN("x.oid::int8"), "x.conrelid", \
		"x.oid >= 16384 AND " LASTING_SCHEMA("x.connamespace"))
#define INDEXES(with) \
	with("pg_index", "hashtextextended(concat(x.xmin, x.indisvalid, x.indisready," \
		" x.indislive), x.indexrelid::int8)", "x.indrelid", NOT_HIDDEN("x.indrelid"))
#define TRIGGERS(with) \
	with("pg_trigger", XMIN("x.oid::int8"), "x.tgrelid", \
		"x.oid >= 16384 AND (NOT x.tgisinternal OR x.tgenabled <> 'O')" \
		" AND " NOT_TEMPORARY("x.tgrelid"))
#define POLICIES(with) \
	with("pg_policy", XMIN("x.oid::int8"), "x.polrelid", \
		"x.oid >= 16384 AND " NOT_TEMPORARY("x.polrelid"))
#define SEQUENCES(with) \
	with("pg_sequence", XMIN("x.seqrelid::int8"), "x.seqrelid", \
		NOT_TEMPORARY("x.seqrelid"))
#define TYPES(with) \
	with("pg_type", XMIN("x.oid::int8"), "nullif(x.typrelid, 0)", \
		"x.oid >= 16384 AND " LASTING_SCHEMA("x.typnamespace"))
#define DESCRIPTIONS(with) \
	with("pg_description", XMIN("(x.objoid::int8 << 16) + x.objsubid"), "NULL", \
		"(x.objoid >= 16384 OR x.classoid IN ('pg_catalog.pg_namespace'::regclass," \
		" 'pg_catalog.pg_extension'::regclass))" \
		" AND (x.classoid <> 'pg_catalog.pg_class'::regclass OR " \
		NOT_TEMPORARY("x.objoid") ")")
#define CLASSES(with, hash) \
	with("pg_class", hash, "coalesce((SELECT i.indrelid FROM pg_catalog.pg_index i" \
		" WHERE i.indexrelid = x.oid), x.oid)", "x.relnamespace IN " SCHEMAS)
#define HIDDEN \
	"WITH h AS MATERIALIZED (SELECT c.oid, c.relpersistence = 't' AS temporary" \
	" FROM pg_catalog.pg_class c WHERE c.oid >= 16384" \
	" AND c.relnamespace NOT IN " SCHEMAS ")"

/* clang-format on */

#endif
