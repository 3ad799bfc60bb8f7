/* An upgrade cannot be taken back: whoever follows the advice has to know before. */
#include "verdict/hint.h"
#include "verdict/phrase.h"

bool
hint_loses(const struct verdict_input *in)
{
	struct losses losses;
	bool any;

	if (!in->graph || !in->judgement)
		return false;
	losses_find(in->graph, &in->judgement->pending, in->scope, &losses);
	any = losses.n > 0;
	losses_free(&losses);
	return any;
}

bool
hint_pending(struct strbuf *out, const struct verdict_input *in,
	const struct strvec *stamped)
{
	struct judgement then = {0};
	struct losses losses = {0};
	bool may_follow;

	/* In an empty database there is nothing to lose. */
	if (!in->graph || !in->judgement || in->revision == REVISION_EMPTY_DATABASE)
		return true;
	if (stamped)
		migrations_judge(in->graph, stamped, &in->judgement->expected, &then);
	losses_find(in->graph, stamped ? &then.pending : &in->judgement->pending,
		in->scope, &losses);
	may_follow = losses_advise(out, &losses);
	losses_free(&losses);
	judgement_fini(&then);
	return may_follow;
}

void
hint_inserted(struct strbuf *out, const struct verdict_input *in)
{
	const struct strvec *ids = in->inserted;

	if (!ids || !ids->n)
		return;
	strbuf_add(out, "; ");
	phrase_ids(out, ids);
	strbuf_printf(out,
		" %s put in below what was applied here already: no upgrade will run "
		"%s, so give %s the head as down_revision, or do by hand what %s",
		ids->n == 1 ? "was" : "were", ids->n == 1 ? "it" : "them",
		ids->n == 1 ? "it" : "the first of them",
		ids->n == 1 ? "it does" : "they do");
}
