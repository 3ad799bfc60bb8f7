/* A database is its server's system identifier, which a failover and a copy of the
 * files keep, and its oid, which a change of its name keeps. */
#include "monitor/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/store.h"

static void
describe(struct strbuf *out, const struct instance_id *i)
{
	char *name = text_cleaned(i->name, 100);

	strbuf_printf(out, "%s (oid %s of system %s)", name, i->database, i->system);
	free(name);
}

static char *
other_database(const struct instance_id *was, const struct instance_id *is)
{
	struct strbuf b = {0};

	strbuf_add(&b, "was ");
	describe(&b, was);
	strbuf_add(&b, ", is ");
	describe(&b, is);
	return strbuf_take(&b);
}

static void
forget_had(struct environment *env)
{
	env->had_tables = false;
	env->had_objects = 0;
	env->had_ms = 0;
}

static void
forget_applied(struct environment *env, struct store *s)
{
	struct err e;

	applied_free(&env->applied);
	applied_news_free(&env->news);
	if (s && !store_set_applied(s, env->conf->name, NULL, 0, &e))
		store_log(s, LEVEL_WARN, &e,
			"what was applied before cannot be forgotten");
}

/* Its catalogs at earlier revisions stay: each is of a revision, and what a reference
 * is set back to is told by them. */
static void
begin_anew(struct environment *env, struct store *s)
{
	earlier_forget_first(env, s);
	facts_free(env->facts);
	env->facts = NULL;
	published_environment_free(env->known);
	env->known = NULL;
	facts_free(env->recalled);
	env->recalled = NULL;
	free(env->known_text);
	env->known_text = NULL;
	free(env->restored);
	env->restored = NULL;
	forget_applied(env, s);
	confirmation_fini(&env->confirmation);
	flapping_fini(&env->flapping);
	env->times = (struct times){0};
	env->anew = true;
}

static struct instance_id
identity_of(const struct environment *env)
{
	struct instance_id id = {0};

	if (env->facts)
		instance_id_of(&id, &env->facts->instance);
	else if (env->known)
		id = env->known->identity;
	return id;
}

void
identity_see(struct environment *env, const struct facts *facts, struct store *s)
{
	struct instance_id was = identity_of(env), is;

	instance_id_of(&is, &facts->instance);
	if (!instance_id_is_known(&was) || !instance_id_is_known(&is) ||
		instance_id_same(&was, &is))
		return;
	if (!facts->migrating)
		earlier_compare(env, facts, clock_wall_ms());
	/* One that was dropped and made again has lost what it had. */
	if (strcmp(was.system, is.system) || strcmp(was.name, is.name))
		forget_had(env);
	begin_anew(env, s);
	happenings_add(&env->happened, HAPPENING_DATABASE, other_database(&was, &is));
}
