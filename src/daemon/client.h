/* Asks a running pgdriftd over HTTP by libcurl, for the commands `status`, `wait` and
 * `log`. */
#ifndef DAEMON_CLIENT_H
#define DAEMON_CLIENT_H

#include "base/json.h"
#include "daemon/command.h"

struct client {
	const char *url;        /* of --url; NULL: as configured */
	const char *cacert;     /* file, or NULL: the system's */
	const char *cert, *key; /* files: what a client shows of itself, or NULL */
	const char *user;       /* or NULL: that of the URL, or of ~/.netrc */
	const char
		*password_file; /* its first line is the password of `user`; or NULL */
	bool nameless;          /* user and password are not asked for, nor told */
	int64_t timeout_ms;     /* for one answer; 0: ten seconds */
	char *base, *password;  /* set by client_open() */
	char *socket;           /* the same: a path to connect to; NULL: by the URL */
};

/* What an answer says besides its body. */
struct client_answer {
	long status;     /* of HTTP; 0: no answer */
	int64_t date_ms; /* the server's clock, rounded down to the second; 0: not told
			  */
};

/* The options that its commands share: rows for their tables, lines for their help. */
enum {
	CLIENT_URL = 0x100,
	CLIENT_CACERT,
	CLIENT_CERT,
	CLIENT_KEY,
	CLIENT_USER,
	CLIENT_PASSWORD_FILE
};
#define CLIENT_OPTIONS                                                         \
	{"url", required_argument, NULL, CLIENT_URL},                          \
		{"cacert", required_argument, NULL, CLIENT_CACERT},            \
		{"cert", required_argument, NULL, CLIENT_CERT},                \
		{"key", required_argument, NULL, CLIENT_KEY},                  \
		{"user", required_argument, NULL, CLIENT_USER},                \
	{                                                                      \
		"password-file", required_argument, NULL, CLIENT_PASSWORD_FILE \
	}
#define CLIENT_HELP                                                                  \
	"      --url URL             of the daemon, or unix:PATH of its socket\n"    \
	"                            (default: the first address of http.listen)\n"  \
	"      --cacert FILE         certificates to trust for https\n"              \
	"      --cert FILE           the certificate that client_ca_file asks for\n" \
	"      --key FILE            its private key, if that is another file\n"     \
	"      --user NAME           one of users_file; without it ~/.netrc is "     \
	"asked\n"                                                                    \
	"      --password-file FILE  holds the password of --user\n"

/* Take one of those options; false if `opt` is none of them. */
bool client_option(struct client *c, int opt, const char *value);
/* Find out whom to ask, by the configuration where --url is not given.  Returns 0, or
 * the exit status after saying what is wrong.  client_close() frees what it made. */
int client_open(struct client *c, const struct cli *cli);
void client_close(struct client *c);

/* GET `path` and parse the body, which has to be one whole JSON document of contract 3
 * (ERR_FORMAT else); the caller deletes it.  NULL if there was no such answer:
 * ERR_AUTH or ERR_CONFIG where there will be none the next time either. */
cJSON *client_get(const struct client *c, const char *path, struct client_answer *a,
	struct err *e);

/* The same with POST, without a body. */
cJSON *client_post(const struct client *c, const char *path, struct client_answer *a,
	struct err *e);

/* Say that the daemon answers something else than what was asked for, with what `o`
 * (or NULL) says of that and what to do; EXIT_UNDECIDED. */
int client_unexpected(
	const struct client *c, const struct client_answer *a, const cJSON *o);

/* What client_open() may leave to do where the configuration is of no use
 * (EXIT_CONFIG): ask where a daemon listens by $PGDRIFTD_LISTEN, or by default. Returns
 * 0. */
int client_open_default(struct client *c);
/* True if `path` is answered with 200.  Certificates are held against --cacert alone,
 * so no user and no password is told to anybody; with neither that nor --url it does
 * not matter whether TLS is spoken. */
bool client_is_well(struct client *c, const char *path, struct err *e);

/* A name as a segment of a path (RFC 3986), "." and ".." too; the caller frees. */
char *client_escaped(const char *name);

/* The URL from its host on, without user and password: fit to be shown. */
const char *client_where(const struct client *c);

#endif
