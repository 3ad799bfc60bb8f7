/* See gzip.h. */
#include "http/gzip.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

enum { GZIP_WINDOW = 15 + 16, GZIP_LEVEL = 6, GZIP_MEMORY = 8 };

char *
gzip_of(const char *data, size_t n, size_t *out_n)
{
	z_stream z = {0};
	char *out;
	int rc;

	if (n > UINT_MAX)
		return NULL;
	if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		mem_fatal();
	out = xmalloc(n + 1);
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)n;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)n;
	/* Anything but the end means that `n` bytes did not hold it. */
	rc = deflate(&z, Z_FINISH);
	*out_n = z.total_out;
	deflateEnd(&z);
	if (rc == Z_STREAM_END && *out_n < n)
		return xrealloc(out, *out_n, 1);
	free(out);
	return NULL;
}
