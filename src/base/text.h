/* Text of unknown origin made fit to show, and small text tools. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

/* True if all of `s` is valid UTF-8 (RFC 3629). */
bool text_is_utf8(const char *s, size_t n);

/* Append `s` as valid UTF-8: what is not becomes "\xNN" (an escaped byte), and
 * after `max` bytes (0: no limit) it is cut at a character with "…". */
void text_clean(struct strbuf *out, const char *s, size_t max);
/* The same as a new string. */
char *text_cleaned(const char *s, size_t max);

/* The length of the character at `s`, which is valid UTF-8, if it is one that nobody
 * sees or that a terminal obeys (unseen.h).  Else 0. */
size_t text_unseen(const char *s);
/* The same of a place in a text that begins at `from`: there a mark over nothing, and
 * each beyond the fourth over one character, is none to be drawn either. */
size_t text_unseen_in(const char *from, const char *s);
/* Append such a one as it can be seen: "\n", "\x1b", "\u202e". */
void text_escape(struct strbuf *out, const char *s);
/* As text_clean(), with all of those as they can be seen, but those in `keep`. */
void text_visible(struct strbuf *out, const char *s, size_t max, const char *keep);
/* All of it on one line, as a new string. */
char *text_line(const char *s, size_t max);

/* True if both are the same text, or both NULL. */
bool text_same(const char *a, const char *b);
/* Put `with` in the place of every `what`. */
void text_replace(char *s, char what, char with);

/* Glob over the whole of `s`: `*` any run, `?` one character, no escape. */
bool text_glob(const char *pattern, const char *s);
/* The same, but `*` and `?` in double quotes, which stay part of the pattern, are
 * themselves. */
bool text_glob_quoted(const char *pattern, const char *s);
/* True if text_glob() may match another text than `pattern` itself. */
bool text_is_glob(const char *pattern);

/* True if `part` is in `s`, where letters of ASCII are the same in either case. */
bool text_contains(const char *s, const char *part);

/* The candidate that `word` is most likely a misspelling of, or NULL if none is
 * near (Damerau-Levenshtein distance over a third of the length). */
const char *text_near(const char *word, const char *const *candidates, size_t n);

/* True of a word that some of the servers 12 to 18 quote as a name and others do not.
 */
bool text_is_varying_keyword(const char *s, size_t n);
/* Append `name` quoted as PostgreSQL's quote_ident() would; but words that only some of
 * the servers quote are not, as in the values of a catalog (catalog/canon.h). */
void text_ident(struct strbuf *out, const char *name);
/* "schema.name", both so. */
void text_qualified(struct strbuf *out, const char *schema, const char *name);
/* Append `s` as an SQL string literal (standard_conforming_strings on; with a
 * backslash in it, the E'' form, which holds either way). */
void text_literal(struct strbuf *out, const char *s);

/* Append `s` as a word of a shell command, quoted where it has to be; control
 * characters become blanks. */
void text_shell(struct strbuf *out, const char *s);

/* Append JSON, the same value with all of those in its strings as "\u202e". */
void text_json_visible(struct strbuf *out, const char *json);

/* Append `s` escaped for HTML text and attributes, and what cannot be seen (but for
 * tabs and line ends) as it can be. */
void text_html(struct strbuf *out, const char *s);
/* Append `s` percent-encoded, as a part of a path in a link. */
void text_url(struct strbuf *out, const char *s);

#endif
