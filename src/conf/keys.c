/* The one place that knows every key: its block, type, default, limits and help. */
#include "conf/keys.h"

#include <string.h>

#include "base/mem.h"
#include "base/size.h"
#include "base/text.h"
#include "conf/conf.h"
#include "conf/value.h"

enum { SECOND = 1000, DAY = 86400 * SECOND };
#define YEAR (INT64_C(366) * DAY)

const struct conf_block_info conf_blocks[BLOCK_COUNT] = {
	[BLOCK_SERVICE] = {"service", NULL, "The daemon itself."},
	[BLOCK_HTTP] = {"http", NULL, "Dashboard, JSON and metrics."},
	[BLOCK_MIGRATIONS] = {"migrations", "app",
		"A migrations directory, which says what the head is. One block each."},
	[BLOCK_ENVIRONMENT] = {"environment", "prod",
		"A database that is watched. One block each."},
	[BLOCK_RECEIVER] = {"receiver", "ops",
		"Who is told when a state changes: notifications.md of the documents. "
		"One block each."},
};

static const char *const log_formats[] = {"auto", "journal", "logfmt", "json", NULL};
static const char *const log_levels[] = {"debug", "info", "warn", "error", NULL};
static const char *const environment_modes[] = {"listed", "none", NULL};
static const char *const partition_modes[] = {"parent", "count", "compare", NULL};
static const char *const cautions[] = {"open", "clear", "readable", NULL};
static const char *const discoveries[] = {"databases", "schemas", NULL};
static const char *const receiver_kinds[] = {"json", "slack", "alertmanager", NULL};
static const char *const severities[] = {"breaking", "additive", "cosmetic", NULL};
static const char *const tools[] = {"alembic", NULL};

#define SERVICE(n, t, member)                                 \
	.name = n, .block = BLOCK_SERVICE, .type = &type_##t, \
	.offset = offsetof(struct conf_service, member)
#define HTTP(n, t, member)                                 \
	.name = n, .block = BLOCK_HTTP, .type = &type_##t, \
	.offset = offsetof(struct conf_http, member)
#define MIGRATIONS(n, t, member)                                 \
	.name = n, .block = BLOCK_MIGRATIONS, .type = &type_##t, \
	.offset = offsetof(struct conf_migrations, member)
#define ENVIRONMENT(n, t, member)                                 \
	.name = n, .block = BLOCK_ENVIRONMENT, .type = &type_##t, \
	.offset = offsetof(struct conf_environment, member)
#define RECEIVER(n, t, member)                                 \
	.name = n, .block = BLOCK_RECEIVER, .type = &type_##t, \
	.offset = offsetof(struct conf_receiver, member)

/* clang-format off */
const struct conf_key conf_keys[] = {
	{SERVICE("interval", duration, interval_ms), .def = "60s", .min = 100, .max = YEAR,
		.flags = KEY_ENV,
		.help = "Time between two checks of an environment."},
	{SERVICE("jitter", percent, jitter), .def = "10%", .flags = KEY_ENV,
		.help = "How far a check may be moved at random from its place in the interval, so that\n"
			"not all come at once."},
	{SERVICE("max_concurrent_checks", integer, max_concurrent_checks), .def = "8",
		.min = 1, .max = 1000, .flags = KEY_ENV,
		.help = "Checks that run at the same time, one connection each."},
	{SERVICE("max_checks_per_server", integer, max_checks_per_server), .def = "2",
		.min = 1, .max = 1000, .flags = KEY_ENV,
		.help = "How many of them on one server, by whichever names it is reached."},
	{SERVICE("keep_connection", boolean, keep_connection), .def = "false",
		.flags = KEY_ENV,
		.help = "Keep the connection between checks, up to ten minutes: a check costs the server\n"
			"less, and takes one of its slots all the time. A database that sleeps while\n"
			"nobody uses it never does, and none can be dropped or copied meanwhile."},
	{SERVICE("workers", integer, workers), .min = 1, .max = 64, .flags = KEY_ENV,
		.example = "2",
		.help = "Threads for what takes long (large catalogs); not given: as many as there are\n"
			"processors that it may use, at most 4."},
	{SERVICE("confirm", integer, confirm), .def = "1", .min = 1, .max = 1000,
		.flags = KEY_ENV,
		.help = "How often in a row a finding has to be seen before it counts."},
	{SERVICE("migrating_max", duration, migrating_max_ms), .def = "30m", .min = SECOND,
		.max = YEAR, .flags = KEY_ENV,
		.help = "For so long a migration that runs excuses what it has not done yet."},
	{SERVICE("state_dir", path, state_dir), .def = "/var/lib/pgdriftd",
		.flags = KEY_ENV | KEY_RESTART,
		.help = "Where history and accepted baselines are kept; \"\" to keep nothing."},
	{SERVICE("history_keep", duration, history_keep_ms), .def = "400d",
		.min = 60 * SECOND, .max = 10 * YEAR, .flags = KEY_ENV,
		.help = "How long history is kept, and each catalog that an environment had."},
	{SERVICE("history_max_size", size, history_max_size), .def = "1GiB",
		.min = SIZE_MIB, .max = INT64_C(1) << 40, .flags = KEY_ENV,
		.help = "What they may take in state_dir; then the oldest go first. What environments,\n"
			"references and baselines have now is not counted, and stays."},
	{SERVICE("log_format", choice, log_format), .def = "auto", .choices = log_formats,
		.flags = KEY_ENV | KEY_RESTART,
		.help = "auto (journal if started by systemd, else logfmt), journal, logfmt or json."},
	{SERVICE("log_level", choice, log_level), .def = "info", .choices = log_levels,
		.flags = KEY_ENV,
		.help = "debug, info, warn or error."},
	{SERVICE("environments", choice, environments), .def = "listed",
		.choices = environment_modes,
		.help = "none: nothing is watched, on purpose; else a reload that finds no environment\n"
			"(a file that is being written, a full disk) is refused."},
	{SERVICE("max_findings", integer, max_findings), .def = "1000", .min = 1,
		.max = 1000000, .flags = KEY_ENV,
		.help = "Findings that are listed for one environment; the count is always true."},
	{SERVICE("metric_labels", label_names, metric_labels), .flags = KEY_ENV,
		.example = "team",
		.help = "Labels of environments that their metrics have as well. They make no further\n"
			"series, but where the value of one changes, all of them begin anew."},
	{SERVICE("repeat", duration, repeat_ms), .def = "12h", .min = SECOND, .max = YEAR,
		.flags = KEY_ENV,
		.help = "After this time a problem that stands is logged again."},
	{SERVICE("scratch_dsn", text, scratch_dsn), .flags = KEY_DSN,
		.example = "host=/run/scratch user=pgdriftd_scratch",
		.help = "A server for throwaway databases, in which migrations are\n"
			"run to see what comes of them."},
	{SERVICE("scratch_shared", boolean, scratch_shared), .def = "false",
		.help = "true: that server may be one that is watched. What is run there is able to\n"
			"do harm to whatever else it holds."},
	{SERVICE("build_user", text, build_user), .example = "app",
		.help = "Whom the command is run as there, where pgdriftd is root."},
	{SERVICE("build_timeout", duration, build_timeout_ms), .def = "10m", .min = SECOND,
		.max = DAY,
		.help = "For one run of the command."},

	{HTTP("listen", listen, listen), .def = "127.0.0.1:10432",
		.flags = KEY_ENV,
		.help = "Addresses: \"127.0.0.1:10432\", \"[::1]:10432\", \"*:10432\",\n"
			"\"unix:/run/pgdriftd/http.sock\"; {} for none. A socket that systemd hands over\n"
			"takes their place, until a restart."},
	{HTTP("socket_mode", mode, socket_mode), .def = "0660",
		.help = "Who may connect to a Unix socket of listen: its mode."},
	{HTTP("socket_group", text, socket_group), .example = "www-data",
		.help = "Its group, one that the daemon is a member of; not given: the daemon's own. As\n"
			"a service of systemd it can be no other: the unit has PrivateUsers=."},
	{HTTP("external_url", external, external_url), .flags = KEY_ENV,
		.example = "https://ops.example.org/drift",
		.help = "The URL under which people reach it, where a proxy stands before it. Requests\n"
			"are taken with its path and without. X-Forwarded-… is never believed."},
	{HTTP("cert_file", path, cert_file), .flags = KEY_EXISTS | KEY_CREDENTIAL,
		.example = "/etc/pgdriftd/tls.crt",
		.help = "Certificate chain (PEM). With it, key_file is needed and only TLS is spoken, but\n"
			"for Unix sockets. Like the three below it is read again on SIGHUP (one that comes\n"
			"by LoadCredential=: by a restart), and is one of $CREDENTIALS_DIRECTORY if it is\n"
			"relative and is there, else beside this file."},
	{HTTP("key_file", path, key_file), .flags = KEY_EXISTS | KEY_CREDENTIAL,
		.example = "/etc/pgdriftd/tls.key",
		.help = "Private key (PEM) of cert_file."},
	{HTTP("client_ca_file", path, client_ca_file), .flags = KEY_EXISTS | KEY_CREDENTIAL,
		.example = "/etc/pgdriftd/clients.crt",
		.help = "Authorities (PEM) of clients. With it, whoever connects by TLS has to show a\n"
			"certificate of theirs; with users_file a password is asked for as well."},
	{HTTP("client_names", list, client_names), .example = "prometheus.example.org",
		.help = "One of these the certificate of a client has to have, as common name or as\n"
			"alternative name (DNS, email, URI); not given: any."},
	{HTTP("users_file", path, users_file), .flags = KEY_EXISTS | KEY_CREDENTIAL,
		.example = "users",
		.help = "Who may read, a line each: NAME:HASH, with a hash of crypt(5)."},
	{HTTP("allow", words, allow), .choices = cautions, .example = "open",
		.help = "What is meant, and not warned of: open (others on the network may read without\n"
			"a password), clear (passwords without TLS), readable (secrets that other users of\n"
			"this machine can read)."},
	{HTTP("max_connections", integer, max_connections), .def = "100", .min = 1,
		.max = 100000, .flags = KEY_RESTART,
		.help = "Connections that are served at the same time."},
	{HTTP("idle_timeout", duration, idle_timeout_ms), .def = "30s", .min = SECOND,
		.max = DAY, .flags = KEY_RESTART,
		.help = "A connection on which nothing moves for so long is closed."},

	{MIGRATIONS("tool", choice, tool), .def = "alembic", .choices = tools,
		.help = "Whose files they are."},
	{MIGRATIONS("path", paths, path), .flags = KEY_REQUIRED,
		.example = "/srv/app/alembic/versions",
		.help = "The versions directory, the script directory or the alembic.ini;\n"
			"or a list of directories."},
	{MIGRATIONS("section", text, section), .example = "alembic",
		.help = "The section of the alembic.ini, as in `alembic -n NAME`."},
	{MIGRATIONS("archives", paths, archives),
		.example = "/srv/app/alembic/archive",
		.help = "Directories of former migrations: known, but no part of the head."},
	{MIGRATIONS("recursive", boolean, recursive), .def = "false",
		.help = "Read directories below the versions directory too."},
	{MIGRATIONS("allow", list, allow), .example = "several_heads",
		.help = "Problems that are meant and do not count: CODE[:WHAT][ reason=\"TEXT\"], where\n"
			"WHAT is a glob over the revision or the file."},
	{MIGRATIONS("scratch_dsn", text, scratch_dsn), .flags = KEY_INHERITS | KEY_DSN,
		.example = "host=/run/scratch user=pgdriftd_scratch",
		.help = "As in service, for these migrations."},
	{MIGRATIONS("scratch_shared", boolean, scratch_shared), .flags = KEY_INHERITS,
		.example = "false",
		.help = "As in service, for these migrations."},
	{MIGRATIONS("build", list, build), .flags = KEY_COMMAND,
		.example = "alembic upgrade {revision}",
		.help = "The command that makes a database what it is at a revision: {revision}, {url}\n"
			"and {ini} stand for what their names say. Run without a shell, in the directory\n"
			"of the alembic.ini; a list is taken word by word."},
	{MIGRATIONS("build_user", text, build_user), .flags = KEY_INHERITS, .example = "app",
		.help = "As in service, for these migrations."},
	{MIGRATIONS("build_timeout", duration, build_timeout_ms), .min = SECOND, .max = DAY,
		.flags = KEY_INHERITS, .example = "30m",
		.help = "As in service, for these migrations."},
	{MIGRATIONS("build_all", boolean, build_all), .def = "false",
		.help = "Build each revision, not only the head and those that are recorded: a database\n"
			"of which nobody knows which it is at is then found at any of them."},

	{ENVIRONMENT("dsn", text, dsn), .flags = KEY_REQUIRED | KEY_DSN,
		.example = "host=db.example.com dbname=app user=pgdriftd",
		.help = "Any connection string or URI of libpq. PG* variables, pg_service.conf and\n"
			".pgpass work as usual."},
	{ENVIRONMENT("discover", choice, discover), .choices = discoveries,
		.example = "databases",
		.help = "databases: the block is a template; each database of the server that\n"
			"discover_match names is an environment, NAME/DATABASE, for as long as it is\n"
			"there. dsn leads to the one where they are asked for. schemas: so is each\n"
			"schema of that database. {name} is their name in version_table, schemas,\n"
			"schema_names, ignore, expect, capture, head and labels."},
	{ENVIRONMENT("discover_match", list, discover_match), .example = "tenant_*",
		.help = "Which ones, * and ? are wild; one that begins with ! takes back, the last\n"
			"that matches decides."},
	{ENVIRONMENT("discover_limit", integer, discover_limit), .def = "1000", .min = 1,
		.max = 100000,
		.help = "More than that are an error, and those that are known stay."},
	{ENVIRONMENT("discover_interval", duration, discover_interval_ms), .def = "60s",
		.min = 100, .max = YEAR,
		.help = "How often they are asked for."},
	{ENVIRONMENT("password_file", path, password_file), .flags = KEY_CREDENTIAL,
		.example = "prod.pw",
		.help = "File with the password, read at every connect; relative to\n"
			"$CREDENTIALS_DIRECTORY if that is set, else to this file."},
	{ENVIRONMENT("password_command", text, password_command), .flags = KEY_SECRET,
		.example = "/usr/local/bin/db-token prod",
		.help = "Command that prints the password, run at every connect."},
	{ENVIRONMENT("migrations", text, migrations), .example = "app",
		.help = "The migrations block that gives the expected head."},
	{ENVIRONMENT("head", head, head), .example = "environment:dev",
		.help = "The expected head, if it is not that of the migrations: revisions, labels,\n"
			"or \"environment:NAME\" for what is recorded there."},
	{ENVIRONMENT("version_table", table, version_schema),
		.def = "public.alembic_version",
		.help = "Where the revision is recorded: schema.table, upper and lower case as it is;\n"
			"a name with a dot in double quotes."},
	{ENVIRONMENT("expect", expect, expect), .def = "none",
		.help = "What the catalog should be: \"environment:NAME\", \"snapshot:FILE\",\n"
			"\"snapshots:DIR\" (by recorded revision), \"baseline\" (as last accepted),\n"
			"\"migrations\" (what they make of an empty database, by recorded revision),\n"
			"\"ddl:FILE\" (what a file of SQL or a dump makes of one) or \"none\"."},
	{ENVIRONMENT("capture", capture, capture), .example = "snapshots:/srv/expected",
		.help = "The environment is trusted: what it has at a revision is written there as a\n"
			"snapshot, once, for others to be held against."},
	{ENVIRONMENT("schemas", list, schemas), .example = "public",
		.help = "Schemas to look at, * and ? are wild; not given: all but the system's."},
	{ENVIRONMENT("ignore", list, ignore), .example = "table:public.tmp_*",
		.help = "Ignore rules: kind:schema.object[.part][@property]."},
	{ENVIRONMENT("ignore_file", path, ignore_file), .flags = KEY_EXISTS,
		.example = "prod.ignore",
		.help = "A file of ignore rules, one a line."},
	{ENVIRONMENT("ignore_presets", list, ignore_presets), .example = "timescaledb",
		.help = "Ready-made rules for what runs in the database creates there: timescaledb,\n"
			"pg_partman, postgis_topology, postgis_tiger_geocoder, pg_cron, pg_repack,\n"
			"supabase."},
	{ENVIRONMENT("labels", labels, labels), .flags = KEY_SHOWN, .example = "team=shop",
		.help = "What else is to be said of it, by names that you choose: in /status, and with\n"
			"metric_labels of service in metrics."},
	{ENVIRONMENT("interval", duration, interval_ms), .min = 100, .max = YEAR,
		.flags = KEY_INHERITS, .example = "5m",
		.help = "As in service, for this environment."},
	{ENVIRONMENT("confirm", integer, confirm), .min = 1, .max = 1000,
		.flags = KEY_INHERITS, .example = "2",
		.help = "As in service, for this environment."},
	{ENVIRONMENT("migrating_max", duration, migrating_max_ms), .min = SECOND,
		.max = YEAR, .flags = KEY_INHERITS, .example = "2h",
		.help = "As in service, for this environment."},
	{ENVIRONMENT("connect_timeout", duration, connect_timeout_ms), .def = "5s",
		.min = 1, .max = DAY,
		.help = "Until the connection stands."},
	{ENVIRONMENT("check_timeout", duration, check_timeout_ms), .def = "30s",
		.min = 1, .max = DAY,
		.help = "For a whole check."},
	{ENVIRONMENT("statement_timeout", duration, statement_timeout_ms), .def = "20s",
		.min = 1, .max = DAY,
		.help = "For one statement, kept by the server."},
	{ENVIRONMENT("lock_timeout", duration, lock_timeout_ms), .def = "1s",
		.min = 1, .max = DAY,
		.help = "For one lock, kept by the server: whoever waits behind it waits no longer."},
	{ENVIRONMENT("max_catalog_size", size, max_catalog_size), .def = "256MiB",
		.min = SIZE_MIB, .max = INT64_C(1) << 40,
		.help = "What a server may send in a check; one that sends more is cut off, and the\n"
			"check fails. Texts over 1MiB stay there, but for their beginning."},
	{ENVIRONMENT("keep_connection", boolean, keep_connection), .flags = KEY_INHERITS,
		.help = "As in service, for this environment.", .example = "true"},
	{ENVIRONMENT("column_order", boolean, column_order), .def = "false",
		.help = "Compare the order of columns."},
	{ENVIRONMENT("owners", boolean, owners), .def = "false",
		.help = "Compare owners."},
	{ENVIRONMENT("grants", boolean, grants), .def = "false",
		.help = "Compare privileges."},
	{ENVIRONMENT("roles", list, roles), .example = "prod_app=app",
		.help = "Roles that have another name here than where the expected catalog is from,\n"
			"as \"HERE=THERE\": for owners, privileges and policies."},
	{ENVIRONMENT("schema_names", list, schema_names), .example = "tenant_b=tenant_a",
		.help = "Schemas that have another name here than where the expected catalog is from,\n"
			"as \"HERE=THERE\"; also where definitions and bodies name them."},
	{ENVIRONMENT("comments", boolean, comments), .def = "true",
		.help = "Compare comments."},
	{ENVIRONMENT("generated_names", boolean, generated_names), .def = "false",
		.help = "Compare names that PostgreSQL generated (t_a_key, t_a_check1), which depend on\n"
			"history; else what has one is matched by its definition."},
	{ENVIRONMENT("locale", boolean, locale), .def = "false",
		.help = "Compare the locale of the database, and whether its collations have\n"
			"changed below its indexes. The encoding always is."},
	{ENVIRONMENT("body_whitespace", boolean, body_whitespace), .def = "true",
		.help = "false: white space in bodies of functions and procedures does not count,\n"
			"but for what is in string literals."},
	{ENVIRONMENT("partitions", choice, partitions), .def = "parent",
		.choices = partition_modes,
		.help = "parent: those of a range may come and go, a deviating one is a finding;\n"
			"count: their number is compared too; compare: each is compared."},
	{ENVIRONMENT("allow_empty", boolean, allow_empty), .def = "false",
		.help = "A database without any table is no finding."},
	{ENVIRONMENT("baseline_follows_revision", boolean, baseline_follows_revision), .def = "true",
		.help = "With expect = \"baseline\": a catalog that was as accepted, and moved together\n"
			"with its recorded revision, becomes the baseline. false: only by accept."},
	{ENVIRONMENT("was", text, was), .example = "production",
		.help = "Its name before: history, baselines and all that is known are taken along.\n"
			"It may stay, as long as no other environment has that name."},
	{ENVIRONMENT("enabled", boolean, enabled), .def = "true",
		.help = "false: configured, but not watched."},

	{RECEIVER("kind", choice, kind), .def = "json", .choices = receiver_kinds,
		.help = "What it understands: json (a document of pgdriftd's own), slack (an incoming\n"
			"webhook of Slack, Mattermost or Rocket.Chat), or alertmanager (its API v2)."},
	{RECEIVER("url", text, url), .flags = KEY_SECRET,
		.example = "https://hooks.example.org/services/key",
		.help = "Where it is told, of http or https; of an Alertmanager what stands before\n"
			"/api/v2/alerts. It is taken for a secret."},
	{RECEIVER("url_file", path, url_file), .flags = KEY_CREDENTIAL,
		.example = "ops.url",
		.help = "File with the URL in place of url, read at every message; relative to\n"
			"$CREDENTIALS_DIRECTORY if that is set, else to this file."},
	{RECEIVER("authorization_file", path, authorization_file), .flags = KEY_CREDENTIAL,
		.example = "ops.token",
		.help = "File with the value of the header Authorization (\"Bearer …\"), found and read\n"
			"as url_file is."},
	{RECEIVER("ca_file", path, ca_file), .flags = KEY_EXISTS,
		.example = "/etc/pgdriftd/ca.pem",
		.help = "Certificates (PEM) to trust for https in place of the system's."},
	{RECEIVER("states", list, states),
		.example = "drifted",
		.help = "States that it is told of; not given: unknown, unstamped, drifted and\n"
			"revision_mismatch."},
	{RECEIVER("severity", choice, severity), .def = "cosmetic", .choices = severities,
		.help = "The least severe finding that makes a drift worth telling: breaking, additive or\n"
			"cosmetic, which is all. Other states are told whatever was found."},
	{RECEIVER("environments", list, environments), .example = "prod*",
		.help = "Of which environments, * and ? are wild, one that begins with ! takes back, the\n"
			"last that matches decides; not given: of all."},
	{RECEIVER("labels", labels, labels), .example = "team=shop",
		.help = "Of those that have all of these labels; * and ? are wild in values."},
	{RECEIVER("send_resolved", boolean, send_resolved), .def = "true",
		.help = "Tell when it is over as well."},
	{RECEIVER("batch_wait", duration, batch_wait_ms), .def = "5s", .min = 1,
		.max = 3600 * SECOND,
		.help = "How long a change waits for others that go into the same message."},
	{RECEIVER("timeout", duration, timeout_ms), .def = "10s", .min = 100,
		.max = 600 * SECOND,
		.help = "For one try to deliver a message."},
	{RECEIVER("retry_for", duration, retry_for_ms), .def = "24h", .min = SECOND,
		.max = YEAR,
		.help = "For so long a message is tried again; then it is dropped."},
	{RECEIVER("max_queue", integer, max_queue), .def = "1000", .min = 1, .max = 100000,
		.help = "Changes that wait while it fails; of more the oldest are dropped."},
};
/* clang-format on */

const size_t conf_n_keys = COUNT_OF(conf_keys);

const struct conf_key *
conf_key_find(enum conf_block b, const char *name)
{
	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].block == b && !strcmp(conf_keys[i].name, name))
			return &conf_keys[i];
	return NULL;
}

const struct conf_key *
conf_key_near(enum conf_block b, const char *name)
{
	const char *names[COUNT_OF(conf_keys)], *near;
	size_t n = 0;

	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].block == b)
			names[n++] = conf_keys[i].name;
	near = text_near(name, names, n);
	return near ? conf_key_find(b, near) : NULL;
}

unsigned
conf_key_bit(const struct conf_key *k)
{
	unsigned bit = 0;

	for (const struct conf_key *other = conf_keys; other != k; other++)
		bit += other->block == k->block;
	return bit;
}

enum conf_block
conf_block_find(const char *name)
{
	enum conf_block b = BLOCK_SERVICE;

	while (b < BLOCK_COUNT && strcmp(conf_blocks[b].name, name) != 0)
		b++;
	return b;
}

enum conf_block
conf_block_near(const char *name)
{
	const char *names[BLOCK_COUNT], *near;

	for (size_t i = 0; i < BLOCK_COUNT; i++)
		names[i] = conf_blocks[i].name;
	near = text_near(name, names, BLOCK_COUNT);
	return near ? conf_block_find(near) : BLOCK_COUNT;
}
