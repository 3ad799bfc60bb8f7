/* The parts of verdict_hint().  Between backticks stands what is to be run, or a key of
 * the configuration; no command that is known to fail stands there. */
#ifndef VERDICT_HINT_H
#define VERDICT_HINT_H

#include "base/strbuf.h"
#include "verdict/verdict.h"

/* ---- For whole states ---- */

/* For the state unknown after a check that failed with in->error. */
void hint_failure(struct strbuf *out, const struct verdict_input *in);
/* What to do before the first check, and of a failure of which nothing is known. */
void hint_not_checked(struct strbuf *out, const struct verdict_input *in);
void hint_unexplained(struct strbuf *out, const struct verdict_input *in);
/* For the states unstamped and revision_mismatch. */
void hint_unstamped(struct strbuf *out, const struct verdict_input *in);
void hint_mismatch(struct strbuf *out, const struct verdict_input *in);
/* For rows that the migrations do not have. */
void hint_unknown_revision(struct strbuf *out, const struct verdict_input *in);

/* ---- A standby ---- */

/* True if what was found may be what a standby has not replayed yet. */
bool hint_lags(const struct verdict_input *in);
/* Append "this standby is 12 bytes behind its primary … wait until replay has caught
 * up". */
void hint_lag(struct strbuf *out, const struct verdict_input *in);

/* ---- The directory ---- */

/* Append "; new01 was put in below …" where a revision counts as applied and never ran.
 */
void hint_inserted(struct strbuf *out, const struct verdict_input *in);

/* True if Alembic cannot run a migration from these files: none of its commands that
 * change a database may be advised then. */
bool hint_is_stopped(const struct verdict_input *in);
/* Append what stops it, what is to be done first. */
void hint_stop(struct strbuf *out, const struct verdict_input *in);
/* Append "; the migrations have several heads …" if they do and Alembic is not stopped.
 */
void hint_several_heads(struct strbuf *out, const struct verdict_input *in);
/* The same, and the problems that stop nothing. */
void hint_problems(struct strbuf *out, const struct verdict_input *in);
/* Append "missing_parent in FILE, DETAIL". */
void hint_problem(struct strbuf *out, const struct problem *p);

/* ---- A migration ---- */

/* True if one hangs, or may be between two of its transactions: no command that changes
 * a database may be advised beside it. */
bool hint_may_migrate(const struct verdict_input *in);
/* Append "a migration is running since …", with what blocks it. */
void hint_migrating(struct strbuf *out, const struct verdict_input *in);
/* Append "a migration has held … longer than `migrating_max` …; besides, ". */
void hint_hanging(struct strbuf *out, const struct verdict_input *in);
/* Append "the revision has moved from a to b, seen at …, and a migration may still be
 * running: wait …" where one may go on; nothing where one hangs, which was said. */
void hint_may_go_on(struct strbuf *out, const struct verdict_input *in);

/* ---- Commands ---- */

/* Before any advice to upgrade: append what the revisions that are pending would
 * destroy, counted and named, with what to do about it.  True: `out` ends so that
 * "run `alembic upgrade …`" may follow at once (", then "; nothing was added where
 * nothing is destroyed).  False: an ignore rule covers some of it, the sentence is
 * complete, and no command that upgrades may follow.
 * `stamped`: the revisions that the advice before has stamped; NULL: what is recorded.
 */
bool hint_pending(struct strbuf *out, const struct verdict_input *in,
	const struct strvec *stamped) MUST_CHECK;
/* True if the pending revisions are known to destroy anything. */
bool hint_loses(const struct verdict_input *in);
/* Append "run `alembic upgrade head`" with what has to come before it (a wider
 * version_num, what it destroys) and after it (a GRANT). */
void hint_run_upgrade(struct strbuf *out, const struct verdict_input *in,
	const struct strvec *stamped);
/* Append "`alembic upgrade head`" only. */
void hint_upgrade(struct strbuf *out, const struct verdict_input *in);
/* True if `alembic stamp` may be advised: the catalog was compared with that of a known
 * revision and is in sync. */
bool hint_may_stamp(const struct verdict_input *in);
/* Append "the schema matches head a: run `alembic stamp a`", and where that is not the
 * head yet, the upgrade from there.  `option`: "" or " --purge". */
void
hint_run_stamp(struct strbuf *out, const struct verdict_input *in, const char *option);
/* Append ", and the schema has 2 differences … to be resolved first" or why it was not
 * compared: what stands between a database and a stamp. */
void hint_no_stamp(struct strbuf *out, const struct verdict_input *in);
/* Append "`DELETE FROM t WHERE version_num IN ('a')`"; or, where a row cannot stand in
 * a command, "delete it from t". */
void hint_delete_rows(
	struct strbuf *out, const struct verdict_input *in, const struct strvec *rows);

/* ---- The version table ---- */

/* Append what is known of another table that is, or may be, the version table; true if
 * that is the advice, and no stamp may follow. */
bool hint_elsewhere(struct strbuf *out, const struct verdict_input *in);
/* The name of a block of the configuration that has that revision, or NULL; *related:
 * it is another release of the same project. */
const char *hint_block(const struct verdict_input *in, const char *row, bool *related);
const char *hint_version_table(const struct verdict_input *in);

/* ---- Parts of sentences ---- */

/* Append "head ab2c1f16b0b3", "heads a, b", or "expected revision a" where the
 * migrations go on from there. */
void hint_target(struct strbuf *out, const struct verdict_input *in);
/* Append "3 differences from environment:dev". */
void hint_differences(struct strbuf *out, const struct verdict_input *in);
/* Append "; note that 3 texts … were not compared" if a comparison left something out.
 */
void hint_left_out(struct strbuf *out, const struct verdict_input *in);
/* Append "the 3 differences from environment:dev may belong to its later revision a",
 * or why they cannot be judged. */
void hint_other_revision(struct strbuf *out, const struct verdict_input *in);
/* For revision_mismatch where only the reference is of another revision. */
void hint_relation(struct strbuf *out, const struct verdict_input *in);
/* Append ": see `pgdriftd diff env:dev env:prod` (first: …)", and how what is managed
 * elsewhere is left out. */
void hint_where_and_first(struct strbuf *out, const struct verdict_input *in);

const char *hint_reference(const struct verdict_input *in);
/* Never NULL. */
const struct strvec *hint_expected(const struct verdict_input *in);
const struct strvec *hint_recorded(const struct verdict_input *in);
/* True if what is expected is simply all that the migrations have. */
bool hint_expects_all(const struct verdict_input *in);

#endif
