/* Each answer of the fake server is one byte on a socketpair: reading it makes one more
 * result known, so that every result passes through the loop on its own. */
#include "tests/fake/fake_libpq.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/fake/fake_conn.h"
#include "tests/fake/fake_data.h"

struct script {
	struct script *next;
	char *dsn_part;
	struct fake_step *steps;
	size_t n, at;
	bool taken;
};

struct pg_cancel {
	atomic_uint *count;
};

static struct {
	struct script *scripts;
	int conns, cancels;
	unsigned connects;
	PGconn *last;
	atomic_uint *cancelled; /* shared with forked copies */
	bool holds;
	int begun, gate;
	const char *moves_to;
} fake;

/* ---- scripts ---- */

void
fake_script(const char *dsn_part, const struct fake_step *steps, size_t n)
{
	struct script **at = &fake.scripts;
	struct script *s = xcalloc(1, sizeof *s);

	if (!fake.cancelled) {
		fake.cancelled = mmap(NULL, sizeof *fake.cancelled,
			PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		assert_ptr_not_equal(fake.cancelled, MAP_FAILED);
	}
	s->dsn_part = xstrdup(dsn_part);
	s->steps = xcalloc(n, sizeof *steps);
	memcpy(s->steps, steps, n * sizeof *steps);
	s->n = n;
	while (*at)
		at = &(*at)->next;
	*at = s;
}

static bool
is_played(const struct script *s)
{
	return s->at == s->n ||
	       (s->at + 1 == s->n && s->steps[s->at].call == FAKE_SERVE);
}

static void
free_scripts(void)
{
	while (fake.scripts) {
		struct script *s = fake.scripts;

		fake.scripts = s->next;
		free(s->dsn_part);
		free(s->steps);
		free(s);
	}
}

void
fake_end(void)
{
	char left[128] = "";
	unsigned alive = (unsigned)(fake.conns + fake.cancels) + fake_results();

	for (const struct script *s = fake.scripts; s; s = s->next)
		if (!*left && !is_played(s))
			snprintf(left, sizeof left, "script \"%s\" stopped at step %zu",
				s->dsn_part, s->at);
	free_scripts();
	fake.connects = 0;
	fake.conns = fake.cancels = 0;
	fake.holds = false;
	fake.moves_to = NULL;
	if (fake.cancelled)
		atomic_store(fake.cancelled, 0);
	if (*left)
		fail_msg("%s", left);
	if (alive)
		fail_msg("%u objects of libpq were not freed", alive);
}

unsigned
fake_connects(void)
{
	return fake.connects;
}

unsigned
fake_cancels(void)
{
	return fake.cancelled ? atomic_load(fake.cancelled) : 0;
}

void
fake_cut(void)
{
	close(fake.last->peer);
	fake.last->peer = -1;
}

void
fake_speak(void)
{
	assert_int_equal(write(fake.last->peer, "s", 1), 1);
}

/* The step that the call has to be; SERVE stands for queries until a step
 * behind it fits better. */
static struct fake_step
next_step(PGconn *c, enum fake_call call, const char *text)
{
	static const char *const names[] = {"connect", "query", "serve", "close"};
	struct script *s = c->script;
	const struct fake_step *step = s->at < s->n ? &s->steps[s->at] : NULL;

	if (step && step->call == FAKE_SERVE && call == FAKE_CLOSE)
		step = ++s->at < s->n ? &s->steps[s->at] : NULL;
	if (!step && call == FAKE_CLOSE)
		return (struct fake_step){.call = FAKE_CLOSE};
	if (!step)
		fail_msg("script \"%s\", behind its end (step %zu): %s %s", s->dsn_part,
			s->at, names[call], text);
	if (step->call == FAKE_SERVE && call != FAKE_CONNECT)
		return *step;
	if (step->call != call)
		fail_msg("script \"%s\", step %zu: %s instead of %s: %s", s->dsn_part,
			s->at, names[call], names[step->call], text);
	s->at++;
	return *step;
}

static void
check_text(const PGconn *c, const struct fake_step *step, const char *found, bool fits)
{
	if (step->text && !fits)
		fail_msg("script \"%s\", step %zu: \"%s\" instead of \"%s\"",
			c->script->dsn_part, c->script->at - 1, found, step->text);
}

/* ---- connecting ---- */

PQconninfoOption *
PQconninfo(PGconn *c)
{
	return fake_options(c->dsn);
}

static struct script *
find_script(const char *dsn)
{
	struct script *s = fake.scripts;

	while (s && (s->taken || !strstr(dsn, s->dsn_part)))
		s = s->next;
	if (!s)
		fail_msg("no script is left for a connection to \"%s\"", dsn);
	s->taken = true;
	return s;
}

static void
open_sockets(PGconn *c)
{
	int fds[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
		0);
	c->fd = fds[0];
	c->peer = fds[1];
}

/* The question for the merged options has a value in it that libpq refuses. */
static bool
is_refused(const char *const *keys, const char *const *values, struct strbuf *error)
{
	for (size_t i = 0; keys[i]; i++)
		if (strcmp(keys[i], "channel_binding") == 0) {
			strbuf_printf(error, "invalid channel_binding value: \"%s\"\n",
				values[i]);
			return true;
		}
	return false;
}

PGconn *
PQconnectStartParams(
	const char *const *keys, const char *const *values, int expand_dbname)
{
	PGconn *c = xcalloc(1, sizeof *c);

	assert_true(expand_dbname);
	assert_string_equal(keys[0], "dbname");
	fake.conns++;
	c->fd = c->peer = -1;
	c->dsn = xstrdup(values[0]);
	for (size_t i = 1; keys[i]; i++)
		if (values[i] && *values[i])
			strbuf_printf(&c->params, "%s=%s ", keys[i], values[i]);
	c->status = CONNECTION_BAD;
	if (is_refused(keys, values, &c->error))
		return c;
	fake.connects++;
	fake.last = c;
	c->script = find_script(c->dsn);
	c->connect = next_step(c, FAKE_CONNECT, c->params.s);
	check_text(c, &c->connect, c->params.s,
		c->connect.text && strstr(c->params.s, c->connect.text));
	open_sockets(c);
	c->status = CONNECTION_STARTED;
	return c;
}

/* As libpq puts it with PQERRORS_VERBOSE. */
static void
refuse(PGconn *c)
{
	strbuf_add(&c->error, "connection to server at \"fake\", port 5432 failed: ");
	if (c->connect.sqlstate)
		strbuf_printf(&c->error, "FATAL:  %s: %s\nLOCATION:  f, fake.c:1\n",
			c->connect.sqlstate, c->connect.message);
	else
		strbuf_printf(&c->error, "%s\n", c->connect.message);
	c->status = CONNECTION_BAD;
}

void
fake_hold(int begun, int gate)
{
	fake.holds = true;
	fake.begun = begun;
	fake.gate = gate;
}

void
fake_move(const char *host)
{
	fake.moves_to = host;
}

/* Once to write, once to read, then the outcome. */
PostgresPollingStatusType
PQconnectPoll(PGconn *c)
{
	if (c->polls == 0 && fake.holds) {
		assert_int_equal(write(fake.begun, "b", 1), 1);
		assert_int_equal(read(fake.gate, (char[1]){0}, 1), 1);
		c->host = fake.moves_to;
	}
	if (c->polls++ == 0 || c->connect.answer == FAKE_SILENT) {
		c->status = CONNECTION_AWAITING_RESPONSE;
		if (c->connect.answer != FAKE_SILENT)
			assert_int_equal(write(c->peer, "c", 1), 1);
		return PGRES_POLLING_READING;
	}
	assert_int_equal(read(c->fd, (char[1]){0}, 1), 1);
	if (c->connect.answer == FAKE_OK) {
		c->status = CONNECTION_OK;
		return PGRES_POLLING_OK;
	}
	refuse(c);
	return PGRES_POLLING_FAILED;
}

void
PQfinish(PGconn *c)
{
	if (!c)
		return;
	if (c->script)
		next_step(c, FAKE_CLOSE, "");
	if (fake.last == c)
		fake.last = NULL;
	for (; c->at < c->n_answers; c->at++)
		PQclear(c->answers[c->at].result);
	if (c->fd >= 0)
		close(c->fd);
	if (c->peer >= 0)
		close(c->peer);
	free(c->answers);
	free(c->dsn);
	strbuf_free(&c->params);
	strbuf_free(&c->error);
	free(c);
	fake.conns--;
}

ConnStatusType
PQstatus(const PGconn *c)
{
	return c->status;
}

char *
PQerrorMessage(const PGconn *c)
{
	return c->error.s ? c->error.s : (char *)"";
}

int
PQsocket(const PGconn *c)
{
	return c->fd;
}

char *
PQpass(const PGconn *c)
{
	(void)c;
	return (char *)"";
}

int
PQconnectionNeedsPassword(const PGconn *c)
{
	return c->connect.needs_password;
}

char *
PQhost(const PGconn *c)
{
	static char host[] = "/fake";

	return c->host ? (char *)c->host : host;
}

char *
PQport(const PGconn *c)
{
	static char port[] = "5432";

	(void)c;
	return port;
}

int
PQserverVersion(const PGconn *c)
{
	int version = c->connect.version ? c->connect.version : 150018;

	return c->status == CONNECTION_OK ? version : 0;
}

int
PQbackendPID(const PGconn *c)
{
	return c->status == CONNECTION_OK ? FAKE_BACKEND : 0;
}

PGTransactionStatusType
PQtransactionStatus(const PGconn *c)
{
	return c->status == CONNECTION_OK ? PQTRANS_IDLE : PQTRANS_UNKNOWN;
}

const char *
PQparameterStatus(const PGconn *c, const char *name)
{
	return strcmp(name, "server_encoding") == 0 ? c->connect.encoding : NULL;
}

int
PQlibVersion(void)
{
	return 150018;
}

int
PQsslInUse(PGconn *c)
{
	(void)c;
	return 0;
}

int
PQsetnonblocking(PGconn *c, int on)
{
	(void)c;
	return on ? 0 : -1;
}

PGVerbosity
PQsetErrorVerbosity(PGconn *c, PGVerbosity verbosity)
{
	(void)c;
	return verbosity;
}

PQnoticeReceiver
PQsetNoticeReceiver(PGconn *c, PQnoticeReceiver receiver, void *arg)
{
	(void)c;
	(void)arg;
	return receiver;
}

/* ---- asking ---- */

void
fake_add_answer(PGconn *c, int what, PGresult *result)
{
	if (c->mute) {
		PQclear(result);
		return;
	}
	GROW(c->answers, c->n_answers, c->cap_answers);
	c->answers[c->n_answers++] = (struct answer){.what = what, .result = result};
	c->mute = what == FALLS_SILENT || what == DIES;
}

PGresult *
fake_command_result(const struct fake_step *step, const char *sql)
{
	PGresult *r = fake_result(PGRES_COMMAND_OK, step, 0, 0);

	fake_tag(r, step->tag ? xstrdup(step->tag) : xstrndup(sql, strcspn(sql, " ;")));
	return r;
}

struct fake_step
fake_query_step(PGconn *c, const char *sql)
{
	struct fake_step step = next_step(c, FAKE_QUERY, sql);

	if (step.call != FAKE_SERVE)
		check_text(c, &step, sql,
			step.text && strncmp(sql, step.text, strlen(step.text)) == 0);
	else if (!step.serve(step.arg, sql, &step))
		fail_msg("script \"%s\", step %zu serves no \"%s\"",
			c->script->dsn_part, c->script->at, sql);
	return step;
}

/* Now the server hears it all, and sends a byte for each thing it says. */
int
PQflush(PGconn *c)
{
	size_t n = 0;
	bool dies = false;
	char *bytes;

	for (; c->told < c->n_answers; c->told++) {
		n += c->answers[c->told].what <= COPIES;
		dies |= c->answers[c->told].what == DIES;
	}
	bytes = xcalloc(n, 1);
	if (n)
		assert_int_equal(write(c->peer, bytes, n), n);
	free(bytes);
	if (dies) {
		close(c->peer);
		c->peer = -1;
	}
	return 0;
}

/* ---- listening ---- */

bool
fake_is_known(const PGconn *c)
{
	return c->at < c->n_answers &&
	       (c->answers[c->at].what == ENDS || c->answers[c->at].what == COPIED ||
		       c->known > 0);
}

int
PQconsumeInput(PGconn *c)
{
	char byte;
	ssize_t n = read(c->fd, &byte, 1);

	if (n == 1)
		c->known++;
	if (n != 0)
		return 1;
	strbuf_clear(&c->error);
	strbuf_add(&c->error, "server closed the connection unexpectedly\n"
			      "\tThis probably means the server terminated\n");
	c->status = CONNECTION_BAD;
	close(c->fd);
	c->fd = -1;
	return 0;
}

int
PQisBusy(PGconn *c)
{
	return c->status != CONNECTION_BAD && c->at < c->n_answers && !fake_is_known(c);
}

/* Of a broken connection: what was heard, then its end once, then nothing. */
PGresult *
PQgetResult(PGconn *c)
{
	const struct fake_step lost = {.message = PQerrorMessage(c)};

	if (c->at == c->n_answers)
		return NULL;
	if (!fake_is_known(c) && c->status != CONNECTION_BAD)
		fail_msg("PQgetResult() would block");
	if (!fake_is_known(c)) {
		for (; c->at < c->n_answers; c->at++)
			PQclear(c->answers[c->at].result);
		return fake_result(PGRES_FATAL_ERROR, &lost, 0, 0);
	}
	c->known -= c->answers[c->at].what == SAYS;
	return c->answers[c->at++].result;
}

int
PQsetSingleRowMode(PGconn *c)
{
	(void)c;
	return 1;
}

/* ---- cancelling ---- */

PGcancel *
PQgetCancel(PGconn *c)
{
	PGcancel *cancel = xcalloc(1, sizeof *cancel);

	(void)c;
	fake.cancels++;
	cancel->count = fake.cancelled;
	return cancel;
}

int
PQcancel(PGcancel *cancel, char *reason, int size)
{
	(void)reason;
	(void)size;
	atomic_fetch_add(cancel->count, 1);
	return 1;
}

void
PQfreeCancel(PGcancel *cancel)
{
	fake.cancels -= cancel != NULL;
	free(cancel);
}
