/* The log reads like `alembic history`: the newest first, each with its parents. */
#include "migrations/migrations_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "migrations/graph.h"
#include "migrations/order.h"

/* Names come from files of other people: nothing in them may steer a terminal. */
static void
add_shown(struct strbuf *out, const char *s)
{
	text_visible(out, s, 0, "");
}

static void
add_names(struct strbuf *out, const char *before, const struct strvec *names)
{
	for (size_t i = 0; i < names->n; i++) {
		strbuf_add(out, i ? ", " : before);
		add_shown(out, *names->v[i] ? names->v[i] : "''");
	}
}

/* " (head, base)"; nothing where no word applies. */
static void
add_tags(const struct migrations *h, size_t i, struct strbuf *out)
{
	const struct migrations_index *g = h->index;
	const struct revision *r = &h->revisions[i];
	const struct {
		bool applies;
		const char *word;
	} tags[] = {
		{graph_is_head(h, i), "head"},
		{graph_degree(&g->next, i) > 1, "branch point"},
		{r->down.n > 1, "merge point"},
		{!r->down.n && !r->down_unknown, "base"},
		{r->down_unknown, "parents unknown"},
	};
	const char *between = "  (";

	for (size_t k = 0; k < COUNT_OF(tags); k++) {
		if (!tags[k].applies)
			continue;
		strbuf_add(out, between);
		strbuf_add(out, tags[k].word);
		between = ", ";
	}
	if (*between == ',')
		strbuf_add(out, ")");
}

static void
add_revision(const struct migrations *h, const struct revision *r, struct strbuf *out)
{
	strbuf_add(out, "  ");
	add_shown(out, *r->id ? r->id : "''");
	add_names(out, " <- ", &r->down);
	add_names(out, "  depends on ", &r->depends_on);
	add_tags(h, (size_t)(r - h->revisions), out);
	add_names(out, "  labels ", &r->labels);
	strbuf_add(out, "  ");
	add_shown(out, r->file);
	strbuf_addc(out, '\n');
}

static void
add_log(const struct migrations *h, struct strbuf *out)
{
	bool *all = xmalloc(h->n_revisions + 1);
	struct strvec order = {0};

	memset(all, true, h->n_revisions + 1);
	order_upgrade(h, all, &order);
	for (size_t i = order.n; i-- > 0;)
		add_revision(h, graph_id(h, order.v[i]), out);
	strvec_free(&order);
	free(all);
}

static void
add_problem(const struct problem *p, struct strbuf *out)
{
	strbuf_add(out, "  ");
	add_shown(out, p->file);
	if (p->line)
		strbuf_printf(out, ":%u", p->line);
	strbuf_printf(out, ": %s: ", problem_word(p->code));
	if (p->revision) {
		add_shown(out, p->revision);
		strbuf_add(out, ": ");
	}
	add_shown(out, p->detail);
	if (p->allowed) {
		strbuf_add(out, "\n    allowed");
		strbuf_add(out, p->reason ? ": " : "");
		add_shown(out, p->reason ? p->reason : "");
		strbuf_addc(out, '\n');
	} else {
		strbuf_printf(out, "\n    %s\n", problem_advice(p));
	}
}

static void
add_problems(const struct migrations *h, struct strbuf *out)
{
	size_t all = h->n_problems + h->n_allowed;

	if (all)
		strbuf_add(out, "problems\n");
	for (size_t i = 0; i < all; i++)
		add_problem(&h->problems[i], out);
	if (h->n_notices)
		strbuf_add(out, "notices\n");
	for (size_t i = 0; i < h->n_notices; i++)
		add_problem(&h->notices[i], out);
	add_names(out, "allowed, but not there: ", &h->unused_allow);
	if (h->unused_allow.n)
		strbuf_addc(out, '\n');
}

static void
add_count(struct strbuf *out, size_t n, const char *word)
{
	strbuf_printf(out, "%s%zu %s%s",
		out->len && out->s[out->len - 1] != '\n' ? ", " : "", n, word,
		n == 1 ? "" : "s");
}

void
migrations_text(const struct migrations *h, struct strbuf *out)
{
	add_shown(out, h->path);
	strbuf_add(out, h->n_files ? "\n" : ": there are no migrations\n");
	add_log(h, out);
	add_problems(h, out);
	add_count(out, h->n_files, "file");
	add_count(out, h->n_revisions, "revision");
	add_count(out, h->heads.n, "head");
	add_count(out, h->bases.n, "base");
	add_count(out, h->n_problems, "problem");
	if (h->n_notices)
		add_count(out, h->n_notices, "notice");
	if (h->n_allowed)
		strbuf_printf(out, ", %zu allowed", h->n_allowed);
	strbuf_addc(out, '\n');
}

void
judgement_text(const struct judgement *j, const char *hint, struct strbuf *out)
{
	strbuf_add(out, revision_status_word(j->status));
	if (j->status == REVISION_BEHIND)
		strbuf_printf(out, " by %zu", j->pending.n);
	strbuf_addc(out, '\n');
	add_names(out, "  recorded   ", &j->recorded);
	strbuf_add(out, j->recorded.n ? "\n" : "  recorded   nothing\n");
	add_names(out, "  expected   ", &j->expected);
	strbuf_add(out, j->expected.n ? "\n" : "  expected   nothing is known\n");
	add_names(out, "  unknown    ", &j->unknown);
	strbuf_add(out, j->unknown.n ? "\n" : "");
	add_names(out, "  redundant  ", &j->redundant);
	strbuf_add(out, j->redundant.n ? "\n" : "");
	add_names(out, "  beyond     ", &j->beyond);
	strbuf_add(out, j->beyond.n ? "\n" : "");
	for (size_t i = 0; i < j->pending.n; i++) {
		strbuf_add(out, i ? "             " : "  pending    ");
		add_shown(out, *j->pending.v[i] ? j->pending.v[i] : "''");
		strbuf_addc(out, '\n');
	}
	add_shown(out, hint);
	strbuf_addc(out, '\n');
}
