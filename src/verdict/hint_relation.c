/* What differs from a catalog of another revision: a pending migration may explain it,
 * but only if the reference stands at a later one. */
#include <string.h>

#include "base/mem.h"
#include "verdict/hint.h"
#include "verdict/phrase.h"

static void
add_expected_revision(struct strbuf *out, const struct verdict_input *in)
{
	if (!in->expected_revision || !in->expected_revision->n) {
		strbuf_add(out, "revision that is not known");
		return;
	}
	strbuf_printf(out, "revision%s ", in->expected_revision->n > 1 ? "s" : "");
	phrase_ids(out, in->expected_revision);
}

/* How a reference comes to the present revision. */
static void
add_renewal(struct strbuf *out, const struct verdict_input *in)
{
	const char *reference = in->reference ? in->reference : "";

	if (!strncmp(reference, "environment:", 12))
		strbuf_printf(out, "upgrade %s", reference);
	else if (!strcmp(reference, "baseline"))
		strbuf_printf(out,
			"look at what changed with `pgdriftd accept --dry-run %s`, "
			"then renew it with `pgdriftd accept %s`",
			in->environment ? in->environment : "NAME",
			in->environment ? in->environment : "NAME");
	else if (!strncmp(reference, "ddl:", 4))
		strbuf_printf(out,
			"renew %s from a database that is at the present one, with its "
			"rows of the version table",
			reference);
	else
		strbuf_printf(out,
			"renew %s with `pgdriftd snapshot` from a database that is at "
			"the present one",
			hint_reference(in));
}

void
hint_other_revision(struct strbuf *out, const struct verdict_input *in)
{
	strbuf_add(out, "the ");
	hint_differences(out, in);
	switch (in->relation) {
	case RELATION_REFERENCE_AHEAD:
		strbuf_add(out, " may belong to its later ");
		add_expected_revision(out, in);
		break;
	case RELATION_REFERENCE_BEHIND:
		strbuf_add(out, " cannot be judged until that has caught up from the "
				"earlier ");
		add_expected_revision(out, in);
		break;
	default:
		strbuf_add(out, " cannot be judged: that is at ");
		add_expected_revision(out, in);
		strbuf_add(out, ", which comes neither before nor after");
		break;
	}
}

void
hint_relation(struct strbuf *out, const struct verdict_input *in)
{
	if (in->relation == RELATION_REFERENCE_AHEAD) {
		hint_other_revision(out, in);
		hint_where_and_first(out, in);
		return;
	}
	strbuf_add(out, hint_reference(in));
	strbuf_add(out, in->relation == RELATION_REFERENCE_BEHIND
				? " is older than this database, at "
				: " is no measure for this database, at ");
	add_expected_revision(out, in);
	strbuf_add(out, ": ");
	add_renewal(out, in);
	strbuf_add(out, "; until then the ");
	phrase_count(out, in->diff ? in->diff->n_findings : 0, "difference");
	strbuf_add(out, " cannot be judged");
	hint_where_and_first(out, in);
}
