/* Every field goes in with its length, so that no two catalogs write the same
 * bytes; see fingerprint.h. */
#include "catalog/fingerprint.h"

#include <string.h>

#include "catalog/secret.h"

enum { ENOUGH = 64 * 1024 };

static bool
by_default(enum comparison_switch w)
{
	return w == SWITCH_ALWAYS || w == SWITCH_COMMENTS;
}

static void
add_number(struct strbuf *b, size_t n)
{
	char digits[24], *p = digits + sizeof digits;

	*--p = ':';
	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	strbuf_addn(b, p, (size_t)(digits + sizeof digits - p));
}

static void
add_field(struct strbuf *b, const char *s)
{
	size_t n;

	if (!s) {
		strbuf_addc(b, '-');
		return;
	}
	n = strlen(s);
	add_number(b, n);
	strbuf_addn(b, s, n);
}

static void
add_value(struct strbuf *b, const struct property *p, const char *value)
{
	struct strbuf masked = {0};

	if (p->secrets)
		secret_mask(value, &masked);
	add_field(b, p->secrets ? masked.s : value);
	strbuf_free(&masked);
}

static void
add_object(struct strbuf *b, const struct object *o)
{
	const struct kind_info *info = kind_info(o->kind);

	add_field(b, info->word);
	add_field(b, o->id.schema);
	add_field(b, o->id.name);
	add_field(b, o->id.part);
	add_field(b, o->id.args);
	add_field(b, o->id.on == KIND_NONE ? NULL : kind_info(o->id.on)->word);
	for (size_t i = 0; i < info->n_properties; i++) {
		if (!o->values[i] || !by_default(info->properties[i].only_with))
			continue;
		add_field(b, info->properties[i].name);
		add_value(b, &info->properties[i], o->values[i]);
	}
	strbuf_addc(b, '\n');
}

bool
fingerprint_covers(const struct snapshot *s, const struct object *o)
{
	return by_default(kind_info(o->kind)->only_with) &&
	       !object_within(o, s->version_schema, s->version_table);
}

void
fingerprint_of(const struct snapshot *s, char *hex)
{
	struct hash *h = hash_new();
	struct strbuf b = {0};

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];

		if (!fingerprint_covers(s, o))
			continue;
		add_object(&b, o);
		if (b.len < ENOUGH)
			continue;
		hash_add(h, b.s, b.len);
		strbuf_clear(&b);
	}
	hash_add(h, b.s, b.len);
	hash_finish(h, hex);
	strbuf_free(&b);
}
