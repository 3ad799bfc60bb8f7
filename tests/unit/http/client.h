/* A raw HTTP client in the same loop as the server under test, and the server. */
#ifndef TESTS_UNIT_HTTP_CLIENT_H
#define TESTS_UNIT_HTTP_CLIENT_H

#include "http/server.h"

enum { CLIENT_PATIENCE_MS = 10000 };

/* A server over hand-made state, on a port of its own. */
struct site {
	struct loop *loop;
	struct published state;
	struct http_options options; /* set before site_start() */
	struct http_server *server;
	struct strvec listen;
	bool nothing; /* published() gives NULL */
	/* What the history was asked for last, and what it answers. */
	char *history_asked;
	const char *history_answer;
	bool story_fails; /* what is kept cannot be read */
	bool has_points;  /* two can be compared; set before site_start() */
	struct points_wish points_asked;
};

void site_init(struct site *s); /* with usable options */
void site_start(struct site *s);
/* As a reload does, with the options as they are now; false as it says. */
bool site_reload(struct site *s, struct err *e);
void site_fini(struct site *s);
/* cmocka's setup and teardown: *state is a site (struct site *) that has been started.
 */
int site_setup(void **state);
int site_teardown(void **state);

struct client {
	struct site *site;
	struct watch *watch;
	int fd;
	struct strbuf got;
	bool closed;
	/* What client_wait() waits for. */
	size_t answers;
};

void client_open(struct client *c, struct site *s);
/* By the i-th address, which has a port. */
void client_open_at(struct client *c, struct site *s, size_t i);
void client_send(struct client *c, const char *bytes);
/* Run the loop until so many whole answers are there, or the server closed.  Fails the
 * test after CLIENT_PATIENCE_MS. */
void client_wait(struct client *c, size_t answers);
void client_wait_closed(struct client *c);
void client_close(struct client *c);

/* One answer of a client, taken apart. */
struct reading {
	int status;
	char *head; /* status line and header lines */
	char *body;
	size_t body_n;
};

/* The first answer in what was got; it is taken off.  `head_only`: of a HEAD. */
struct reading client_take(struct client *c, bool head_only);
void reading_free(struct reading *r);
/* A header's value, or NULL; valid until the next call. */
const char *reading_header(const struct reading *r, const char *name);

/* GET `target` on a connection of its own, with more header lines ("A: b\r\n"). */
struct reading site_get(struct site *s, const char *target, const char *headers);
/* The same with any method. */
struct reading
site_ask(struct site *s, const char *method, const char *target, const char *headers);

#endif
