/* A revision that was put in below, or changed, is one notice however many environments
 * it concerns; each of them has it in its hint. */
#include "monitor/notices.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "migrations/problem.h"

/* ---- What the files say ---- */

static bool
has_dir(const struct migrations *h, const char *dir)
{
	if (strvec_has(&h->dirs, dir))
		return true;
	for (size_t i = 0; i < h->n_archives; i++)
		if (strvec_has(&h->archives[i]->dirs, dir))
			return true;
	return false;
}

/* A directory beside one block's may be another block's. */
static bool
is_named_elsewhere(const struct graphs *graphs, const struct problem *p)
{
	const struct published_migrations *list;
	size_t n;

	if (p->code != PROBLEM_UNNAMED_DIRECTORY)
		return false;
	list = graphs_list(graphs, &n);
	for (size_t i = 0; i < n; i++)
		if (list[i].graph && has_dir(list[i].graph, p->file))
			return true;
	return false;
}

static void
add_from_files(
	const struct graphs *graphs, const struct migrations *h, struct problems *out)
{
	for (size_t i = 0; i < h->n_notices; i++) {
		const struct problem *p = &h->notices[i];
		const struct place at = {p->file, p->line, p->revision};

		if (!p->allowed && !is_named_elsewhere(graphs, p))
			problem_add(out, p->code, at, "%s", p->detail);
	}
}

/* ---- What the environments say ---- */

struct environments {
	struct environment *const *v;
	size_t n;
	const char *migrations; /* only those of that block */
};

static const struct strvec *
list_of(const struct environment *env, enum problem_code code)
{
	return code == PROBLEM_INSERTED_BELOW ? &env->news.inserted
					      : &env->news.changed;
}

/* "dev, prod": where `revision` is concerned. */
static void
add_concerned(struct strbuf *out, const struct environments *envs,
	enum problem_code code, const char *revision)
{
	for (size_t i = 0; i < envs->n; i++) {
		const struct environment *env = envs->v[i];

		if (!text_same(env->conf->migrations, envs->migrations) ||
			!strvec_has(list_of(env, code), revision))
			continue;
		strbuf_add(out, out->len ? ", " : "");
		strbuf_add(out, env->conf->name);
	}
}

static void
add_concerning(const struct environments *envs, const struct migrations *h,
	enum problem_code code, struct problems *out)
{
	for (size_t i = 0; i < h->n_revisions; i++) {
		const struct revision *r = &h->revisions[i];
		struct strbuf names = {0};

		add_concerned(&names, envs, code, r->id);
		if (names.len)
			problem_add(out, code,
				(struct place){.file = r->file, .revision = r->id},
				code == PROBLEM_INSERTED_BELOW
					? "it was put in below what was applied "
					  "already, so it counts as applied and was "
					  "never run: %s"
					: "its content has changed since it was seen "
					  "applied: %s",
				names.s);
		strbuf_free(&names);
	}
}

static bool
any_news(const struct environments *envs)
{
	for (size_t i = 0; i < envs->n; i++)
		if (envs->v[i]->news.inserted.n || envs->v[i]->news.changed.n)
			return true;
	return false;
}

/* ---- All together ---- */

/* Both are sorted in the same way. */
static void
tell_new(const struct published_migrations *before, const struct problems *now,
	notices_fn *tell, void *arg)
{
	const struct problem **fresh = xcalloc(now->n + 1, sizeof *fresh);
	size_t n = 0, k = 0;

	for (size_t i = 0; i < now->n; i++) {
		int c = -1;

		while (k < before->n_notices &&
			(c = problem_compare(&now->v[i], &before->notices[k])) > 0)
			k++;
		if (k == before->n_notices || c < 0)
			fresh[n++] = &now->v[i];
	}
	if (n && tell)
		tell(arg, before->name, fresh, n);
	free(fresh);
}

void
notices_refresh(struct graphs *graphs, struct environment *const *environments,
	size_t n_environments, notices_fn *tell, void *arg)
{
	size_t n;

	(void)graphs_list(graphs, &n);
	for (size_t i = 0; i < n; i++) {
		struct published_migrations *m = graphs_block(graphs, i);
		const struct environments envs = {
			environments, n_environments, m->name};
		struct problems now = {0};

		/* What cannot be read now says nothing new. */
		if (!m->graph)
			continue;
		add_from_files(graphs, m->graph, &now);
		if (any_news(&envs)) {
			add_concerning(&envs, m->graph, PROBLEM_INSERTED_BELOW, &now);
			add_concerning(
				&envs, m->graph, PROBLEM_CHANGED_AFTER_APPLIED, &now);
		}
		problem_sort(&now);
		tell_new(m, &now, tell, arg);
		graphs_set_notices(m, &now);
	}
}
