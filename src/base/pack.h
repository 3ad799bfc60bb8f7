/* Long texts, smaller: zlib's format (RFC 1950).  Pure: equal text is equal bytes. */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include <stddef.h>

#include "base/err.h"
#include "base/strbuf.h"

/* A new buffer of `*out_n` bytes; the caller frees. */
char *pack_text(const char *text, size_t n, size_t *out_n);
/* The same in pieces; free()s `p`. */
struct packer;
struct packer *packer_new(void);
void packer_add(struct packer *p, const char *text, size_t n);
char *packer_finish(struct packer *p, size_t *out_n);
/* Append what was packed; false with ERR_FORMAT if `data` is not that, or not whole. */
bool
pack_open(const void *data, size_t n, struct strbuf *out, struct err *e) MUST_CHECK;

#endif
