/* See pack.h. */
#include "base/pack.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

/* A catalog is written on the loop: speed counts more than the last tenth. */
enum { PACK_LEVEL = 3, PIECE = 65536 };

struct packer {
	z_stream z;
	struct strbuf out;
};

struct packer *
packer_new(void)
{
	struct packer *p = xcalloc(1, sizeof *p);

	if (deflateInit(&p->z, PACK_LEVEL) != Z_OK)
		mem_fatal();
	return p;
}

/* `flush` until there is nothing more to be written. */
static void
deflate_all(struct packer *p, int flush)
{
	char piece[PIECE];

	do {
		p->z.next_out = (Bytef *)piece;
		p->z.avail_out = sizeof piece;
		(void)deflate(&p->z, flush);
		strbuf_addn(&p->out, piece, sizeof piece - p->z.avail_out);
	} while (p->z.avail_out == 0);
}

void
packer_add(struct packer *p, const char *text, size_t n)
{
	const char *end = text + n;

	while (text < end) {
		uInt some = end - text > UINT_MAX ? UINT_MAX : (uInt)(end - text);

		p->z.next_in = (Bytef *)(uintptr_t)text;
		p->z.avail_in = some;
		deflate_all(p, Z_NO_FLUSH);
		text += some;
	}
}

char *
packer_finish(struct packer *p, size_t *out_n)
{
	char *out;

	deflate_all(p, Z_FINISH);
	deflateEnd(&p->z);
	*out_n = p->out.len;
	out = xrealloc(strbuf_take(&p->out), *out_n, 1);
	free(p);
	return out;
}

char *
pack_text(const char *text, size_t n, size_t *out_n)
{
	struct packer *p = packer_new();

	packer_add(p, text, n);
	return packer_finish(p, out_n);
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
