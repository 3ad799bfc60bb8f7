/* A part of a body: immutable text that any number of answers share, and its compressed
 * form, which is made once. */
#ifndef HTTP_PIECE_H
#define HTTP_PIECE_H

#include <stddef.h>

struct held;
struct piece;

/* Copy the text, which counts in `held` once, however many hold it; NULL: it is kept
 * anyway, and takes none of what answers may. */
struct piece *piece_new(struct held *held, const char *text, size_t n);
/* Let go of one that was kept: from now on it counts as long as an answer holds it. */
void piece_leave(struct piece *p, struct held *held); /* NULL is fine */
struct piece *piece_ref(struct piece *p);
void piece_unref(struct piece *p); /* NULL is fine */

const char *piece_text(const struct piece *p);
size_t piece_size(const struct piece *p);

/* A body: pieces one after the other.  Zero-initialise. */
struct rope {
	struct piece **v;
	size_t n, cap;
	size_t size; /* bytes of text */
};

void rope_take(struct rope *r, struct piece *p); /* takes over a reference */
void rope_share(struct rope *r, struct piece *p);
void rope_free(struct rope *r);

/* The SHA-256 of what the pieces are: the same for the same text cut the same way.
 * `hex`: HASH_HEX_LEN bytes. */
void rope_digest(const struct rope *r, char *hex);

enum { ROPE_GZIP_HEAD = 10, ROPE_GZIP_TAIL = 10 };

/* One gzip member (RFC 1952) of all pieces: what comes before and behind their
 * compressed forms. */
struct rope_gzip {
	unsigned char head[ROPE_GZIP_HEAD], tail[ROPE_GZIP_TAIL];
};

/* Compress what is not yet. */
void rope_pack(const struct rope *r, struct rope_gzip *out);
/* Of a piece of a rope that is packed: raw deflate (RFC 1951) that ends at a byte and
 * refers to nothing before it. */
const char *piece_packed(const struct piece *p, size_t *n);

#endif
