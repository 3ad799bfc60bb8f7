/* The reading half of snapfile.h.  A file may have been cut, edited or written by
 * another version: nothing is taken from it that was not checked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "catalog/assemble.h"
#include "catalog/snapfile.h"

static const char magic[] = "{\"pgdriftd_snapshot\": ";
static const char objects_line[] = "\n\"objects\": [\n";
static const char end_line[] = "]}\n";

struct reader {
	const char *file;
	unsigned line;
	struct assembly assembly;
	struct strbuf bytes; /* of the text in hand */
	size_t count;        /* objects that the header promises */
	char fingerprint[HASH_HEX_LEN];
	struct err *e;
};

static bool bad(struct reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

static bool
bad(struct reader *r, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return err_set(r->e, ERR_FORMAT, "%s:%u: %s", r->file, r->line, text);
}

/* The bytes that the characters of {"bytes": …} stand for. */
static bool
decode_bytes(struct reader *r, const char *s)
{
	strbuf_clear(&r->bytes);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x80) {
			if ((c != 0xc2 && c != 0xc3) || !s[1])
				return bad(r, "\"bytes\" has a character over U+00FF");
			c = (unsigned char)((c & 3) << 6 | (*++s & 0x3f));
		}
		strbuf_addc(&r->bytes, (char)c);
	}
	return true;
}

/* A string of the file; NULL after an error. */
static const char *
take_string(struct reader *r, const cJSON *v)
{
	const char *s = cJSON_GetStringValue(v);

	if (!s && cJSON_IsObject(v) && v->child && !v->child->next) {
		s = json_str(v, "bytes");
		if (s && !decode_bytes(r, s))
			return NULL;
		s = s ? r->bytes.s : NULL;
	}
	if (!s) {
		bad(r, "\"%s\" is no text", v->string ? v->string : "");
		return NULL;
	}
	return intern_str(r->assembly.strings, s);
}

static bool
take_kind(struct reader *r, const cJSON *v, enum kind *k)
{
	const char *word = take_string(r, v);

	if (!word)
		return false;
	*k = kind_by_word(word);
	if (*k == KIND_NONE)
		return bad(r, "there is no kind \"%s\"", word);
	return true;
}

static bool
take_property(struct reader *r, enum kind k, const cJSON *v, const char **values)
{
	int i = kind_property(k, v->string);

	if (i < 0)
		return bad(r, "a %s has no property \"%s\"", kind_info(k)->word,
			v->string);
	if (values[i])
		return bad(r, "\"%s\" is given twice", v->string);
	if (!(r->assembly.snapshot->read[k] >> i & 1))
		return bad(r, "\"%s\" is not among what was read", v->string);
	values[i] = take_string(r, v);
	return values[i] != NULL;
}

static bool
take_properties(struct reader *r, enum kind k, const cJSON *v, const char **values)
{
	if (!cJSON_IsObject(v))
		return bad(r, "\"properties\" is no object");
	for (v = v->child; v; v = v->next)
		if (!take_property(r, k, v, values))
			return false;
	return true;
}

/* Where a member of an object's line goes; NULL: there is no such member. */
static const char **
text_member(struct object *o, const char *key)
{
	const struct {
		const char *key;
		const char **at;
	} members[] = {
		{"schema", &o->id.schema},
		{"name", &o->id.name},
		{"part", &o->id.part},
		{"args", &o->id.args},
		{"parent", &o->parent},
		{"parent_part", &o->parent_part},
	};

	for (size_t i = 0; i < COUNT_OF(members); i++)
		if (!strcmp(members[i].key, key))
			return members[i].at;
	return NULL;
}

static bool
take_member(struct reader *r, struct object *o, const cJSON *v, const char **values)
{
	const char **at = text_member(o, v->string);

	if (!strcmp(v->string, "properties"))
		return take_properties(r, o->kind, v, values);
	if (!strcmp(v->string, "on"))
		return take_kind(r, v, &o->id.on);
	if (!at)
		return bad(r, "there is no member \"%s\"", v->string);
	if (*at)
		return bad(r, "\"%s\" is given twice", v->string);
	*at = take_string(r, v);
	return *at != NULL;
}

static bool
take_object(struct reader *r, const cJSON *line)
{
	const cJSON *v = line->child;
	const char **values;
	struct object *o;
	enum kind k;

	if (!v || strcmp(v->string, "kind"))
		return bad(r, "the first member of an object has to be its kind");
	if (!take_kind(r, v, &k))
		return false;
	if (!r->assembly.snapshot->read[k])
		return bad(r, "the kind \"%s\" is not among what was read",
			kind_info(k)->word);
	o = assembly_object(&r->assembly, k, &values);
	while ((v = v->next))
		if (!take_member(r, o, v, values))
			return false;
	if (!o->id.name)
		return bad(r, "an object has no name");
	if (r->assembly.snapshot->n_objects > 1 && object_compare(o - 1, o) >= 0)
		return bad(r, "the objects are not in order");
	return true;
}

static bool
take_line(struct reader *r, const char *s, size_t n)
{
	const char *end;
	cJSON *v;
	bool ok;

	if (n && s[n - 1] == ',')
		n--;
	v = cJSON_ParseWithLengthOpts(s, n, &end, false);
	ok = cJSON_IsObject(v) && end == s + n;
	ok = ok ? take_object(r, v) : bad(r, "this line is no object");
	cJSON_Delete(v);
	return ok;
}

static bool
take_lines(struct reader *r, const char *s, const char *end)
{
	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));

		r->line++;
		if (!newline)
			break;
		if (end - s == (long)strlen(end_line) && !memcmp(s, end_line, 3))
			return true;
		if (!take_line(r, s, (size_t)(newline - s)))
			return false;
		s = newline + 1;
	}
	return bad(r, "the file is cut off here");
}

/* ---- The header ---- */

static bool
take_read_property(struct reader *r, enum kind k, const cJSON *v)
{
	const char *name = cJSON_GetStringValue(v);
	int i = name ? kind_property(k, name) : -1;

	if (i < 0)
		return bad(r, "a %s has no property \"%s\"", kind_info(k)->word,
			name ? name : "");
	r->assembly.snapshot->read[k] |= UINT64_C(1) << i;
	return true;
}

static bool
take_read(struct reader *r, const cJSON *read)
{
	const cJSON *list, *v;

	if (!cJSON_IsObject(read))
		return bad(r, "\"read\" is missing");
	cJSON_ArrayForEach(list, read)
	{
		enum kind k = kind_by_word(list->string);

		if (k == KIND_NONE)
			return bad(r, "there is no kind \"%s\"", list->string);
		r->assembly.snapshot->read[k] = KIND_WAS_READ;
		cJSON_ArrayForEach(v, list)
		{
			if (!take_read_property(r, k, v))
				return false;
		}
	}
	return true;
}

static bool
take_version_table(struct reader *r, const cJSON *table)
{
	struct snapshot *s = r->assembly.snapshot;
	const cJSON *schema = cJSON_GetObjectItemCaseSensitive(table, "schema");
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(table, "name");

	if (!table)
		return true;
	if (!schema || !name)
		return bad(r, "\"version_table\" is not complete");
	s->version_table_exists =
		cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(table, "exists"));
	s->version_schema = take_string(r, schema);
	s->version_table = take_string(r, name);
	return s->version_schema && s->version_table;
}

static bool
take_revision(struct reader *r, const cJSON *list)
{
	const cJSON *v;

	if (!cJSON_IsArray(list))
		return bad(r, "\"revision\" is missing");
	cJSON_ArrayForEach(v, list)
	{
		const char *s = take_string(r, v);

		if (!s)
			return false;
		strvec_add(&r->assembly.snapshot->revision, s);
	}
	return true;
}

static bool
take_number(struct reader *r, const cJSON *header, const char *key, size_t *n)
{
	int64_t whole;

	if (!json_whole(header, key, &whole) || whole > INT32_MAX)
		return bad(r, "\"%s\" is missing, or no whole number", key);
	*n = (size_t)whole;
	return true;
}

static bool
take_header(struct reader *r, const cJSON *h)
{
	struct snapshot *s = r->assembly.snapshot;
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(h, "server_version");
	const char *fingerprint = json_str(h, "fingerprint");
	size_t number = 0;

	if (!take_number(r, h, "count", &r->count) ||
		!take_number(r, h, "server_version_num", &number))
		return false;
	if (!fingerprint || strlen(fingerprint) != HASH_HEX_LEN - 1)
		return bad(r, "\"fingerprint\" is missing");
	if (!version)
		return bad(r, "\"server_version\" is missing");
	memcpy(r->fingerprint, fingerprint, HASH_HEX_LEN);
	s->server_version_num = (int)number;
	s->server_version = take_string(r, version);
	s->in_recovery =
		cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(h, "in_recovery"));
	return s->server_version &&
	       take_version_table(
		       r, cJSON_GetObjectItemCaseSensitive(h, "version_table")) &&
	       take_revision(r, cJSON_GetObjectItemCaseSensitive(h, "revision")) &&
	       take_read(r, cJSON_GetObjectItemCaseSensitive(h, "read"));
}

/* The header is all before the objects; closed, it is a document of its own. */
static bool
parse_header(struct reader *r, const char *text, size_t n)
{
	struct strbuf b = {0};
	const char *end;
	cJSON *h;
	bool ok;

	strbuf_addn(&b, text, n);
	strbuf_add(&b, "\n\"objects\": []}");
	h = cJSON_ParseWithLengthOpts(b.s, b.len, &end, false);
	ok = cJSON_IsObject(h) && end == b.s + b.len;
	ok = ok ? take_header(r, h) : bad(r, "the header is no JSON");
	cJSON_Delete(h);
	for (size_t i = 0; i < n; i++)
		r->line += text[i] == '\n';
	r->line++;
	strbuf_free(&b);
	return ok;
}

static bool
check_format(struct reader *r, const char *text, size_t n)
{
	enum { DIGITS = 7 };
	char digits[DIGITS + 1] = "";
	size_t n_digits;
	long format;

	if (n < sizeof magic + sizeof digits ||
		memcmp(text, magic, sizeof magic - 1) != 0)
		return err_set(r->e, ERR_FORMAT, "%s: this is no snapshot of pgdriftd",
			r->file);
	memcpy(digits, text + sizeof magic - 1, DIGITS);
	n_digits = strspn(digits, "0123456789");
	format = strtol(digits, NULL, 10);
	/* 1e308 and 1.5 are numbers of JSON, but no format of ours. */
	if (!n_digits || *digits == '0' || digits[n_digits] != ',')
		return bad(r, "the format is no number");
	if (format > SNAPFILE_FORMAT)
		return err_set(r->e, ERR_FORMAT,
			"%s: this snapshot is of format %ld, from a newer pgdriftd; "
			"this one reads format %d",
			r->file, format, SNAPFILE_FORMAT);
	return true;
}

static struct snapshot *
finish(struct reader *r)
{
	struct snapshot *s;

	if (r->assembly.snapshot->n_objects != r->count) {
		bad(r, "the file has %zu objects, its header says %zu",
			r->assembly.snapshot->n_objects, r->count);
		return NULL;
	}
	s = assembly_end(&r->assembly, r->e);
	if (s && strcmp(s->fingerprint, r->fingerprint) != 0) {
		snapshot_unref(s);
		s = NULL;
		err_set(r->e, ERR_FORMAT,
			"%s: the fingerprint does not fit the objects: the file was "
			"damaged or edited",
			r->file);
	}
	return s;
}

struct snapshot *
snapfile_read(const char *text, size_t n, const char *name, struct err *e)
{
	struct reader r = {.file = name, .line = 1, .e = e};
	struct snapshot *s = NULL;
	const char *objects;

	assembly_begin(&r.assembly);
	if (!check_format(&r, text, n))
		goto out;
	objects = memmem(text, n, objects_line, sizeof objects_line - 1);
	if (!objects) {
		bad(&r, "the file is cut off within its header");
		goto out;
	}
	if (parse_header(&r, text, (size_t)(objects - text)) &&
		take_lines(&r, objects + sizeof objects_line - 1, text + n))
		s = finish(&r);
out:
	if (r.assembly.snapshot)
		assembly_drop(&r.assembly);
	strbuf_free(&r.bytes);
	return s;
}
