/* Nothing that is wrong here may make a catalog look unchanged.  The text is proven by
 * its hash; the catalog by the hash of the text that it is stored as, and once more by
 * that of its bytes in memory (library.h), which are those of the process before or it
 * is not taken: so are secrets, whose tags are of one process.  The probe says the
 * rest: it is of one start of one server, and of one database. */
#include "monitor/resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "loop/work.h"

enum { FORMAT = 1, LARGE_BYTES = 32 * 1024 };

/* ---- Writing ---- */

static void
write_origin(cJSON *o, const struct environment *env)
{
	const struct conf_environment *c = env->conf;
	const struct facts *f = env->facts;

	json_add_num(o, "server_version_num", f->server_version_num);
	json_add_str(o, "server_version", f->server_version);
	json_add_str(o, "system", f->instance.system);
	json_add_str(o, "database", f->instance.database);
	json_add_str(o, "role", f->instance.role);
	json_add_str(o, "only_schema", c->of_schema);
	json_add_str(o, "version_schema", c->version_schema);
	json_add_str(o, "version_table", c->version_table);
}

static char *
sealed(const cJSON *o)
{
	char *json = json_print(o), *text, hex[HASH_HEX_LEN];

	hash_of(json, strlen(json), hex);
	text = xasprintf("%s %s", hex, json);
	free(json);
	return text;
}

char *
resume_text(const struct environment *env, struct program *p)
{
	const struct facts *f = env->facts;
	char *text;
	cJSON *o;

	if (!f || !f->snapshot || !snapshot_key(f->snapshot) || !f->probe ||
		!f->probe_parts || !f->probe_horizon || !*f->instance.role)
		return NULL;
	o = json_object();
	json_add_num(o, "format", FORMAT);
	json_add_str(o, "program", program_of(p, f->server_version_num));
	json_add_str(o, "content", snapshot_key(f->snapshot));
	write_origin(o, env);
	json_add_bool(o, "in_recovery", f->in_recovery);
	json_add_bool(o, "position_refused", f->position_refused);
	json_add_bool(o, "version_table_exists", f->version_table_exists);
	json_add_list(o, "recorded", &f->recorded);
	json_add_str(o, "probe", f->probe);
	json_add_str(o, "parts", f->probe_parts);
	json_add_str(o, "horizon", f->probe_horizon);
	text = sealed(o);
	cJSON_Delete(o);
	return text;
}

/* ---- Reading ---- */

/* NULL: it is not what was written. */
static cJSON *
unseal(const char *text)
{
	char hex[HASH_HEX_LEN];
	const char *json;

	if (strlen(text) <= HASH_HEX_LEN || text[HASH_HEX_LEN - 1] != ' ')
		return NULL;
	json = text + HASH_HEX_LEN;
	hash_of(json, strlen(json), hex);
	return memcmp(hex, text, HASH_HEX_LEN - 1) ? NULL : cJSON_Parse(json);
}

static bool
is_true(const cJSON *o, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, key));
}

/* It was asked for what would be asked for now, and for that catalog. */
static bool
is_of(const cJSON *o, const struct environment *env)
{
	const struct conf_environment *c = env->conf;
	struct program p = {0};
	int64_t format, version;

	return json_whole(o, "format", &format) && format == FORMAT &&
	       json_whole(o, "server_version_num", &version) && version <= INT32_MAX &&
	       text_same(json_str(o, "program"), program_of(&p, (int)version)) &&
	       text_same(json_str(o, "content"), env->timeline.last.content) &&
	       text_same(json_str(o, "only_schema"), c->of_schema) &&
	       text_same(json_str(o, "version_schema"), c->version_schema) &&
	       text_same(json_str(o, "version_table"), c->version_table);
}

static void
read_text(const cJSON *o, const char *key, char *to, size_t size)
{
	const char *text = json_str(o, key);

	snprintf(to, size, "%s", text ? text : "");
}

static void
read_recorded(const cJSON *o, struct strvec *out)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(o, "recorded"))
	{
		if (cJSON_IsString(v))
			strvec_add(out, v->valuestring);
	}
}

/* Before all that this process has seen: the moments of what is held stay zero. */
static struct facts *
read_facts(const cJSON *o)
{
	struct facts *f = xcalloc(1, sizeof *f);
	int64_t version;

	if (json_whole(o, "server_version_num", &version))
		f->server_version_num = (int)version;
	read_text(o, "server_version", f->server_version, sizeof f->server_version);
	read_text(o, "system", f->instance.system, sizeof f->instance.system);
	read_text(o, "database", f->instance.database, sizeof f->instance.database);
	read_text(o, "role", f->instance.role, sizeof f->instance.role);
	f->in_recovery = f->instance.in_recovery = is_true(o, "in_recovery");
	f->position_refused = is_true(o, "position_refused");
	f->version_table_exists = is_true(o, "version_table_exists");
	f->revision_known = true;
	read_recorded(o, &f->recorded);
	f->probe = xstrdup_null(json_str(o, "probe"));
	f->probe_parts = xstrdup_null(json_str(o, "parts"));
	f->probe_horizon = xstrdup_null(json_str(o, "horizon"));
	if (f->probe && f->probe_parts && f->probe_horizon)
		return f;
	facts_free(f);
	return NULL;
}

static struct facts *
parse(const struct environment *env, const char *text)
{
	cJSON *o = unseal(text);
	struct facts *f = o && is_of(o, env) ? read_facts(o) : NULL;

	cJSON_Delete(o);
	return f;
}

/* ---- The catalog ---- */

struct resuming {
	struct environment *env; /* not to be touched once it is cancelled */
	void (*done)(void *env);
	struct library *kept_in;
	struct facts *facts;
	char content[HASH_HEX_LEN];
	struct store_packed packed;
	char *name;
	struct err error;  /* why it could not be read */
	struct work *work; /* NULL: none is under way */
};

static void
destroy(void *arg)
{
	struct resuming *r = arg;

	library_unref(r->kept_in);
	facts_free(r->facts);
	store_packed_fini(&r->packed);
	free(r->name);
	free(r);
}

/* A catalog is stored once, with what else was so when it was read first. */
static void
renew_header(struct snapshot *s, const struct facts *f)
{
	s->server_version_num = f->server_version_num;
	s->server_version = arena_strdup(s->arena, f->server_version);
	s->in_recovery = f->in_recovery;
	strvec_free(&s->revision);
	strvec_copy(&s->revision, &f->recorded);
}

static void
run(void *arg)
{
	struct resuming *r = arg;
	struct snapshot *s = store_unpack(&r->packed, r->name, &r->error);

	if (!s)
		return;
	renew_header(s, r->facts);
	s = library_keep(r->kept_in, s);
	if (text_same(snapshot_key(s), r->content))
		r->facts->snapshot = s;
	else
		snapshot_unref(s);
}

static void
take(struct resuming *r)
{
	struct environment *env = r->env;

	if (r->facts->snapshot) {
		env->resumed = r->facts;
		r->facts = NULL;
	} else if (r->error.code != ERR_NONE) {
		store_log(env->timeline.store, LEVEL_WARN, &r->error,
			"what was read last cannot be taken up");
	}
	env->resuming = NULL;
	destroy(r);
}

static void
was_run(void *arg)
{
	struct resuming *r = arg;
	struct environment *env = r->env;
	void (*done)(void *env) = r->done;

	take(r);
	done(env);
}

static const struct work_kind unpacking = {WORK_CATALOGS, run, was_run, destroy};

/* Takes over `f` and `packed`. */
static bool
unpack(struct environment *env, struct facts *f, struct store_packed *packed,
	void (*done)(void *env))
{
	struct resuming *r = xcalloc(1, sizeof *r);
	struct loop *l = env->timeline.loop;

	*r = (struct resuming){.env = env,
		.done = done,
		.kept_in = library_ref(memo_library(env->memo)),
		.facts = f,
		.packed = *packed,
		.name = xasprintf("catalog of %s", env->conf->name)};
	memcpy(r->content, env->timeline.last.content, sizeof r->content);
	if (l && packed->n >= LARGE_BYTES) {
		env->resuming = r;
		r->work = work_start(l, &unpacking, r);
		return true;
	}
	run(r);
	take(r);
	return false;
}

bool
resume_begin(struct environment *env, void (*done)(void *env))
{
	struct timeline *t = &env->timeline;
	struct store_packed packed;
	struct facts *f;
	struct err e;

	if (env->resuming)
		return true;
	if (env->resume_tried || env->facts || env->reread || !t->loaded || !t->reading)
		return false;
	env->resume_tried = true;
	f = parse(env, t->reading);
	free(t->reading);
	t->reading = NULL;
	if (f && store_packed(t->store, t->last.key, env->conf->name, &packed, &e))
		return unpack(env, f, &packed, done);
	if (f)
		store_log(t->store, LEVEL_WARN, &e,
			"what was read last cannot be taken up");
	facts_free(f);
	return false;
}

void
resume_end(struct environment *env)
{
	if (env->resuming)
		work_cancel(env->resuming->work);
	env->resuming = NULL;
	facts_free(env->resumed);
	env->resumed = NULL;
}
