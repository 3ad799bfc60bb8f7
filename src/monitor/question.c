/* What does not stand in the facts of one environment is gathered here: what its
 * standby lacks, what the other blocks of migrations are. */
#include "monitor/question.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "monitor/revised.h"

/* ---- What a standby lacks ---- */

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* False for all but a standby that says how far it is.  Where there is something to
 * replay up to is known as of its own last check: between two checks its primary goes
 * on, and it does so as well. */
static bool
find_lag(struct environment *env, const struct expectation *x, bool sighting,
	struct verdict_lag *lag)
{
	const struct instance *i = env->facts ? &env->facts->instance : NULL;
	const struct facts *primary = x->primary ? x->primary->facts : NULL;
	uint64_t seen = primary ? primary->seen_position : 0, end;

	if (!i || !i->in_recovery || !i->position)
		return false;
	if (sighting)
		env->to_replay =
			larger(i->received, primary ? primary->instance.position : 0);
	end = larger(env->to_replay, seen);
	*lag = (struct verdict_lag){
		.bytes = end ? (int64_t)(larger(end, i->position) - i->position) : -1,
		.ms = -1,
		.replayed_ms = i->replayed_us / 1000,
		.paused = i->paused,
		.primary = primary ? x->primary->conf->name : NULL,
		.behind = i->position < seen,
	};
	if (lag->bytes == 0)
		lag->ms = 0;
	else if (i->replayed_us)
		lag->ms = i->read_us > i->replayed_us
				  ? (i->read_us - i->replayed_us) / 1000
				  : 0;
	return true;
}

/* ---- The table, the blocks ---- */

static char *
version_table_name(const struct conf_environment *c)
{
	struct strbuf b = {0};

	text_qualified(&b, c->version_schema, c->version_table);
	return strbuf_take(&b);
}

/* Every block that was read, but for the environment's own. */
static struct verdict_block *
other_blocks(const struct environment *env, const struct expectation *x, size_t *n)
{
	struct verdict_block *list = xcalloc(x->n_blocks + 1, sizeof *list);

	*n = 0;
	for (size_t i = 0; i < x->n_blocks; i++) {
		const struct published_migrations *b = &x->blocks[i];

		if (b->graph && !text_same(b->name, env->conf->migrations))
			list[(*n)++] = (struct verdict_block){b->name, b->graph};
	}
	return list;
}

/* ---- All together ---- */

void
question_begin(struct question *q, struct environment *env, const struct expectation *x,
	bool sighting, int64_t now_ms)
{
	*q = (struct question){.lag = {.bytes = -1, .ms = -1}};
	q->is_standby = find_lag(env, x, sighting, &q->lag);
	q->scope = (struct losses_scope){.ignore = env->ignore,
		.found = env->facts ? env->facts->snapshot : NULL,
		.now_ms = now_ms,
		.known = &env->covered};
	q->table = version_table_name(env->conf);
	q->unit = conf_credential_unit(env->conf->password_file);
	q->now_ms = now_ms;
	q->blocks = other_blocks(env, x, &q->n_blocks);
}

/* What was read of the environment's own, and the axes. */
static void
fill_found(struct verdict_input *in, const struct published_environment *p,
	const struct environment *env)
{
	in->environment = env->conf->name;
	in->check = p->check;
	in->revision = p->revision.status;
	in->schema = p->schema;
	in->relation = p->relation;
	in->migrating = p->migrating;
	in->lock = p->lock.pid ? &p->lock : NULL;
	in->allow_empty = environment_is_new(env);
	in->error = env->error.code ? &env->error : NULL;
	in->judgement = &p->revision;
	in->diff = p->diff;
	in->gone_back = env->gone_back;
	in->inserted = &p->inserted;
	in->version_table_exists = env->facts && env->facts->version_table_exists;
	in->had_tables = p->had_tables;
	in->had_objects = p->had_objects;
	in->had_ms = p->had_ms;
	in->version = env->facts ? &env->facts->version : NULL;
	in->schema_reason = p->schema_reason;
	in->kept = p->kept;
	in->revision_kept = p->revision_kept;
}

static void
fill_expected(struct verdict_input *in, const struct published_environment *p,
	const struct environment *env, const struct expectation *x)
{
	in->revision_watched = x->revision_watched;
	in->graph = x->graph;
	in->reference = p->reference;
	in->measure = p->measure;
	in->reference_note = p->reference_note;
	in->expected_revision = x->revision;
	in->nearest = x->located;
	in->alike = x->located ? &env->located.alike : NULL;
}

void
question_fill(struct question *q, const struct published_environment *p,
	const struct environment *env, const struct expectation *x)
{
	fill_found(&q->in, p, env);
	fill_expected(&q->in, p, env, x);
	q->in.scope = &q->scope;
	q->in.version_table = q->table;
	q->in.unit = q->unit;
	q->in.sign = revised_sign(env, p, q->now_ms);
	q->in.blocks = q->blocks;
	q->in.n_blocks = q->n_blocks;
	q->in.lag = q->is_standby ? &q->lag : NULL;
}

void
question_fini(struct question *q)
{
	free(q->blocks);
	free(q->table);
	free(q->unit);
}
