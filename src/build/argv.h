/* The words of a command that no shell reads. */
#ifndef BUILD_ARGV_H
#define BUILD_ARGV_H

#include "base/err.h"
#include "base/strbuf.h"

/* Append the words of `text`, split at blanks: '…' is as it stands, in "…" and outside
 * a backslash makes the next character an ordinary one.  ERR_CONFIG for a quote that is
 * not closed, for no word at all, and for what only a shell could do (a pipe, $NAME,
 * …), which `sh -c '…'` is for. */
bool argv_split(const char *text, struct strvec *out, struct err *e) MUST_CHECK;
/* How many of them are NAME=VALUE, which stand in front of the command and are set for
 * it. */
size_t argv_assignments(const struct strvec *words);

/* What stands for `name` in a word; NULL: `{name}` stays as it is. */
typedef const char *argv_value_fn(void *arg, const char *name);
/* `word` with the value in the place of each {NAME}; the caller frees. */
char *argv_fill(const char *word, argv_value_fn *value, void *arg);

#endif
