/* What is wrong with the migrations themselves.  What stops Alembic is said before all
 * else: no command works, so none is advised. */
#include "base/mem.h"
#include "verdict/hint.h"
#include "verdict/phrase.h"

bool
hint_is_stopped(const struct verdict_input *in)
{
	return in->graph && migrations_stopper(in->graph);
}

void
hint_problem(struct strbuf *out, const struct problem *p)
{
	strbuf_add(out, problem_word(p->code));
	if (p->file) {
		strbuf_add(out, " in ");
		phrase_text(out, p->file, PHRASE_TEXT);
	}
	if (p->detail) {
		strbuf_add(out, ", ");
		phrase_text(out, p->detail, PHRASE_TEXT);
	}
}

void
hint_stop(struct strbuf *out, const struct verdict_input *in)
{
	const struct problem *p = migrations_stopper(in->graph);

	strbuf_add(out, "Alembic runs no migration before this is mended: ");
	phrase_text(out, problem_advice(p), PHRASE_TEXT);
	strbuf_add(out, " (");
	hint_problem(out, p);
	strbuf_add(out, "; Alembic says: ");
	phrase_text(out, p->stops, PHRASE_NAME);
	strbuf_addc(out, ')');
}

/* Not those that are said elsewhere: several heads, what stops Alembic, and an id that
 * is too long, which only counts where version_num is too narrow for it. */
static bool
is_aside(const struct verdict_input *in, const struct problem *p)
{
	return p->code != PROBLEM_SEVERAL_HEADS && p != migrations_stopper(in->graph) &&
	       !(p->code == PROBLEM_REVISION_TOO_LONG && in->version);
}

void
hint_several_heads(struct strbuf *out, const struct verdict_input *in)
{
	const struct migrations *h = in->graph;

	if (hint_is_stopped(in))
		return;
	for (size_t i = 0; h && i < h->n_problems; i++) {
		if (h->problems[i].code != PROBLEM_SEVERAL_HEADS)
			continue;
		strbuf_add(out, "; the migrations have several heads");
		if (migrations_can_merge(h)) {
			strbuf_add(out, ", which `");
			phrase_alembic(out, h);
			strbuf_add(out, " merge heads` joins");
		}
		strbuf_add(out, " (");
		phrase_ids(out, &h->heads);
		strbuf_addc(out, ')');
		return;
	}
}

void
hint_problems(struct strbuf *out, const struct verdict_input *in)
{
	const struct migrations *h = in->graph;
	const struct problem *first = NULL;
	size_t n = 0;

	hint_several_heads(out, in);
	for (size_t i = 0; h && i < h->n_problems; i++) {
		if (!is_aside(in, &h->problems[i]))
			continue;
		first = first ? first : &h->problems[i];
		n++;
	}
	if (!first)
		return;
	strbuf_add(out, "; the migrations have ");
	phrase_count(out, n, hint_is_stopped(in) ? "further problem" : "problem");
	strbuf_add(out, ", first: ");
	hint_problem(out, first);
}
