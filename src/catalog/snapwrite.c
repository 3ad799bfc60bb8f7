/* The writing half of snapfile.h.  By hand, not by a tree: a catalog of 450,000
 * objects is written in one go. */
#include <string.h>

#include "base/text.h"
#include "catalog/secret.h"
#include "catalog/snapfile.h"

enum { PIECE = 64 * 1024 };

static void
put_escaped(struct strbuf *out, unsigned char c)
{
	switch (c) {
	case '"':
		strbuf_add(out, "\\\"");
		break;
	case '\\':
		strbuf_add(out, "\\\\");
		break;
	case '\n':
		strbuf_add(out, "\\n");
		break;
	case '\t':
		strbuf_add(out, "\\t");
		break;
	default:
		strbuf_printf(out, "\\u%04x", c);
	}
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

static void
put_utf8(struct strbuf *out, const char *s)
{
	strbuf_addc(out, '"');
	while (*s) {
		size_t n = 0;

		while (is_plain((unsigned char)s[n]))
			n++;
		strbuf_addn(out, s, n);
		s += n;
		if (*s)
			put_escaped(out, (unsigned char)*s++);
	}
	strbuf_addc(out, '"');
}

/* Most texts are ASCII, which is seen faster than that they are UTF-8. */
static bool
is_utf8(const char *s)
{
	size_t n = 0;

	while (s[n] && !(s[n] & 0x80))
		n++;
	return !s[n] || text_is_utf8(s + n, strlen(s + n));
}

static void
put_string(struct strbuf *out, const char *s)
{
	if (is_utf8(s)) {
		put_utf8(out, s);
		return;
	}
	strbuf_add(out, "{\"bytes\":\"");
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x80 && is_plain(c))
			strbuf_addc(out, *s);
		else
			put_escaped(out, c);
	}
	strbuf_add(out, "\"}");
}

static void
put_member(struct strbuf *out, const char *key, const char *value)
{
	if (!value)
		return;
	strbuf_add(out, ",\"");
	strbuf_add(out, key);
	strbuf_add(out, "\":");
	put_string(out, value);
}

static void
put_masked(struct strbuf *out, const char *value)
{
	struct strbuf masked = {0};

	secret_mask(value, &masked);
	put_string(out, masked.s);
	strbuf_free(&masked);
}

static void
put_object(struct strbuf *out, const struct object *o)
{
	const struct kind_info *info = kind_info(o->kind);
	bool first = true;

	strbuf_printf(out, "{\"kind\":\"%s\"", info->word);
	put_member(out, "schema", o->id.schema);
	put_member(out, "name", o->id.name);
	put_member(out, "part", o->id.part);
	put_member(out, "args", o->id.args);
	put_member(out, "on", o->id.on == KIND_NONE ? NULL : kind_info(o->id.on)->word);
	put_member(out, "parent", o->parent);
	put_member(out, "parent_part", o->parent_part);
	strbuf_add(out, ",\"properties\":{");
	for (size_t i = 0; i < info->n_properties; i++) {
		if (!o->values[i])
			continue;
		strbuf_add(out, first ? "\"" : ",\"");
		strbuf_add(out, info->properties[i].name);
		strbuf_add(out, "\":");
		if (info->properties[i].secrets)
			put_masked(out, o->values[i]);
		else
			put_string(out, o->values[i]);
		first = false;
	}
	strbuf_add(out, "}}");
}

static void
put_kind(struct strbuf *out, const struct kind_info *info, uint64_t read)
{
	bool first = true;

	strbuf_printf(out, "\"%s\": [", info->word);
	for (size_t i = 0; i < info->n_properties; i++) {
		if (!(read >> i & 1))
			continue;
		strbuf_printf(
			out, "%s\"%s\"", first ? "" : ", ", info->properties[i].name);
		first = false;
	}
	strbuf_addc(out, ']');
}

static void
put_read(struct strbuf *out, const struct snapshot *s)
{
	bool first = true;

	strbuf_add(out, "\"read\": {");
	for (size_t k = 0; k < KIND_COUNT; k++) {
		if (!s->read[k])
			continue;
		strbuf_add(out, first ? "\n" : ",\n");
		put_kind(out, kind_info((enum kind)k), s->read[k]);
		first = false;
	}
	strbuf_add(out, "},\n");
}

static const char *
bool_word(bool b)
{
	return b ? "true" : "false";
}

static void
put_header(struct strbuf *out, const struct snapshot *s)
{
	strbuf_printf(out,
		"{\"pgdriftd_snapshot\": %d, \"server_version\": ", SNAPFILE_FORMAT);
	put_string(out, s->server_version ? s->server_version : "");
	strbuf_printf(out, ", \"server_version_num\": %d, \"in_recovery\": %s,\n",
		s->server_version_num, bool_word(s->in_recovery));
	if (s->version_schema && s->version_table) {
		strbuf_add(out, "\"version_table\": {\"schema\": ");
		put_string(out, s->version_schema);
		strbuf_add(out, ", \"name\": ");
		put_string(out, s->version_table);
		strbuf_printf(out, ", \"exists\": %s},\n",
			bool_word(s->version_table_exists));
	}
	strbuf_add(out, "\"revision\": [");
	for (size_t i = 0; i < s->revision.n; i++) {
		strbuf_add(out, i ? ", " : "");
		put_string(out, s->revision.v[i]);
	}
	strbuf_printf(out, "],\n\"count\": %zu, \"fingerprint\": \"%s\",\n",
		s->n_objects, s->fingerprint);
}

struct snapfile_piece
snapfile_begin(const struct snapshot *s)
{
	return (struct snapfile_piece){s, snapshot_open(s), 0};
}

bool
snapfile_next(struct snapfile_piece *p, struct strbuf *out)
{
	size_t end = out->len + PIECE, n = p->s->n_objects;

	if (!p->at) {
		put_header(out, p->s);
		put_read(out, p->s);
		strbuf_add(out, "\"objects\": [\n");
	}
	for (; p->at < n && out->len < end; p->at++) {
		put_object(out, &p->open->objects[p->at]);
		strbuf_add(out, p->at + 1 < n ? ",\n" : "\n");
	}
	if (p->at < n)
		return true;
	strbuf_add(out, "]}\n");
	return false;
}

void
snapfile_end(struct snapfile_piece *p)
{
	snapshot_unref(p->open);
	p->open = NULL;
}

void
snapfile_write(const struct snapshot *s, struct strbuf *out)
{
	struct snapfile_piece p = snapfile_begin(s);

	while (snapfile_next(&p, out))
		;
	snapfile_end(&p);
}
