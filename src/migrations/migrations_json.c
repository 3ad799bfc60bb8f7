/* One place for these members, since the command line and the server both show them. */
#include "migrations/migrations_json.h"

static void
add_sorted(cJSON *o, const char *key, const struct strvec *list)
{
	struct strvec sorted = {0};

	strvec_copy(&sorted, list);
	strvec_sort(&sorted);
	json_add_list(o, key, &sorted);
	strvec_free(&sorted);
}

cJSON *
effect_json(const struct effect *e)
{
	const struct effect_info *info = effect_info(e->kind);
	bool part = info->kind == KIND_COLUMN || info->kind == KIND_CONSTRAINT ||
		    info->kind == KIND_TRIGGER || info->kind == KIND_POLICY;
	cJSON *o = json_object();

	json_add_str(o, "operation", info->word);
	json_add_str(o, "schema", e->schema);
	json_add_str(o, part ? "table" : "name", e->name);
	if (part)
		json_add_str(o, "name", e->part);
	json_add_bool(o, "computed", e->computed);
	json_add_num(o, "line", e->line);
	return o;
}

static void
add_operations(cJSON *o, const struct revision *r)
{
	cJSON *list = json_add_array(o, "operations");

	for (size_t i = 0; i < r->effects.n; i++)
		if (!r->effects.v[i].creates) {
			cJSON *item = effect_json(&r->effects.v[i]);

			json_add_bool(
				item, "destroys", effects_destroys(&r->effects, i));
			json_push(list, item);
		}
}

static cJSON *
node_value(const struct revision *r)
{
	cJSON *o = json_object();

	json_add_str(o, "revision", r->id);
	add_sorted(o, "down", &r->down);
	add_sorted(o, "depends_on", &r->depends_on);
	add_sorted(o, "labels", &r->labels);
	json_add_str(o, "file", r->file);
	json_add_str(o, "message", r->message);
	json_add_str(o, "created", r->created);
	add_operations(o, r);
	return o;
}

static cJSON *
problem_value(const struct problem *p)
{
	cJSON *o = json_object();

	json_add_str(o, "code", problem_word(p->code));
	json_add_str(o, "file", p->file);
	if (p->line)
		json_add_num(o, "line", p->line);
	else
		json_add_null(o, "line");
	json_add_str(o, "revision", p->revision);
	json_add_str(o, "detail", p->detail);
	json_add_str(o, "stops", p->stops);
	json_add_str(o, "remedy", problem_advice(p));
	json_add_bool(o, "allowed", p->allowed);
	json_add_str(o, "reason", p->reason);
	return o;
}

cJSON *
problems_json(const struct problem *v, size_t n)
{
	cJSON *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_push(list, problem_value(&v[i]));
	return list;
}

void
migrations_json_add(cJSON *o, const struct migrations *h)
{
	cJSON *list;

	json_add_str(o, "tool", h->tool);
	json_add_str(o, "path", h->path);
	json_add_num(o, "files", (double)h->n_files);
	json_add_num(o, "revisions", (double)h->n_revisions);
	json_add_list(o, "bases", &h->bases);
	json_add_list(o, "heads", &h->heads);
	json_add_list(o, "effective_heads", &h->effective_heads);
	json_add_list(o, "branch_points", &h->branch_points);
	json_add_list(o, "merge_points", &h->merge_points);
	list = json_add_array(o, "nodes");
	for (size_t i = 0; i < h->n_revisions; i++)
		json_push(list, node_value(&h->revisions[i]));
	json_add(o, "problems",
		problems_json(h->problems, h->n_problems + h->n_allowed));
	json_add(o, "notices", problems_json(h->notices, h->n_notices));
	json_add_list(o, "unused_allow", &h->unused_allow);
}

void
judgement_json_add(cJSON *o, const struct judgement *j, const char *hint)
{
	bool counted = j->status == REVISION_AT_HEAD || j->status == REVISION_BEHIND ||
		       j->status == REVISION_AHEAD || j->status == REVISION_DIVERGED;

	json_add_str(o, "status", revision_status_word(j->status));
	json_add_list(o, "recorded", &j->recorded);
	json_add_list(o, "expected", &j->expected);
	if (counted)
		json_add_num(o, "behind", (double)j->pending.n);
	else
		json_add_null(o, "behind");
	json_add_list(o, "pending", &j->pending);
	json_add_list(o, "beyond", &j->beyond);
	json_add_list(o, "unknown", &j->unknown);
	json_add_list(o, "redundant", &j->redundant);
	json_add_str(o, "note", j->note);
	json_add_str(o, "hint", hint);
}
