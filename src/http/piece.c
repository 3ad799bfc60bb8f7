/* Each piece is compressed to a full flush: what follows refers to nothing in it, so
 * that the compressed forms of any pieces put one after the other are one stream, whose
 * checksum is combined from theirs. */
#include "http/piece.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "http/held.h"

/* The fastest level: what is said of many is so much alike that the others take a tenth
 * off for twice the time. */
enum { RAW_WINDOW = -15, LEVEL = 1, MEMORY = 8, FLUSH_BYTES = 16 };

struct piece {
	struct held *held;
	size_t refs;
	size_t size;
	char *text;
	size_t packed_size;
	char *packed;              /* NULL: nobody asked for it yet */
	uint32_t crc;              /* of the text, once it is packed */
	char digest[HASH_HEX_LEN]; /* "": nobody asked for it yet */
};

struct piece *
piece_new(struct held *held, const char *text, size_t n)
{
	struct piece *p = xcalloc(1, sizeof *p);

	p->held = held;
	p->refs = 1;
	p->size = n;
	p->text = xstrndup(text, n);
	if (held)
		held->bytes += n;
	return p;
}

void
piece_leave(struct piece *p, struct held *held)
{
	if (!p)
		return;
	p->held = held;
	held->bytes += p->size + p->packed_size;
	piece_unref(p);
}

struct piece *
piece_ref(struct piece *p)
{
	p->refs++;
	return p;
}

void
piece_unref(struct piece *p)
{
	if (!p || --p->refs)
		return;
	if (p->held)
		p->held->bytes -= p->size + p->packed_size;
	free(p->text);
	free(p->packed);
	free(p);
}

const char *
piece_text(const struct piece *p)
{
	return p->text;
}

size_t
piece_size(const struct piece *p)
{
	return p->size;
}

const char *
piece_packed(const struct piece *p, size_t *n)
{
	assert(p->packed);
	*n = p->packed_size;
	return p->packed;
}

/* ---- A rope ---- */

void
rope_take(struct rope *r, struct piece *p)
{
	GROW(r->v, r->n, r->cap);
	r->v[r->n++] = p;
	r->size += p->size;
}

void
rope_share(struct rope *r, struct piece *p)
{
	rope_take(r, piece_ref(p));
}

void
rope_free(struct rope *r)
{
	for (size_t i = 0; i < r->n; i++)
		piece_unref(r->v[i]);
	free(r->v);
	*r = (struct rope){0};
}

void
rope_digest(const struct rope *r, char *hex)
{
	struct hash *h = hash_new();

	for (size_t i = 0; i < r->n; i++) {
		struct piece *p = r->v[i];

		if (!*p->digest)
			hash_of(p->text, p->size, p->digest);
		hash_add(h, p->digest, HASH_HEX_LEN);
	}
	hash_finish(h, hex);
}

/* ---- gzip ---- */

static void
pack(struct piece *p, z_stream *z)
{
	size_t room = deflateBound(z, p->size) + FLUSH_BYTES;

	assert(p->size <= UINT_MAX / 2);
	p->packed = xmalloc(room);
	z->next_in = (Bytef *)p->text;
	z->avail_in = (uInt)p->size;
	z->next_out = (Bytef *)p->packed;
	z->avail_out = (uInt)room;
	/* With room to spare all is written, whatever it says. */
	(void)deflate(z, Z_FULL_FLUSH);
	assert(!z->avail_in && z->avail_out);
	p->packed_size = room - z->avail_out;
	p->packed = xrealloc(p->packed, p->packed_size + 1, 1);
	p->crc = (uint32_t)crc32(0, (const Bytef *)p->text, (uInt)p->size);
	if (p->held)
		p->held->bytes += p->packed_size;
}

static void
put_le32(unsigned char *out, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(v >> 8 * i);
}

/* Nothing but the head of a member without a name and a time. */
static const unsigned char gzip_head[ROPE_GZIP_HEAD] = {
	0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

void
rope_pack(const struct rope *r, struct rope_gzip *out)
{
	z_stream z = {0};
	uLong crc = crc32(0, NULL, 0);
	bool begun = false;

	for (size_t i = 0; i < r->n; i++) {
		struct piece *p = r->v[i];

		if (!p->packed && !begun) {
			if (deflateInit2(&z, LEVEL, Z_DEFLATED, RAW_WINDOW, MEMORY,
				    Z_DEFAULT_STRATEGY) != Z_OK)
				mem_fatal();
			begun = true;
		}
		if (!p->packed)
			pack(p, &z);
		crc = crc32_combine(crc, p->crc, (z_off_t)p->size);
	}
	if (begun)
		deflateEnd(&z);
	memcpy(out->head, gzip_head, sizeof gzip_head);
	/* An empty last block. */
	out->tail[0] = 3;
	out->tail[1] = 0;
	put_le32(out->tail + 2, (uint32_t)crc);
	put_le32(out->tail + 6, (uint32_t)r->size);
}
