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

/* False where one of them was not read, or not of this database. */
static bool
can_tell(const struct environment *env, const struct expectation *x)
{
	const struct published_environment *before = environment_before(env);

	return x->revision_watched && before && before->server_version && env->facts &&
	       !env->error.code && !env->migrating;
}

static void
note_where(struct environment *env, const struct strvec *was, bool back)
{
	struct strbuf from = {0};

	free(env->gone_back);
	env->gone_back = NULL;
	if (!back)
		return;
	add_revisions(&from, was);
	env->gone_back = strbuf_take(&from);
}

void
revised_see(struct environment *env, const struct expectation *x)
{
	const struct strvec *was, *is;
	bool back;

	if (!can_tell(env, x))
		return;
	was = &env->published->revision.recorded;
	is = &env->facts->recorded;
	if (strvec_equal(was, is))
		return;
	back = verdict_relation(x->graph, is, was) == RELATION_REFERENCE_BEHIND;
	note_where(env, was, back);
	happenings_add(&env->happened, HAPPENING_REVISION, say(was, is, back));
}
