/* The store has the catalogs of a reference by revision, and of what was known last the
 * revision and the hash of the catalog: where both agree, that is the catalog. */
#include "monitor/recall.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static struct snapshot *
find_catalog(struct environment *env, struct store *s)
{
	const struct published_environment *known = env->known;
	const struct earlier_catalog *c =
		earlier_find(env, s, &known->revision.recorded);

	if (!c || !text_same(c->snapshot->fingerprint, known->fingerprint))
		return NULL;
	return snapshot_ref(c->snapshot);
}

/* Before all that this process has seen: `held` stays zero. */
static struct facts *
recall(struct environment *env, struct store *s)
{
	const struct published_environment *known = env->known;
	struct facts *f = xcalloc(1, sizeof *f);

	f->in_recovery = known->in_recovery;
	f->revision_known = true;
	f->user_tables = known->revision.status != REVISION_EMPTY_DATABASE;
	f->read_ms = env->last_success_ms;
	strvec_copy(&f->recorded, &known->revision.recorded);
	memcpy(f->instance.system, known->identity.system, sizeof f->instance.system);
	memcpy(f->instance.database, known->identity.database,
		sizeof f->instance.database);
	memcpy(f->instance.name, known->identity.name, sizeof f->instance.name);
	f->instance.in_recovery = known->in_recovery;
	f->snapshot = find_catalog(env, s);
	return f;
}

const struct facts *
recall_facts(struct environment *env, struct store *s)
{
	if (env->facts || !env->tried || !env->known)
		return env->facts;
	if (!env->recalled)
		env->recalled = recall(env, s);
	return env->recalled;
}

const struct facts *
recall_last(const struct environment *env)
{
	return env->facts ? env->facts : env->recalled;
}

void
recall_follow(struct facts *f, const struct published_environment *known)
{
	if (!strvec_equal(&f->recorded, &known->revision.recorded))
		return;
	if (known->revision.status != REVISION_NOT_CHECKED)
		f->rows_held.from = 0;
	if (known->compared && f->snapshot &&
		text_same(f->snapshot->fingerprint, known->fingerprint))
		f->held.from = 0;
}
