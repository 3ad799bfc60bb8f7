/* See link.h.  That a server, a pooler or a firewall ends what nobody uses is no news:
 * a kept session is taken for what it is, a guess that saves time. */
#include "reading/link.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

/* How old a kept session gets, and how much of a catalog it may have read: with so many
 * objects it takes some 15 MB more of the server's memory than one that has read none.
 */
enum { KEPT_MS = 10 * 60 * 1000, KEPT_OBJECTS = 10000 };

struct link {
	struct pg_session *session;
	struct pg_target target; /* copied to: */
	char *dsn;
	struct arena *arena;
	struct link_kept *kept;
	char hash[17];
	int64_t timeout_ms, deadline_ms;
	struct pg_limit limit;
	int64_t asked_ms; /* 0, or when the last script was sent */
	bool was_kept;    /* nothing was answered yet by what the check before left */
	bool connected;
};

/* ---- What is kept ---- */

static void
hash_target(const struct pg_target *t, char *hex)
{
	struct hash *h = hash_new();
	char whole[HASH_HEX_LEN];

	hash_add_text(h, t->dsn);
	hash_add_text(h, t->password_file);
	hash_add_text(h, t->password_command);
	hash_add_text(h, t->application_name);
	hash_finish(h, whole);
	memcpy(hex, whole, 16);
	hex[16] = '\0';
}

void
link_kept_close(struct link_kept *kept)
{
	if (!kept)
		return;
	pg_session_free(kept->session);
	kept->session = NULL;
}

void
link_kept_see(struct link_kept *kept, const struct pg_target *t)
{
	char hash[17] = "";

	if (kept->session && t)
		hash_target(t, hash);
	if (strcmp(hash, kept->target) != 0)
		link_kept_close(kept);
}

/* ---- Its life ---- */

static int64_t
deadline(const struct link *k)
{
	return k->deadline_ms + pg_session_put_off_ms(k->session);
}

static int64_t
left(const struct link *k)
{
	int64_t left_ms = deadline(k) - clock_mono_ms();

	return left_ms > 1 ? left_ms : 1;
}

static void
copy_target(struct link *k, const struct pg_target *t)
{
	k->arena = arena_new();
	k->dsn = xstrdup(t->dsn);
	k->target = *t;
	k->target.dsn = k->dsn;
	k->target.password_file = arena_strdup(k->arena, t->password_file);
	k->target.password_command = arena_strdup(k->arena, t->password_command);
	k->target.application_name = arena_strdup(k->arena, t->application_name);
}

/* What the last check left, if it is of any use. */
static void
take_kept(struct link *k)
{
	int64_t patience_ms = k->timeout_ms / 3;
	struct pg_session *s;

	link_kept_see(k->kept, &k->target);
	s = k->kept->session;
	k->kept->session = NULL;
	if (patience_ms > k->target.connect_timeout_ms)
		patience_ms = k->target.connect_timeout_ms;
	if (s && pg_session_wake(s, KEPT_MS, patience_ms))
		k->session = s;
	else
		pg_session_free(s);
}

struct link *
link_new(struct loop *l, const struct link_options *o)
{
	struct link *k = xcalloc(1, sizeof *k);

	copy_target(k, o->target);
	k->kept = o->kept;
	k->timeout_ms = o->timeout_ms;
	k->deadline_ms = clock_mono_ms() + o->timeout_ms;
	k->limit.max_bytes = o->max_bytes;
	if (k->kept) {
		hash_target(&k->target, k->hash);
		take_kept(k);
	}
	k->was_kept = k->session != NULL;
	if (!k->session)
		k->session = pg_session_new(l);
	if (k->kept)
		pg_session_prepare(k->session);
	return k;
}

void
link_free(struct link *k)
{
	if (!k)
		return;
	pg_session_free(k->session);
	explicit_bzero(k->dsn, strlen(k->dsn));
	free(k->dsn);
	arena_free(k->arena);
	free(k);
}

struct pg_session *
link_session(const struct link *k)
{
	return k->session;
}

bool
link_open(struct link *k, pg_connected_fn *fn, void *arg)
{
	struct pg_target target = k->target;
	int64_t left_ms = left(k);

	if (pg_session_is_open(k->session))
		return true;
	k->was_kept = k->connected = false;
	if (target.connect_timeout_ms > left_ms)
		target.connect_timeout_ms = left_ms;
	pg_session_connect(k->session, &target, fn, arg);
	return false;
}

/* ---- Asking ---- */

void
link_run(struct link *k, const struct pg_script *what, pg_done_fn *fn, void *arg)
{
	struct pg_script script = *what;

	script.timeout_ms = left(k);
	script.limit = k->limit;
	k->connected = true;
	k->asked_ms = clock_mono_ms();
	pg_session_run(k->session, &script, fn, arg);
}

void
link_end_answer(struct link *k, struct pg_results *res)
{
	k->was_kept &= !res;
	k->limit.used_bytes += res ? (int64_t)res->bytes : 0;
	pg_results_free(res);
}

bool
link_was_dead(const struct link *k)
{
	return k->was_kept && !pg_session_is_open(k->session) && left(k) > 1;
}

int64_t
link_ran_ms(const struct link *k)
{
	return k->asked_ms ? clock_mono_ms() - k->asked_ms : -1;
}

bool
link_is_late(const struct link *k)
{
	return k->connected && clock_mono_ms() >= deadline(k);
}

bool
link_has_connected(const struct link *k)
{
	return k->connected;
}

/* ---- The end ---- */

/* A backend remembers each relation that it was asked for; and a pooler may have led to
 * another server than it said in the login. */
static bool
is_worth_keeping(const struct link *k, const struct facts *f)
{
	bool is_large =
		f->snapshot && !f->reused && f->snapshot->n_objects > KEPT_OBJECTS;

	return k->kept && !is_large &&
	       f->server_version_num == pg_session_server_version(k->session);
}

void
link_leave(struct link *k, const struct facts *f)
{
	if (!is_worth_keeping(k, f) || !pg_session_rest(k->session, KEPT_MS)) {
		pg_session_close(k->session);
		return;
	}
	link_kept_close(k->kept);
	k->kept->session = k->session;
	memcpy(k->kept->target, k->hash, sizeof k->hash);
	k->session = NULL;
}
