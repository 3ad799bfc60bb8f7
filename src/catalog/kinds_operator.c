/* Operators, what indexes know of them, and casts. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property operator_properties[] = {
	{"function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"commutator", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NAMES},
	{"negator", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NAMES},
	{"restrict", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NAMES},
	{"join", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NAMES},
	{"hashes", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		TRUE_OR_FALSE},
	{"merges", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		TRUE_OR_FALSE},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

/* An operator that others name but nobody made has no function, and is none. */
const struct kind_info kind_row_operator = {
	.word = "operator",
	.plural = "operators",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	.unexpected_of = severity_overload,
	PROPERTIES(operator_properties),
	.only_with_rows = {"pg_operator"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, o.oprname AS name,"
		" " OPERATOR_ARGUMENTS("o") " AS args, o.oid AS oid,"
		" o.oprcode::oid::regprocedure AS function,"
		" CASE WHEN o.oprcom <> 0 THEN o.oprcom::regoperator END AS commutator,"
		" CASE WHEN o.oprnegate <> 0 THEN o.oprnegate::regoperator END AS negator,"
		" " FUNCTION("o.oprrest") " AS restrict,"
		" " FUNCTION("o.oprjoin") " AS \"join\","
		" o.oprcanhash::text AS hashes, o.oprcanmerge::text AS merges,"
		" " OWNER("o.oprowner")
		" FROM pg_catalog.pg_operator o"
		" JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace"
		" WHERE o.oprcode <> 0 AND " LATER("o.oid") USER_SCHEMA
		" AND " NOT_MEMBER("pg_operator", "o.oid")}},
};

/* What belongs to a class is on its input type alone, or the class is the only one of
 * the family; else it belongs to the family.  The server's own idea of it, pg_depend,
 * is another one since 14. */
#define OF_CLASS(left, right) \
	"(" left " = o.opcintype AND " right " = o.opcintype OR NOT EXISTS (SELECT" \
	" FROM pg_catalog.pg_opclass oc WHERE oc.opcfamily = o.opcfamily AND oc.oid <> o.oid))"
#define OF_FAMILY(left, right) \
	"(SELECT count(*) <> 1 AND coalesce(bool_and(oc.opcintype <> " left \
	" OR oc.opcintype <> " right "), true)" \
	" FROM pg_catalog.pg_opclass oc WHERE oc.opcfamily = o.oid)"
#define MEMBER_OPERATORS(family, of) \
	"(SELECT string_agg(concat(ao.amopstrategy, ' ', ao.amopopr::regoperator," \
	" CASE WHEN ao.amopsortfamily <> 0 THEN ' FOR ORDER BY ' || " \
	OTHER_NAME("pg_opfamily", "opf", "ao.amopsortfamily") " END)," \
	" ', ' ORDER BY ao.amopstrategy, ao.amopopr::regoperator::text COLLATE \"C\")" \
	" FROM pg_catalog.pg_amop ao WHERE ao.amopfamily = " family \
	" AND " of("ao.amoplefttype", "ao.amoprighttype") ")"
#define MEMBER_FUNCTIONS(family, of) \
	"(SELECT string_agg(concat(ap.amprocnum, ' (', format_type(ap.amproclefttype, NULL)," \
	" ', ', format_type(ap.amprocrighttype, NULL), ') '," \
	" ap.amproc::oid::regprocedure), ', '" \
	" ORDER BY ap.amprocnum, ap.amproc::oid::regprocedure::text COLLATE \"C\")" \
	" FROM pg_catalog.pg_amproc ap WHERE ap.amprocfamily = " family \
	" AND " of("ap.amproclefttype", "ap.amprocrighttype") ")"

static const struct property operator_class_properties[] = {
	{"for_type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"default", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		TRUE_OR_FALSE},
	{"family", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"storage", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"operators", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"functions", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

const struct kind_info kind_row_operator_class = {
	.word = "operator_class",
	.plural = "operator classes",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(operator_class_properties),
	.only_with_rows = {"pg_opclass"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, o.opcname AS name, am.amname AS args, o.oid AS oid,"
		" format_type(o.opcintype, NULL) AS for_type,"
		" o.opcdefault::text AS \"default\","
		" " OTHER_NAME("pg_opfamily", "opf", "o.opcfamily") " AS family,"
		" CASE WHEN o.opckeytype <> 0 THEN format_type(o.opckeytype, NULL) END"
		" AS storage, " MEMBER_OPERATORS("o.opcfamily", OF_CLASS) " AS operators,"
		" " MEMBER_FUNCTIONS("o.opcfamily", OF_CLASS) " AS functions, " OWNER("o.opcowner")
		" FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am am ON am.oid = o.opcmethod"
		" JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace"
		" WHERE " LATER("o.oid") USER_SCHEMA " AND " NOT_MEMBER("pg_opclass", "o.oid")}},
};

static const struct property operator_family_properties[] = {
	{"operators", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"functions", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

/* Left out: a family that CREATE OPERATOR CLASS made beside a class of its name, as
 * long as nothing was added to it. */
const struct kind_info kind_row_operator_family = {
	.word = "operator_family",
	.plural = "operator families",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(operator_family_properties),
	.only_with_rows = {"pg_opfamily"},
	.reads = {{120000, 0,
		"SELECT r.* FROM (SELECT n.nspname AS schema, o.opfname AS name,"
		" am.amname AS args, o.oid AS oid,"
		" " MEMBER_OPERATORS("o.oid", OF_FAMILY) " AS operators,"
		" " MEMBER_FUNCTIONS("o.oid", OF_FAMILY) " AS functions, " OWNER("o.opfowner")
		" FROM pg_catalog.pg_opfamily o JOIN pg_catalog.pg_am am ON am.oid = o.opfmethod"
		" JOIN pg_catalog.pg_namespace n ON n.oid = o.opfnamespace"
		" WHERE " LATER("o.oid") USER_SCHEMA " AND " NOT_MEMBER("pg_opfamily", "o.oid")
		" OFFSET 0) r WHERE r.operators IS NOT NULL OR r.functions IS NOT NULL"
		" OR NOT EXISTS (SELECT FROM pg_catalog.pg_opclass oc"
		" WHERE oc.opcfamily = r.oid AND oc.opcname = r.name)"}},
};

static const struct property cast_properties[] = {
	{"context", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "implicit|assignment|explicit", .required = true},
	{"method", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{0},
};

const struct kind_info kind_row_cast = {
	.word = "cast",
	.plural = "casts",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	.unexpected_of = severity_cast,
	PROPERTIES(cast_properties),
	.only_with_rows = {"pg_cast"},
	.reads = {{120000, 0,
		"SELECT 'cast' AS name, " CAST_ARGUMENTS("o") " AS args, o.oid AS oid,"
		" CASE o.castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment'"
		" ELSE 'explicit' END AS context,"
		" CASE o.castmethod WHEN 'b' THEN 'WITHOUT FUNCTION' WHEN 'i' THEN 'WITH INOUT'"
		" ELSE concat('WITH FUNCTION ', o.castfunc::regprocedure) END AS method"
		" FROM pg_catalog.pg_cast o WHERE " LATER("o.oid") NOT_MEMBER("pg_cast", "o.oid")
		/* a range's cast to its multirange */
		" AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend xd"
		" WHERE xd.classid = 'pg_catalog.pg_cast'::regclass AND xd.objid = o.oid"
		" AND xd.deptype = 'i')"}},
};

static const struct property transform_properties[] = {
	{"from_sql", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"to_sql", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{0},
};

const struct kind_info kind_row_transform = {
	.word = "transform",
	.plural = "transforms",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(transform_properties),
	.only_with_rows = {"pg_transform"},
	.reads = {{120000, 0,
		"SELECT 'transform' AS name, " TRANSFORM_ARGUMENTS("o") " AS args, o.oid AS oid,"
		" " FUNCTION_WITH_TYPES("o.trffromsql") " AS from_sql,"
		" " FUNCTION_WITH_TYPES("o.trftosql") " AS to_sql"
		" FROM pg_catalog.pg_transform o"
		" WHERE " NOT_MEMBER("pg_transform", "o.oid")}},
};
/* clang-format on */
