/* Functions, procedures and aggregates: one object for each list of input types. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property routine_properties[] = {
	{"arguments", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_ITEMS, .required = true},
	{"returns", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"language", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"window", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "true"},
	{"volatility", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .usual = "volatile",
		.form = "immutable|stable|volatile", .required = true},
	{"strict", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .usual = "false",
		TRUE_OR_FALSE},
	{"security", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .usual = "invoker",
		.form = "definer|invoker", .required = true},
	{"leakproof", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "true"},
	{"parallel", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.severity_of = severity_parallel,
		.usual = "unsafe",
		.form = "safe|restricted|unsafe", .required = true},
	{"cost", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE, .usual = "100",
		.form = FORM_NUMBER, .required = true},
	{"rows", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE, .usual = "1000", .form = FORM_NUMBER},
	{"support", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NAMES},
	{"transforms", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"config", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"library", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"body", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .otherwise = "sql_body"},
	{"sql_body", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION,
		.implied_by = "body"},
	{"depends_on_extensions", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

#define ROUTINE_IDENTITY \
	"SELECT n.nspname AS schema, p.proname AS name," \
	" oidvectortypes(p.proargtypes) AS args, p.oid AS oid,"

#define ROUTINE_FROM \
	" FROM pg_catalog.pg_proc p" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
#define ROUTINE_WHERE \
	" AND " LATER("p.oid") USER_SCHEMA " AND " NOT_MEMBER("pg_proc", "p.oid") " AND " NOT_CONSTRUCTOR

#define ROUTINES(arguments, has_sql, where) \
	ROUTINE_IDENTITY " " has_sql " AS deparse, NULL AS sql_body," \
	" " BOUNDED_CALL(arguments) " AS arguments," \
	" pg_get_function_result(p.oid) AS returns, l.lanname AS language," \
	" CASE WHEN p.prokind = 'w' THEN 'true' END AS \"window\"," \
	" CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable'" \
	" ELSE 'volatile' END AS volatility," \
	" p.proisstrict::text AS strict," \
	" CASE WHEN p.prosecdef THEN 'definer' ELSE 'invoker' END AS security," \
	" CASE WHEN p.proleakproof THEN 'true' END AS leakproof," \
	" CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted'" \
	" ELSE 'unsafe' END AS parallel," \
	" p.procost AS cost, CASE WHEN p.proretset THEN p.prorows END AS rows," \
	" " FUNCTION("p.prosupport") " AS support," \
	" CASE WHEN p.protrftypes IS NOT NULL THEN (SELECT string_agg(" \
	"format_type(tt, NULL), ', ' ORDER BY format_type(tt, NULL) COLLATE \"C\")" \
	" FROM unnest(p.protrftypes) tt) END AS transforms," \
	" CASE WHEN p.proconfig IS NOT NULL THEN (SELECT string_agg(o, ', '" \
	" ORDER BY o COLLATE \"C\") FROM unnest(p.proconfig) o) END AS config," \
	" p.probin AS library, CASE WHEN NOT (" has_sql ") THEN " BOUNDED("p.prosrc") " END AS body," \
	" " EXTENSION_DEPENDENCIES("pg_proc", "p.oid") " AS depends_on_extensions," \
	" " OWNER("p.proowner") \
	ROUTINE_FROM " JOIN pg_catalog.pg_language l ON l.oid = p.prolang" \
	" WHERE " where ROUTINE_WHERE

#define SQL_BODY \
	{140000, 0, "SELECT p.oid AS oid, " \
		BOUNDED_CALL("pg_get_function_sqlbody(p.oid)") " AS sql_body" \
		" FROM pg_catalog.pg_proc p WHERE p.oid = ANY ($1::oid[])"}

const struct kind_info kind_row_function = {
	.word = "function",
	.plural = "functions",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	.unexpected_of = severity_overload,
	PROPERTIES(routine_properties),
	.only_with_rows = {"pg_proc"},
	.reads = {
		{120000, 139999, ROUTINES("pg_get_function_arguments(p.oid)", "false",
			"p.prokind IN ('f', 'w')")},
		{140000, 0, ROUTINES("pg_get_function_arguments(p.oid)",
			"p.prosqlbody IS NOT NULL", "p.prokind IN ('f', 'w')")},
	},
	.details = {SQL_BODY},
};

/* Composed, since pg_get_function_arguments() of a procedure says IN from 14 on. */
#define PROCEDURE_ARGUMENTS \
	"coalesce((SELECT string_agg(CASE p.proargmodes[u.i] WHEN 'o' THEN 'OUT '" \
	" WHEN 'b' THEN 'INOUT ' WHEN 'v' THEN 'VARIADIC ' ELSE '' END" \
	" || coalesce(quote_ident(nullif(p.proargnames[u.i], '')) || ' ', '')" \
	" || format_type(u.t, NULL)" \
	" || coalesce(' DEFAULT ' || pg_get_function_arg_default(p.oid, u.i::int), '')," \
	" ', ' ORDER BY u.i)" \
	" FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))" \
	" WITH ORDINALITY u(t, i)), '')"

const struct kind_info kind_row_procedure = {
	.word = "procedure",
	.plural = "procedures",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	.unexpected_of = severity_overload,
	PROPERTIES(routine_properties),
	.only_with_rows = {"pg_proc"},
	.reads = {
		{120000, 139999, ROUTINES(PROCEDURE_ARGUMENTS, "false", "p.prokind = 'p'")},
		{140000, 0, ROUTINES(PROCEDURE_ARGUMENTS, "p.prosqlbody IS NOT NULL",
			"p.prokind = 'p'")},
	},
	.details = {SQL_BODY},
};

static const struct property aggregate_properties[] = {
	{"arguments", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_ITEMS,
		.implied_by = "aggregate_type",
		.required = true},
	{"returns", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"aggregate_type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .usual = "normal",
		.form = "normal|ordered-set|hypothetical-set", .required = true},
	{"state_function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"state_type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"state_space", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE, .form = FORM_NUMBER},
	{"initial_value", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"final_function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"combine_function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"serial_function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"deserial_function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"moving_state_function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"moving_inverse_function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES,
		.implied_by = "moving_state_function"},
	{"moving_state_type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES,
		.implied_by = "moving_state_function"},
	{"moving_state_space", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE, .form = FORM_NUMBER},
	{"moving_initial_value", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"moving_final_function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"sort_operator", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"parallel", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.severity_of = severity_parallel,
		.usual = "unsafe",
		.form = "safe|restricted|unsafe", .required = true},
	{"depends_on_extensions", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

#define FINAL_FUNCTION(m) \
	"CASE WHEN g.agg" m "finalfn::oid <> 0 THEN concat(g.agg" m "finalfn," \
	" CASE WHEN g.agg" m "finalextra THEN ' EXTRA' END," \
	" CASE g.agg" m "finalmodify WHEN 'r' THEN ' READ_ONLY'" \
	" WHEN 's' THEN ' SHAREABLE' ELSE ' READ_WRITE' END) END"

const struct kind_info kind_row_aggregate = {
	.word = "aggregate",
	.plural = "aggregates",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	.unexpected_of = severity_overload,
	PROPERTIES(aggregate_properties),
	.only_with_rows = {"pg_aggregate"},
	.reads = {{120000, 0,
		ROUTINE_IDENTITY
		" " BOUNDED_CALL("pg_get_function_arguments(p.oid)") " AS arguments,"
		" pg_get_function_result(p.oid) AS returns,"
		" CASE g.aggkind WHEN 'n' THEN 'normal' WHEN 'o' THEN 'ordered-set'"
		" ELSE 'hypothetical-set' END AS aggregate_type,"
		" g.aggtransfn AS state_function,"
		" format_type(g.aggtranstype, NULL) AS state_type,"
		" nullif(g.aggtransspace, 0) AS state_space,"
		" g.agginitval AS initial_value, " FINAL_FUNCTION("") " AS final_function,"
		" " FUNCTION("g.aggcombinefn") " AS combine_function,"
		" " FUNCTION("g.aggserialfn") " AS serial_function,"
		" " FUNCTION("g.aggdeserialfn") " AS deserial_function,"
		" " FUNCTION("g.aggmtransfn") " AS moving_state_function,"
		" " FUNCTION("g.aggminvtransfn") " AS moving_inverse_function,"
		" CASE WHEN g.aggmtranstype <> 0 THEN format_type(g.aggmtranstype, NULL) END"
		" AS moving_state_type, nullif(g.aggmtransspace, 0) AS moving_state_space,"
		" g.aggminitval AS moving_initial_value,"
		" " FINAL_FUNCTION("m") " AS moving_final_function,"
		" CASE WHEN g.aggsortop <> 0 THEN g.aggsortop::regoperator END"
		" AS sort_operator,"
		" CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted'"
		" ELSE 'unsafe' END AS parallel,"
		" " EXTENSION_DEPENDENCIES("pg_proc", "p.oid") " AS depends_on_extensions,"
		" " OWNER("p.proowner")
		ROUTINE_FROM
		" JOIN pg_catalog.pg_aggregate g ON g.aggfnoid = p.oid WHERE true"
		ROUTINE_WHERE}},
};
/* clang-format on */
