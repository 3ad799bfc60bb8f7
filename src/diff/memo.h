/* Comparisons that were made: of the same two catalogs by the same options the same
 * diff comes out, so it is made once for all environments and checks, and shared.
 *
 * What takes long is memo_make(), which is pure: a thread may run it while the two
 * snapshots are referred to and nothing changes what the options point at.  The memo
 * itself belongs to the thread of the loop: memo_find() says whether there is anything
 * to be run, memo_put() takes what came out.  memo_compare() is all three at once. */
#ifndef DIFF_MEMO_H
#define DIFF_MEMO_H

#include "catalog/library.h"
#include "diff/diff.h"

struct memo;

/* With a library of its own, where what is compared is to be kept. */
struct memo *memo_new(void);
void memo_free(struct memo *m);                     /* NULL is fine */
struct library *memo_library(const struct memo *m); /* of NULL: none */

/* A reference to what diff_compare() says of them.  Where `m` is NULL, or one of them
 * is not kept in a library, nothing is remembered. */
struct diff *memo_compare(struct memo *m, const struct snapshot *expected,
	const struct snapshot *found, const struct compare_options *o);

/* What one comparison is known by: both catalogs and all that matters of the options
 * but for the date.  False if one of them is not kept in a library: it cannot be known.
 */
bool memo_key(const struct snapshot *expected, const struct snapshot *found,
	const struct compare_options *o, char key[static HASH_HEX_LEN]);
/* Append all that matters of the options to what a comparison says, but for the date.
 */
void memo_options(const struct compare_options *o, struct strbuf *out);
/* A reference to what is known at options.now_ms; NULL: nothing. */
struct diff *
memo_find(struct memo *m, const char *key, const struct compare_options *o);
/* What diff_compare() says, with the keys of all findings. */
struct diff *memo_make(const struct snapshot *expected, const struct snapshot *found,
	const struct compare_options *o);
/* `d`, made with `o`, is what is known from now on.  It is forgotten some time after
 * nobody else refers to it, or has asked for it. */
void memo_put(struct memo *m, const char *key, struct diff *d,
	const struct compare_options *o);

/* How many comparisons were made by memo_compare(), and how many are known. */
struct memo_size {
	size_t made, known;
};
struct memo_size memo_size(const struct memo *m);

#endif
