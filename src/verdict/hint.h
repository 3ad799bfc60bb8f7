/* The parts of verdict_hint(). */
#ifndef VERDICT_HINT_H
#define VERDICT_HINT_H

#include "base/strbuf.h"
#include "verdict/verdict.h"

/* For the state unknown after a check that failed with in->error. */
void hint_failure(struct strbuf *out, const struct verdict_input *in);
/* For the states unstamped and revision_mismatch. */
void hint_unstamped(struct strbuf *out, const struct verdict_input *in);
void hint_mismatch(struct strbuf *out, const struct verdict_input *in);

/* Append "head ab2c1f16b0b3", "heads a, b", or "expected revision a" where the
 * migrations go on from there. */
void hint_target(struct strbuf *out, const struct verdict_input *in);
/* Append "; the migrations have several heads …" if they do. */
void hint_several_heads(struct strbuf *out, const struct verdict_input *in);
/* Append "3 differences from environment:dev". */
void hint_differences(struct strbuf *out, const struct verdict_input *in);
/* Append "; note that 3 texts … were not compared" if a comparison left something out.
 */
void hint_left_out(struct strbuf *out, const struct verdict_input *in);
/* Append "the 3 differences from environment:dev belong to its revision a". */
void hint_other_revision(struct strbuf *out, const struct verdict_input *in);
/* Append " (first: …): see `pgdriftd diff env:dev env:prod`". */
void hint_first_and_where(struct strbuf *out, const struct verdict_input *in);

/* Before any advice to upgrade: append what the revisions that are pending would
 * destroy, counted and named, with what to do about it.  True: `out` ends so that
 * "run `alembic upgrade …`" may follow at once (", then "; nothing was added where
 * nothing is destroyed).  False: an ignore rule covers some of it, the sentence is
 * complete, and no command that upgrades may follow.
 * `stamped`: the revisions that the advice before has stamped; NULL: what is recorded.
 */
bool hint_pending(struct strbuf *out, const struct verdict_input *in,
	const struct strvec *stamped) MUST_CHECK;

const char *hint_version_table(const struct verdict_input *in);
const char *hint_reference(const struct verdict_input *in);

#endif
