/* Logical replication: publications, subscriptions. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property publication_properties[] = {
	{"all_tables", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		TRUE_OR_FALSE},
	{"tables", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_ITEMS},
	{"schemas", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"publish", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"via_root", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "true"},
	{"generated_columns", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "stored"},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

#define PUBLISHED(columns, condition) \
	"(SELECT string_agg(" QUALIFIED("n.nspname", "c.relname") \
	" || " columns " || " condition ", ', ' ORDER BY n.nspname, c.relname)" \
	" FROM pg_catalog.pg_publication_rel pr" \
	" JOIN pg_catalog.pg_class c ON c.oid = pr.prrelid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
	" WHERE pr.prpubid = p.oid)"
#define PUBLISHED_COLUMNS \
	"CASE WHEN pr.prattrs IS NULL THEN '' ELSE ' ('" \
	" || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname)" \
	" FROM pg_catalog.pg_attribute a WHERE a.attrelid = pr.prrelid" \
	" AND a.attnum = ANY (pr.prattrs::int2[])) || ')' END"

#define PUBLICATIONS(deparse, tables, schemas, via_root, generated) \
	"SELECT p.pubname AS name, p.oid AS oid, " deparse " AS deparse," \
	" p.puballtables::text AS all_tables, " tables " AS tables," \
	" " schemas " AS schemas," \
	" concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END," \
	" CASE WHEN p.pubupdate THEN 'update' END," \
	" CASE WHEN p.pubdelete THEN 'delete' END," \
	" CASE WHEN p.pubtruncate THEN 'truncate' END) AS publish," \
	" " via_root " AS via_root, " generated " AS generated_columns," \
	" " OWNER("p.pubowner") \
	" FROM pg_catalog.pg_publication p" \
	" WHERE " NOT_MEMBER("pg_publication", "p.oid")

#define VIA_ROOT "CASE WHEN p.pubviaroot THEN 'true' END"
#define HAS_CONDITION \
	"EXISTS (SELECT FROM pg_catalog.pg_publication_rel q" \
	" WHERE q.prpubid = p.oid AND q.prqual IS NOT NULL)"
#define PUBLISHED_SCHEMAS \
	"(SELECT string_agg(quote_ident(n.nspname), ', ' ORDER BY n.nspname)" \
	" FROM pg_catalog.pg_publication_namespace pn" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = pn.pnnspid WHERE pn.pnpubid = p.oid)"

const struct kind_info kind_row_publication = {
	.word = "publication",
	.plural = "publications",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_BREAKING,
	.unexpected_of = severity_publication,
	PROPERTIES(publication_properties),
	.only_with_rows = {"pg_publication"},
	.reads = {
		{120000, 129999,
			PUBLICATIONS("false", PUBLISHED("''", "''"), "NULL", "NULL", "NULL")},
		{130000, 149999,
			PUBLICATIONS("false", PUBLISHED("''", "''"), "NULL", VIA_ROOT, "NULL")},
		{150000, 179999, PUBLICATIONS(HAS_CONDITION, PUBLISHED(PUBLISHED_COLUMNS, "''"),
			PUBLISHED_SCHEMAS, VIA_ROOT, "NULL")},
		{180000, 0, PUBLICATIONS(HAS_CONDITION, PUBLISHED(PUBLISHED_COLUMNS, "''"),
			PUBLISHED_SCHEMAS, VIA_ROOT,
			"CASE p.pubgencols WHEN 's' THEN 'stored' END")},
	},
	.details = {{150000, 0,
		"SELECT p.oid AS oid, "
		PUBLISHED(PUBLISHED_COLUMNS,
			"coalesce(' WHERE ' || pg_get_expr(pr.prqual, pr.prrelid), '')")
		" AS tables FROM pg_catalog.pg_publication p WHERE p.oid = ANY ($1::oid[])"}},
};

static const struct property subscription_properties[] = {
	{"publications", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"enabled", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		TRUE_OR_FALSE},
	{"slot_name", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"synchronous_commit", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"binary", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE, .form = "true"},
	{"streaming", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_OF_VERSION, .form = "on|parallel"},
	{"two_phase", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "true"},
	{"disable_on_error", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "true"},
	{"password_required", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "false"},
	{"run_as_owner", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "true"},
	{"origin", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"failover", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "true"},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

/* Only columns that everybody may read; never the connection string.  What is newer
 * than a server is NULL, as is its default elsewhere, but synchronous_commit: until 13
 * that is there and may not be read. */
#define SUBSCRIPTIONS(commit, binary, streaming, two_phase, more) \
	"SELECT s.subname AS name, s.subenabled::text AS enabled," \
	" s.subslotname AS slot_name," \
	" (SELECT string_agg(quote_ident(p), ', ' ORDER BY p COLLATE \"C\")" \
	" FROM unnest(s.subpublications) p) AS publications, " commit \
	" " binary " AS \"binary\", " streaming " AS streaming," \
	" " two_phase " AS two_phase, " more ", " OWNER("s.subowner") \
	" FROM pg_catalog.pg_subscription s WHERE s.subdbid =" \
	" (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())"

#define COMMIT "s.subsynccommit AS synchronous_commit,"
#define BINARY "CASE WHEN s.subbinary THEN 'true' END"
#define STREAMING "CASE WHEN s.substream THEN 'on' END"
#define STREAMING_16 "CASE s.substream WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' END"
#define TWO_PHASE "CASE WHEN s.subtwophasestate <> 'd' THEN 'true' END"
#define BEFORE_15 "NULL AS disable_on_error, " BEFORE_16
#define BEFORE_16 \
	"NULL AS password_required, NULL AS run_as_owner, NULL AS origin, " BEFORE_17
#define BEFORE_17 "NULL AS failover"
#define SINCE_15 "CASE WHEN s.subdisableonerr THEN 'true' END AS disable_on_error, "
#define SINCE_16 \
	SINCE_15 "CASE WHEN NOT s.subpasswordrequired THEN 'false' END" \
	" AS password_required, CASE WHEN s.subrunasowner THEN 'true' END AS run_as_owner," \
	" nullif(s.suborigin, 'any') AS origin, "
#define SINCE_17 SINCE_16 "CASE WHEN s.subfailover THEN 'true' END AS failover"

const struct kind_info kind_row_subscription = {
	.word = "subscription",
	.plural = "subscriptions",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_BREAKING,
	.missing_of = severity_enabled,
	.unexpected_of = severity_enabled,
	PROPERTIES(subscription_properties),
	.only_with_rows = {"pg_subscription"},
	.reads = {
		{120000, 139999, SUBSCRIPTIONS("", "NULL", "NULL", "NULL", BEFORE_15)},
		{140000, 149999, SUBSCRIPTIONS(COMMIT, BINARY, STREAMING, "NULL", BEFORE_15)},
		{150000, 159999, SUBSCRIPTIONS(COMMIT, BINARY, STREAMING, TWO_PHASE,
			SINCE_15 BEFORE_16)},
		{160000, 169999, SUBSCRIPTIONS(COMMIT, BINARY, STREAMING_16, TWO_PHASE,
			SINCE_16 BEFORE_17)},
		{170000, 0,
			SUBSCRIPTIONS(COMMIT, BINARY, STREAMING_16, TWO_PHASE, SINCE_17)},
	},
};
/* clang-format on */
