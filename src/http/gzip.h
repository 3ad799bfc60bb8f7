/* Bodies as gzip (RFC 1952).  Pure: no time is written, equal input is equal output. */
#ifndef HTTP_GZIP_H
#define HTTP_GZIP_H

#include <stddef.h>

/* Compress `n` bytes into a new buffer of `*out_n`; the caller frees.  NULL if that
 * would not be smaller. */
char *gzip_of(const char *data, size_t n, size_t *out_n);

#endif
