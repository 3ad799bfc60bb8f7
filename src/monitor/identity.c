/* A database is its server's system identifier, which a failover and a copy of the
 * files keep, and its oid, which a change of its name keeps. */
#include "monitor/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
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
other_database(const struct instance_id *was, const struct instance_id *is, bool known)
{
	struct strbuf b = {0};

	strbuf_add(&b, "was ");
	describe(&b, was);
	strbuf_add(&b, ", is ");
	describe(&b, is);
	if (known)
		strbuf_add(&b, ", which it was before");
	return strbuf_take(&b);
}

/* Two that alternate behind one name would be told with each check. */
static void
tell(struct environment *env, char *change)
{
	struct strbuf b = {0};

	if (ration_take(&env->told_anew, clock_wall_ms())) {
		strbuf_add(&b, change);
		if (ration_is_used_up(&env->told_anew))
			strbuf_add(&b, "; it changes so often that not each time is "
				       "told: see that `dsn` leads to one server");
		happenings_add(&env->happened, HAPPENING_DATABASE, strbuf_take(&b));
	}
	free(change);
}

static void
forget_had(struct environment *env)
{
	env->had_tables = false;
	env->had_objects = 0;
	env->had_ms = 0;
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
	bool known;

	instance_id_of(&is, &facts->instance);
	if (!instance_id_is_known(&was) || !instance_id_is_known(&is) ||
		instance_id_same(&was, &is))
		return;
	if (!facts->migrating)
		earlier_compare(env, facts, clock_wall_ms());
	/* One that was dropped and made again has lost what it had. */
	if (strcmp(was.system, is.system) || strcmp(was.name, is.name))
		forget_had(env);
	/* Its catalogs at earlier revisions stay: each is of a revision, and what a
	 * reference is set back to is told by them. */
	known = away_exchange(env, &was, &is, s);
	env->anew = true;
	tell(env, other_database(&was, &is, known));
}
