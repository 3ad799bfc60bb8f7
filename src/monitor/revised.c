/* Nobody upgrades backwards: a database that stands at an earlier revision than before
 * is a backup that was restored, or was downgraded by hand. */
#include "monitor/revised.h"

#include <stdlib.h>

#include "base/mem.h"
#include "verdict/phrase.h"

static void
add_revisions(struct strbuf *out, const struct strvec *recorded)
{
	if (recorded->n)
		phrase_ids(out, recorded);
	else
		strbuf_add(out, "none");
}

static char *
say(const struct strvec *was, const struct strvec *is, bool back)
{
	struct strbuf b = {0};

	strbuf_add(&b, back ? "went back from " : "from ");
	add_revisions(&b, was);
	strbuf_add(&b, " to ");
	add_revisions(&b, is);
	if (back)
		strbuf_add(&b, ": a restored backup or a downgrade");
	return strbuf_take(&b);
}

/* False where one of them was not read, or not of this table of this database. */
static bool
can_tell(const struct environment *env, const struct expectation *x)
{
	const struct published_environment *before = environment_before(env);

	return x->revision_watched && before && before->server_version &&
	       !env->other_rows && env->facts && !env->error.code && !env->migrating;
}

static char *
revisions(const struct strvec *recorded)
{
	struct strbuf b = {0};

	add_revisions(&b, recorded);
	return strbuf_take(&b);
}

static void
note_where(struct environment *env, const struct strvec *was, bool back)
{
	free(env->gone_back);
	env->gone_back = back ? revisions(was) : NULL;
}

/* A session that was seen at the last check, and is not any more. */
static void
see_session(struct environment *env)
{
	const struct published_environment *before = env->published;

	if (!before->migrating || before->last_success_ms <= env->sign.at_ms)
		return;
	revised_forget(&env->sign);
	env->sign.at_ms = before->last_success_ms;
}

static void
see_move(struct environment *env, enum schema_relation r, int64_t now_ms)
{
	const struct strvec *was = &env->published->revision.recorded;

	revised_forget(&env->sign);
	if (was->n && r != RELATION_REFERENCE_AHEAD)
		return;
	env->sign = (struct migration_sign){
		revisions(was), revisions(&env->facts->recorded), now_ms};
}

/* How the catalog changed with it is the same event. */
static void
tell(struct environment *env, char *change)
{
	char *moved = env->moved_with;

	env->moved_with = NULL;
	happenings_add(&env->happened, HAPPENING_REVISION,
		moved ? xasprintf("%s; the schema changed with it: %s", change, moved)
		      : xstrdup(change));
	free(moved);
	free(change);
}

/* The same where nobody watches the revision. */
static void
tell_catalog(struct environment *env)
{
	if (env->moved_with)
		happenings_add(&env->happened, HAPPENING_SCHEMA,
			xasprintf("with the recorded revision: %s", env->moved_with));
	free(env->moved_with);
	env->moved_with = NULL;
}

static void
see_revision(struct environment *env, const struct expectation *x, int64_t now_ms)
{
	const struct strvec *was, *is;
	enum schema_relation r;
	bool back;

	if (env->anew || env->other_rows) {
		revised_forget(&env->sign);
		note_where(env, NULL, false);
	}
	if (!can_tell(env, x))
		return;
	see_session(env);
	was = &env->published->revision.recorded;
	is = &env->facts->recorded;
	if (strvec_equal(was, is))
		return;
	r = verdict_relation(x->graph, is, was);
	back = r == RELATION_REFERENCE_BEHIND;
	note_where(env, was, back);
	see_move(env, r, now_ms);
	tell(env, say(was, is, back));
}

void
revised_see(struct environment *env, const struct expectation *x, int64_t now_ms)
{
	see_revision(env, x, now_ms);
	tell_catalog(env);
}

const struct migration_sign *
revised_sign(const struct environment *env, const struct published_environment *now,
	int64_t now_ms)
{
	int64_t ago = now_ms - env->sign.at_ms;
	bool waits = now->revision.status == REVISION_BEHIND ||
		     now->revision.status == REVISION_EMPTY_DATABASE;

	return env->sign.at_ms && waits && ago >= 0 && ago < env->conf->interval_ms
		       ? &env->sign
		       : NULL;
}

void
revised_forget(struct migration_sign *s)
{
	free(s->from);
	free(s->to);
	*s = (struct migration_sign){0};
}
