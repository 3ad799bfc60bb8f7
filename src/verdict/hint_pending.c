/* An upgrade cannot be taken back: whoever follows the advice has to know before. */
#include "verdict/hint.h"

bool
hint_pending(struct strbuf *out, const struct verdict_input *in,
	const struct strvec *stamped)
{
	struct judgement then = {0};
	struct losses losses = {0};
	bool may_follow;

	if (!in->graph || !in->judgement)
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
