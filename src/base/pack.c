/* See pack.h. */
#include "base/pack.h"

#include <limits.h>
#include <stdint.h>
#include <zlib.h>

#include "base/mem.h"

/* A catalog is written on the loop: speed counts more than the last tenth. */
enum { PACK_LEVEL = 3, PIECE = 65536 };

char *
pack_text(const char *text, size_t n, size_t *out_n)
{
	uLongf size = compressBound(n);
	char *out = xmalloc(size);

	if (compress2((Bytef *)out, &size, (const Bytef *)text, n, PACK_LEVEL) != Z_OK)
		mem_fatal();
	*out_n = size;
	return xrealloc(out, size, 1);
}

/* Z_STREAM_END, or what is wrong. */
static int
inflate_all(z_stream *z, struct strbuf *out)
{
	char piece[PIECE];
	int rc = Z_OK;

	while (rc == Z_OK) {
		z->next_out = (Bytef *)piece;
		z->avail_out = sizeof piece;
		rc = inflate(z, Z_NO_FLUSH);
		strbuf_addn(out, piece, sizeof piece - z->avail_out);
	}
	return rc;
}

bool
pack_open(const void *data, size_t n, struct strbuf *out, struct err *e)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)n};
	int rc;

	if (n > UINT_MAX)
		return err_set(e, ERR_FORMAT, "packed text is too long");
	if (inflateInit(&z) != Z_OK)
		mem_fatal();
	rc = inflate_all(&z, out);
	inflateEnd(&z);
	if (rc == Z_MEM_ERROR)
		mem_fatal();
	return rc == Z_STREAM_END ||
	       err_set(e, ERR_FORMAT, "packed text is damaged or not whole");
}
