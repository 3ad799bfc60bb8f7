/* The documents about migrations: the graph that was read, and who stands where. */
#include "migrations/migrations_json.h"
#include "report/placed.h"
#include "report/status.h"

/* Who stands where: the environments whose revisions are judged by these files. */
static void
add_environments(
	cJSON *o, const struct published *p, const struct published_migrations *m)
{
	cJSON *list = json_add_array(o, "environments");

	for (size_t i = 0; i < p->n_environments; i++) {
		const struct published_environment *e = p->environments[i];
		cJSON *member;

		if (!placed_uses(e, m))
			continue;
		member = json_object();
		json_add_str(member, "name", e->name);
		json_add_str(member, "state", state_word(e->state));
		judgement_json_add(member, &e->revision, e->hint);
		json_push(list, member);
	}
}

/* What could not be built is among the problems, wherever it is found. */
static void
add_failed(cJSON *o, const struct published_migrations *m)
{
	cJSON *to = cJSON_GetObjectItemCaseSensitive(o, "problems");
	cJSON *list = problems_json(m->failed, m->n_failed), *item;

	while ((item = cJSON_DetachItemFromArray(list, 0)) != NULL)
		json_push(to, item);
	cJSON_Delete(list);
}

static void
add_migrations(
	cJSON *o, const struct published *p, const struct published_migrations *m)
{
	json_add_str(o, "name", m->name);
	json_add_str(o, "error", m->error);
	if (m->graph) {
		migrations_json_add(o, m->graph);
		/* With those that the environments make. */
		cJSON_ReplaceItemInObjectCaseSensitive(
			o, "notices", problems_json(m->notices, m->n_notices));
		add_failed(o, m);
	}
	add_environments(o, p, m);
}

static cJSON *
document(const struct published *p)
{
	cJSON *o = json_object();

	json_add_num(o, "schema_version", 1);
	json_add_time(o, "generated_at", p->at_ms);
	return o;
}

cJSON *
status_migrations_document(const struct published *p)
{
	cJSON *o = document(p), *list = json_add_array(o, "migrations");

	for (size_t i = 0; i < p->n_migrations; i++) {
		cJSON *member = json_object();

		add_migrations(member, p, &p->migrations[i]);
		json_push(list, member);
	}
	return o;
}

cJSON *
status_migration_document(
	const struct published *p, const struct published_migrations *m)
{
	cJSON *o = document(p);

	add_migrations(o, p, m);
	return o;
}
