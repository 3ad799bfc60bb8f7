/* A server that refuses has answered: host and port are right then, and what helps is
 * told by its SQLSTATE.  One SQLSTATE may have several causes.  Which of them it is,
 * the name of the server's function says in every language; its text only in English,
 * which PgBouncer always speaks and libpq does here, as no locale is set.
 * https://www.postgresql.org/docs/15/errcodes-appendix.html */
#include "pg/remedies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/size.h"

struct remedy {
	const char *sqlstate; /* as a prefix; "": only where there is none */
	const char *function; /* of the server, or NULL: any */
	const char *text;     /* a part of it, or NULL: any */
	struct advice advice;
};

#define NO_DATABASE                                                         \
	{                                                                   \
		"the server has no database of that name",                  \
			"correct `dbname` of `dsn`, or create the database" \
	}
#define NO_ROLE                                                       \
	{                                                             \
		"the server has no such role",                        \
			"correct `user` of `dsn`, or create the role" \
	}
#define NO_LOGIN                                                                     \
	{                                                                            \
		"the role may not log in", "give it the attribute LOGIN with ALTER " \
					   "ROLE, or name another "                  \
					   "`user` in `dsn`"                         \
	}
#define HBA                                                                            \
	{                                                                              \
		"pg_hba.conf of the server does not let this connection in",           \
			"add a line to it that fits host, user, database and "         \
			"encryption, or set `sslmode` of `dsn` to what its lines ask " \
			"for"                                                          \
	}
#define ROLE_FULL                                                                 \
	{                                                                         \
		"the role has as many connections as it may",                     \
			"close some of them, or raise its CONNECTION LIMIT with " \
			"ALTER "                                                  \
			"ROLE"                                                    \
	}
#define DATABASE_FULL                                                             \
	{                                                                         \
		"the database has as many connections as it may",                 \
			"close some of them, or raise its CONNECTION LIMIT with " \
			"ALTER "                                                  \
			"DATABASE"                                                \
	}
#define POOLER_LOGIN                                                              \
	{                                                                         \
		"the pooler refused the login",                                   \
			"check user and password of `dsn`, `password_file` or "   \
			"`password_command`, and `auth_file` or `auth_query` of " \
			"PgBouncer"                                               \
	}
#define POOLER_FULL                                                          \
	{                                                                    \
		"the pooler has as many connections as it may",              \
			"close some of them, or raise `max_client_conn` or " \
			"`default_pool_size` of PgBouncer"                   \
	}
#define BEHIND_POOLER                                                                 \
	{                                                                             \
		"the pooler answers, but cannot log in to the server behind it",      \
			"look for the reason in the log of PgBouncer, and check its " \
			"[databases]"                                                 \
	}
#define NO_SERVICE                                                                     \
	{                                                                              \
		"the service that `dsn` names is not defined",                         \
			"define it in pg_service.conf or the file that PGSERVICEFILE " \
			"names, or correct `service` of `dsn`"                         \
	}
#define NO_NAME                                                                      \
	{                                                                            \
		"the host name cannot be resolved",                                  \
			"correct `host` of `dsn`, or mend the name service of this " \
			"machine"                                                    \
	}
#define NO_ANSWER                                                                 \
	{                                                                         \
		"the server does not answer",                                     \
			"check host and port of `dsn` and what lies between, or " \
			"raise `connect_timeout`"                                 \
	}
#define CERTIFICATE                                                                \
	{                                                                          \
		"the certificate of the server was not accepted",                  \
			"check who signed it against `sslrootcert` of `dsn`, its " \
			"end (`openssl s_client -starttls postgres` prints both) " \
			"and what `sslmode` asks for"                              \
	}
#define CLIENT_KEY                                                                     \
	{                                                                              \
		"the client certificate or its key cannot be used",                    \
			"check `sslcert` and `sslkey` of `dsn`, and who may read them" \
	}
#define CHANNEL_BINDING                                                              \
	{                                                                            \
		"`channel_binding` of `dsn` asks for what the server does not give", \
			"connect with TLS (`sslmode`) and a SCRAM password, or set " \
			"`channel_binding` to prefer"                                \
	}
#define TLS_FAILED                                                                  \
	{                                                                           \
		"TLS with the server failed",                                       \
			"check `sslmode`, `sslrootcert` and "                       \
			"`ssl_min_protocol_version` of `dsn`, and the certificate " \
			"and `ssl_ciphers` of the server"                           \
	}
#define OTHER_KIND                                                            \
	{                                                                     \
		"no server of `dsn` is what `target_session_attrs` asks for", \
			"add the host that is, or ask for `any`"              \
	}
#define NO_POSTGRES                                           \
	{                                                     \
		"what answers there is no PostgreSQL server", \
			"correct `host` and `port` of `dsn`"  \
	}
#define GOING                                                       \
	{                                                           \
		"the server is starting, stopping or recovering",   \
			"wait, it is tried again at the next check" \
	}

/* The first row that fits; the general one of an SQLSTATE comes last. */
static const struct remedy remedies[] = {
	{"3D000", NULL, NULL, NO_DATABASE},
	{"55000", NULL, "invalid database",
		{"the database is what an interrupted DROP DATABASE has left",
			"drop it, or correct `dbname` of `dsn`"}},
	{"55000", NULL, NULL,
		{"the database takes no connections",
			"set ALLOW_CONNECTIONS of it to true with ALTER DATABASE, or "
			"correct `dbname` of `dsn`"}},
	{"53300", "InitializeSessionUserId", NULL, ROLE_FULL},
	{"53300", NULL, "for role", ROLE_FULL},
	{"53300", "CheckMyDatabase", NULL, DATABASE_FULL},
	{"53300", NULL, "for database", DATABASE_FULL},
	{"53300", NULL, NULL,
		{"the server has as many connections as it may",
			"close some of them, or raise `max_connections` of the "
			"server"}},
	{"28000", NULL, "not permitted to log in", NO_LOGIN},
	{"28000", "InitializeSessionUserId", "does not exist", NO_ROLE},
	{"28000", NULL, "role \"", NO_ROLE},
	{"28000", "InitializeSessionUserId", NULL,
		{"the role does not exist or may not log in",
			"correct `user` of `dsn`, or create the role with LOGIN"}},
	{"28000", NULL, "client certificate", CLIENT_KEY},
	{"28000", "ClientAuthentication", NULL, HBA},
	{"28000", NULL, "pg_hba.conf", HBA},
	{"28000", NULL, NULL,
		{"the server refused the login by its method of authentication",
			"run pgdriftd as the account that the role stands for, or let "
			"pg_hba.conf ask for a password"}},
	{"42501", NULL, NULL,
		{"the role lacks the privilege CONNECT on the database",
			"let its owner GRANT CONNECT ON DATABASE to the role of "
			"`dsn`"}},
	{"57P03", NULL, "is not accepting connections",
		{"the server is a standby that takes no connections",
			"set `hot_standby` of it to on, or wait until it has caught "
			"up"}},
	{"57P03", NULL, NULL, GOING},
	{"57P01", NULL, NULL,
		{"an administrator ended the session, or the server is stopping",
			"nothing is to be done at once, it is tried again at the next "
			"check; look in the log of the server for who does it"}},
	{"57014", NULL, "statement timeout",
		{"a statement took longer than `statement_timeout`",
			"look for a load or a lock that holds it up, or raise "
			"`statement_timeout`"}},
	{"57014", NULL, "user request",
		{"somebody cancelled the statement (pg_cancel_backend)",
			"nothing is to be done at once, it is tried again at the next "
			"check; look for who cancels statements there"}},
	{"57P02", NULL, NULL, GOING},
	{"42704", NULL, NULL,
		{"the server refuses an option of the connection",
			"correct `options` of `dsn`"}},
	{"22023", NULL, NULL,
		{"the server refuses an option of the connection",
			"correct `options` of `dsn`"}},
	{"08P01", NULL, "startup parameter",
		{"the pooler refuses a startup parameter",
			"remove it (`options`, …) from `dsn`, or name it in "
			"`ignore_startup_parameters` of PgBouncer"}},
	{"08P01", NULL, "no such database",
		{"the pooler has no database of that name",
			"correct `dbname` of `dsn`, or add it to [databases] of "
			"PgBouncer"}},
	{"08P01", NULL, "does not exist", NO_DATABASE},
	{"08P01", NULL, "is disabled",
		{"the pooler has that database disabled",
			"ENABLE it in the console of PgBouncer"}},
	{"08P01", NULL, "no such user", POOLER_LOGIN},
	{"08P01", NULL, "login rejected", POOLER_LOGIN},
	{"08P01", NULL, "no more connections", POOLER_FULL},
	{"08P01", NULL, "query_wait_timeout", POOLER_FULL},
	{"08P01", NULL, "server login", BEHIND_POOLER},
	{"08P01", NULL, "server_login_retry", BEHIND_POOLER},
	{"08P01", NULL, "connect to server", BEHIND_POOLER},
	{"08P01", NULL, "authentication failed", POOLER_LOGIN},
	{"28000", NULL, "channel binding", CHANNEL_BINDING},
	{"", NULL, "definition of service", NO_SERVICE},
	{"", NULL, "service file", NO_SERVICE},
	{"", NULL, "could not resolve host name", NO_NAME},
	{"", NULL, "could not translate host name", NO_NAME},
	{"", NULL, "does not support SSL",
		{"the server has no TLS, and `sslmode` asks for it",
			"turn `ssl` on at the server, or set another `sslmode`"}},
	{"", NULL, "channel binding", CHANNEL_BINDING},
	{"", NULL, "over a non-SSL connection", CHANNEL_BINDING},
	{"", NULL, "does not match host name",
		{"the certificate of the server is for another host name",
			"give `host` of `dsn` a name that it holds (and the address as "
			"`hostaddr`), or set `sslmode` to verify-ca"}},
	{"", NULL, "has expired", CERTIFICATE},
	{"", NULL, "group or world access",
		{"the key of the client certificate can be read by others",
			"let `sslkey` of `dsn` be owned by the account of pgdriftd, "
			"with mode 0600"}},
	{"", NULL, "certificate verify failed", CERTIFICATE},
	{"", NULL, "root certificate", CERTIFICATE},
	{"", NULL, "server certificate", CERTIFICATE},
	{"", NULL, "private key", CLIENT_KEY},
	{"", NULL, "certificate file", CLIENT_KEY},
	{"", NULL, " alert ",
		{"the server refused the client certificate, or TLS as it was offered",
			"check `sslcert` and `sslkey` of `dsn` against `ssl_ca_file` "
			"of "
			"the server, their end with `openssl x509 -enddate`, and "
			"`ssl_min_protocol_version` of both"}},
	{"", NULL, "SSL error", TLS_FAILED},
	{"", NULL, "SSL SYSCALL error", TLS_FAILED},
	{"", NULL, "no password supplied",
		{"the server asks for a password, and none is set",
			"set `password_file` or `password_command`"}},
	{"", NULL, "session is", OTHER_KIND},
	{"", NULL, "hot standby mode", OTHER_KIND},
	{"", NULL, "SSL negotiation", NO_POSTGRES},
	{"", NULL, "expected authentication request", NO_POSTGRES},
	{"", NULL, "Permission denied",
		{"this account may not open the socket of the server",
			"run pgdriftd as one that may, or set `host` of `dsn`"}},
	{"", NULL, "timeout expired", NO_ANSWER},
	{"", NULL, "timed out", NO_ANSWER},
	{"", NULL, "No route to host", NO_ANSWER},
	{"", NULL, "unreachable", NO_ANSWER},
};

static bool
fits(const struct remedy *r, const char *sqlstate, const char *function,
	const char *text)
{
	bool same = *r->sqlstate ? !strncmp(r->sqlstate, sqlstate, strlen(r->sqlstate))
				 : !*sqlstate;

	return same && (!r->function || !strcmp(r->function, function)) &&
	       (!r->text || strstr(text, r->text));
}

const struct advice *
remedy_find(const char *sqlstate, const char *function, const char *text)
{
	/* The text of the first holds that of the second. */
	static const int exhausted[] = {ENFILE, EMFILE};

	for (size_t i = 0; !*sqlstate && i < COUNT_OF(exhausted); i++)
		if (strstr(text, strerror(exhausted[i])))
			return err_errno_advice(exhausted[i]);
	for (size_t i = 0; i < COUNT_OF(remedies); i++)
		if (fits(&remedies[i], sqlstate, function, text))
			return &remedies[i].advice;
	return NULL;
}

void
remedy_too_much(struct err *e, int64_t limit, const char *part)
{
	static const struct advice advice = {"the catalog is larger than a check takes",
		"see what makes it so large, and raise `max_catalog_size` if that is "
		"meant"};
	char size[32];

	err_set(e, ERR_QUERY,
		"the server sent more than %s (`max_catalog_size`), at last for %s",
		size_format(limit, size, sizeof size), part);
	e->advice = &advice;
}

const struct advice remedy_unanswered = {
	"the server takes connections and does not answer them",
	"look there for what holds up its logins: a lock on a system catalog "
	"(VACUUM FULL of one, a forgotten transaction), a process that is "
	"stopped, a pooler without a server; pgdriftd leaves open what it has "
	"there (one connection, or the few that were being made) and opens no "
	"other until it is answered"};

const struct advice remedy_iterations = {
	"what the server asks for in the login takes too long to calculate",
	"give the role's password fewer iterations there (`scram_iterations`, and then "
	"the password once more), or raise `connect_timeout`; pgdriftd opens no other "
	"connection to that server until the calculation has ended"};

const struct advice remedy_silent = {
	"the server stopped answering in the middle of a check",
	"look there for a lock, a load or a stopped process that holds it up, "
	"and at what lies between; or raise `check_timeout` and "
	"`statement_timeout`"};

const struct advice *
remedy_password_missing(void)
{
	static const struct advice of_service = {"the password file is not there",
		"see that `LoadCredential=` of the unit names it, or give "
		"`password_file` an absolute path"};
	static const struct advice by_hand = {"the password file is not there",
		"a relative `password_file` is one of $CREDENTIALS_DIRECTORY, which "
		"systemd sets for the service only: by hand, set that to the directory "
		"that holds the file, or give `password_file` an absolute path"};

	return getenv("CREDENTIALS_DIRECTORY") ? &of_service : &by_hand;
}

const struct advice remedy_password_large = {
	"the password file holds more than a password",
	"give `password_file` a file that holds the password alone"};

const struct advice remedy_password_command = {
	"the password command writes more than a password",
	"have it write the password alone to its standard output"};

const struct advice remedy_password_list = {
	"libpq's file of passwords is too large to be looked through",
	"keep only lines `host:port:database:user:password` that are used, or "
	"name another file as `passfile` of `dsn`"};

const struct advice remedy_password_file = {"the password file cannot be used",
	"see that it is a regular file of one line that the account of "
	"pgdriftd may read"};
