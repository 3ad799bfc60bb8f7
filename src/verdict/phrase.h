/* Parts of sentences.  Ids and names come from databases and files: each is made
 * valid UTF-8, put on one line and cut. */
#ifndef VERDICT_PHRASE_H
#define VERDICT_PHRASE_H

#include "base/strbuf.h"
#include "diff/diff.h"
#include "migrations/migrations.h"

enum { PHRASE_NAME = 120, PHRASE_TEXT = 300 };

/* Append prose on one line, at most `max` bytes of it: line ends are blanks, and what
 * cannot be seen is escaped (text_visible()). */
void phrase_text(struct strbuf *out, const char *s, size_t max);
/* Append one id, with what cannot be seen escaped ("a\\n"), without backticks; NULL
 * rows are "". */
void phrase_id(struct strbuf *out, const char *id);
/* Append "a, b and 3 more", without backticks: between those stands what is to be run.
 */
void phrase_ids(struct strbuf *out, const struct strvec *ids);
/* Append the same ids as words of a shell command, quoted where they have to be, each
 * after a space. */
void phrase_args(struct strbuf *out, const struct strvec *ids);
/* Append a literal of SQL, with control characters as escapes. */
void phrase_literal(struct strbuf *out, const char *s);
/* Append "alembic" as it is called for these migrations (NULL: any). */
void phrase_alembic(struct strbuf *out, const struct migrations *h);
/* Append "1 revision", "2 revisions". */
void phrase_count(struct strbuf *out, size_t n, const char *noun);
/* "5 differences, 4 breaking; first: …", with `first` the one that is shown. */
void phrase_differences(
	struct strbuf *out, const struct diff *d, const struct finding *first);
/* " (first: …)" */
void phrase_first(struct strbuf *out, const struct finding *first);
/* ", 4 breaking", where some of them are and others are not. */
void phrase_breaking(struct strbuf *out, const struct diff *d);
/* Append "index public.orders_status_idx is missing". */
void phrase_finding(struct strbuf *out, const struct finding *f);

#endif
