/* One hash is made at a time.  What wrong passwords cost is taken from a budget of
 * time, so that whoever guesses keeps neither the machine busy nor those out who are
 * known: their credentials are remembered, and cost nothing. */
#include "http/auth.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/basic.h"
#include "http/budget.h"
#include "http/peer.h"
#include "loop/work.h"

/* A guess costs so much at least, however quick the hash. */
enum { GUESS_MS = 250, SLOW_MS = 500, MAX_WAITING = 16, MAX_WAITING_OF_CLIENT = 4 };

struct waiter {
	struct waiter *next;
	struct listener *listener;
	struct MHD_Connection *connection;
};

/* Is this the password of that user? */
struct question {
	struct question *next;
	struct auth *auth; /* NULL: nobody waits */
	struct work *work;
	struct waiter *waiters;
	struct basic given;
	char *hash;
	char digest[HASH_HEX_LEN];
	char client[PEER_LEN];
	bool same;
	int64_t took_ms;
};

struct auth {
	struct loop *loop;
	struct logins *logins;
	struct users *users;
	struct budget *budget;
	struct question *questions;
	bool warned;
};

/* ---- The thread ---- */

static void
run(void *arg)
{
	struct question *q = arg;
	int64_t begun_us = clock_thread_us();

	/* What it costs: on a busy machine it lasts longer, which is nobody's guess. */
	q->same = users_matches(q->given.password, q->hash);
	q->took_ms = (clock_thread_us() - begun_us) / 1000;
}

/* ---- The loop ---- */

static void
question_free(void *arg)
{
	struct question *q = arg;

	basic_fini(&q->given);
	free(q->hash);
	free(q);
}

static void
wake(struct question *q)
{
	while (q->waiters) {
		struct waiter *w = q->waiters;

		q->waiters = w->next;
		listener_resume(w->listener, w->connection);
		free(w);
	}
}

static void
leave(struct auth *a, struct question *q)
{
	struct question **at = &a->questions;

	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
}

static void
settle(struct auth *a, const struct question *q)
{
	bool good = users_learn(a->users, q->given.name, q->hash, q->digest, q->same);

	if (!good)
		budget_spend(a->budget, q->client,
			q->took_ms > GUESS_MS ? q->took_ms : GUESS_MS, clock_mono_ms());
	if (q->took_ms > SLOW_MS && !a->warned) {
		a->warned = true;
		log_msg(LEVEL_WARN,
			"users_file: a password took %lld ms to be checked; a hash of "
			"less cost "
			"(`htpasswd -nB -C 10`) is quicker",
			(long long)q->took_ms);
	}
}

static void
done(void *arg)
{
	struct question *q = arg;
	struct auth *a = q->auth;

	leave(a, q);
	if (a->users)
		settle(a, q);
	wake(q);
	question_free(q);
}

static const struct work_kind kind = {WORK_PASSWORDS, run, done, question_free};

static const struct sockaddr *
peer_of(const struct call *call)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return info ? info->client_addr : NULL;
}

static void
tell(const struct auth *a, const struct call *call, const char *user, const char *why)
{
	char *certificate = listener_client(call);
	struct login_failure f = {
		.user = user, .reason = why, .certificate = certificate};
	char client[PEER_LEN];

	f.client = peer_name(peer_of(call), client);
	logins_failed(a->logins, &f);
	free(certificate);
}

static bool
has_room(const struct auth *a, const char *client)
{
	size_t all = 0, own = 0;

	for (const struct question *q = a->questions; q; q = q->next) {
		all++;
		own += !strcmp(q->client, client);
	}
	return all < MAX_WAITING && own < MAX_WAITING_OF_CLIENT;
}

/* The one that is asked already, by whoever; NULL: none. */
static struct question *
find(const struct auth *a, const char *digest)
{
	struct question *q = a->questions;

	while (q && strcmp(q->digest, digest) != 0)
		q = q->next;
	return q;
}

static void
set_aside(struct question *q, const struct call *call)
{
	struct waiter *w = xcalloc(1, sizeof *w);

	*w = (struct waiter){q->waiters, call->listener, call->connection};
	q->waiters = w;
	MHD_suspend_connection(call->connection);
}

/* Takes over what was given. */
static enum auth_answer
ask_anew(struct auth *a, const struct call *call, struct basic *given,
	const char *digest, int *retry_s)
{
	struct question *q = xcalloc(1, sizeof *q);

	q->auth = a;
	q->given = *given;
	*given = (struct basic){0};
	peer_network(peer_of(call), q->client);
	if (!budget_is_open(a->budget, q->client, clock_mono_ms(), retry_s) ||
		!has_room(a, q->client)) {
		tell(a, call, q->given.name, "too many passwords were tried just now");
		question_free(q);
		return AUTH_LATER;
	}
	q->hash = xstrdup(users_hash(a->users, q->given.name));
	memcpy(q->digest, digest, sizeof q->digest);
	q->next = a->questions;
	a->questions = q;
	set_aside(q, call);
	q->work = work_start(a->loop, &kind, q);
	return AUTH_WAITS;
}

static enum auth_answer
ask(struct auth *a, const struct call *call, struct basic *given, int *retry_s)
{
	char digest[HASH_HEX_LEN];
	enum users_answer known =
		users_known(a->users, given->name, given->password, digest);
	struct question *q;

	if (known == USERS_NO)
		tell(a, call, given->name,
			users_has(a->users, given->name) ? "wrong password"
							 : "unknown user");
	if (known != USERS_UNKNOWN)
		return known == USERS_YES ? AUTH_YES : AUTH_NO;
	q = find(a, digest);
	if (!q)
		return ask_anew(a, call, given, digest, retry_s);
	set_aside(q, call);
	return AUTH_WAITS;
}

static const char *
given_of(const struct call *call)
{
	return MHD_lookup_connection_value(
		call->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
}

enum auth_answer
auth_ask(struct auth *a, const struct call *call, int *retry_s)
{
	const char *header = given_of(call);
	enum auth_answer answer = AUTH_NO;
	struct basic given;

	*retry_s = 1;
	if (basic_parse(header, &given))
		answer = ask(a, call, &given, retry_s);
	else if (header)
		tell(a, call, NULL, "credentials that cannot be read");
	basic_fini(&given);
	return answer;
}

bool
auth_knows(const struct auth *a, const struct call *call)
{
	char digest[HASH_HEX_LEN];
	struct basic given;
	bool known =
		basic_parse(given_of(call), &given) &&
		users_known(a->users, given.name, given.password, digest) == USERS_YES;

	basic_fini(&given);
	return known;
}

struct auth *
auth_new(struct loop *l, struct logins *k)
{
	struct auth *a = xcalloc(1, sizeof *a);

	a->loop = l;
	a->logins = k;
	a->budget = budget_new();
	return a;
}

void
auth_replace(struct auth *a, struct users *u)
{
	const char *costly = u ? users_costly(u) : NULL;

	a->users = u;
	a->warned = false;
	if (costly)
		log_msg(LEVEL_WARN,
			"users_file: the hash of \"%s\" is of a high cost: each "
			"password "
			"that is tried takes long to be checked",
			costly);
}

void
auth_free(struct auth *a)
{
	if (!a)
		return;
	while (a->questions) {
		struct question *q = a->questions;

		a->questions = q->next;
		wake(q);
		work_cancel(q->work);
	}
	budget_free(a->budget);
	free(a);
}
