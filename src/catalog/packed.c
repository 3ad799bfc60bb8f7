/* Every text goes in with its length, and in the order of the objects, so that nothing
 * but the catalog decides the bytes; see packed.h. */
#include "catalog/packed.h"

#include <assert.h>
#include <string.h>

#include "catalog/assemble.h"

enum { ENOUGH = 64 * 1024, MAJOR = 10000 };

/* ---- Writing ---- */

/* Seven bits a byte, the lowest first. */
static void
put_number(struct strbuf *out, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		strbuf_addc(out, (char)(0x80 | (n & 0x7f)));
	strbuf_addc(out, (char)n);
}

/* 0: NULL; else one more than the length, and the text with its end. */
static void
put_text(struct strbuf *out, const char *s)
{
	size_t n;

	if (!s) {
		strbuf_addc(out, '\0');
		return;
	}
	n = strlen(s) + 1;
	put_number(out, n);
	strbuf_addn(out, s, n);
}

static void
put_header(struct strbuf *out, const struct snapshot *s)
{
	put_number(out, (uint64_t)(s->server_version_num / MAJOR));
	put_text(out, s->version_schema);
	put_text(out, s->version_table);
	put_number(out, s->version_table_exists);
	for (size_t k = 0; k < KIND_COUNT; k++)
		put_number(out, s->read[k]);
	put_number(out, s->n_objects);
}

static void
put_object(struct strbuf *out, const struct object *o)
{
	put_number(out, o->kind);
	put_text(out, o->id.schema);
	put_text(out, o->id.name);
	put_text(out, o->id.part);
	put_text(out, o->id.args);
	put_number(out, o->id.on);
	put_text(out, o->parent);
	put_text(out, o->parent_part);
	for (size_t i = 0; i < kind_info(o->kind)->n_properties; i++)
		put_text(out, o->values[i]);
}

void
packed_write(const struct snapshot *s, packed_sink *sink, void *arg)
{
	struct strbuf b = {0};

	assert(!s->volume);
	put_header(&b, s);
	for (size_t i = 0; i < s->n_objects; i++) {
		put_object(&b, &s->objects[i]);
		if (b.len < ENOUGH)
			continue;
		sink(arg, b.s, b.len);
		strbuf_clear(&b);
	}
	sink(arg, b.s, b.len);
	strbuf_free(&b);
}

/* ---- Reading ---- */

struct reader {
	const char *at, *end;
	struct assembly assembly;
};

static uint64_t
take_number(struct reader *r)
{
	uint64_t n = 0;
	unsigned shift = 0;
	unsigned char c;

	do {
		assert(r->at < r->end && shift < 64);
		c = (unsigned char)*r->at++;
		n |= (uint64_t)(c & 0x7f) << shift;
		shift += 7;
	} while (c & 0x80);
	return n;
}

static const char *
take_text(struct reader *r)
{
	size_t n = take_number(r);
	const char *s = r->at;

	if (!n)
		return NULL;
	assert(n <= (size_t)(r->end - s) && !s[n - 1]);
	r->at += n;
	return intern_str(r->assembly.strings, s);
}

static size_t
take_header(struct reader *r)
{
	struct snapshot *s = r->assembly.snapshot;

	s->server_version_num = (int)take_number(r) * MAJOR;
	s->version_schema = take_text(r);
	s->version_table = take_text(r);
	s->version_table_exists = take_number(r) != 0;
	for (size_t k = 0; k < KIND_COUNT; k++)
		s->read[k] = take_number(r);
	return take_number(r);
}

static void
take_object(struct reader *r)
{
	uint64_t kind = take_number(r);
	const char **values;
	struct object *o;

	assert(kind < KIND_COUNT);
	o = assembly_object(&r->assembly, (enum kind)kind, &values);
	o->id.schema = take_text(r);
	o->id.name = take_text(r);
	o->id.part = take_text(r);
	o->id.args = take_text(r);
	o->id.on = (enum kind)take_number(r);
	o->parent = take_text(r);
	o->parent_part = take_text(r);
	for (size_t i = 0; i < kind_info(o->kind)->n_properties; i++)
		values[i] = take_text(r);
}

struct snapshot *
packed_read(const char *bytes, size_t n, const char *fingerprint)
{
	struct reader r = {.at = bytes, .end = bytes + n};
	size_t n_objects;

	assembly_begin(&r.assembly);
	n_objects = take_header(&r);
	assembly_reserve(&r.assembly, n_objects);
	while (n_objects--)
		take_object(&r);
	assert(r.at == r.end);
	memcpy(r.assembly.snapshot->fingerprint, fingerprint, HASH_HEX_LEN);
	return assembly_restore(&r.assembly);
}
