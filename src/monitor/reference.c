/* A reference is a database as any other: it is set back at night, is away for an hour,
 * or is wrong itself.  None of that is a fault of those that are held against it. */
#include "monitor/reference.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "monitor/recall.h"
#include "verdict/phrase.h"

bool
reference_is_watched(const struct conf_environment *c)
{
	return c->migrations || c->head.n || c->head_environment;
}

char *
reference_unfit(const struct environment *ref, const struct environment *env,
	const struct published_migrations *m)
{
	const struct conf_environment *c = ref->conf;
	const struct facts *f = recall_last(ref);
	const struct strvec *recorded = &f->recorded;
	const char *unknown;

	if (!env->facts)
		return NULL;
	if (!f->user_tables)
		return env->facts->user_tables
			       ? xasprintf("environment:%s has no tables", c->name)
			       : NULL;
	if (!env->facts->recorded.n)
		return NULL;
	if (!recorded->n && (reference_is_watched(c) || ref->earlier.set_back_from.n))
		return xasprintf("environment:%s is itself not stamped", c->name);
	unknown = m && m->graph ? migrations_unknown_id(m->graph, recorded) : NULL;
	if (!unknown || migrations_unknown_id(m->graph, &env->facts->recorded))
		return NULL;
	return xasprintf(
		"environment:%s is itself at revision %s, which its migrations "
		"do not have",
		c->name, unknown);
}

static void
say_failure(struct strbuf *out, const struct environment *ref)
{
	char read[CLOCK_RFC3339_LEN], since[CLOCK_RFC3339_LEN];

	strbuf_printf(out, "as read at %s, environment:%s %s since %s",
		clock_rfc3339(ref->last_success_ms, read), ref->conf->name,
		ref->published && ref->published->check == CHECK_UNREACHABLE
			? "is unreachable"
			: "cannot be read",
		clock_rfc3339(ref->failing_since_ms, since));
}

char *
reference_note(const struct environment *ref)
{
	const struct published_environment *p = ref->published;
	const char *name = ref->conf->name;
	struct strbuf out = {0};

	if (ref->error.code != ERR_NONE && ref->last_success_ms) {
		say_failure(&out, ref);
	} else if (ref->earlier.set_back_ms) {
		strbuf_printf(&out,
			"environment:%s was set back, and is not yet what it was",
			name);
	} else if (ref->migrating) {
		strbuf_printf(&out, "environment:%s is itself migrating", name);
	} else if (p && p->schema == SCHEMA_DRIFTED && p->diff) {
		strbuf_printf(&out, "environment:%s has itself drifted (", name);
		phrase_count(&out, p->diff->n_findings, "difference");
		strbuf_printf(
			&out, " from %s)", p->measure ? p->measure : p->reference);
	}
	return out.len ? strbuf_take(&out) : NULL;
}
