/* A snapshot does not hold the members of extensions, but all that is a user's: so what
 * is named in the schema of an extension, and is no object of the user's there, is a
 * member.  An object of the user's that has the name of a member (a function with
 * other arguments, say) makes that name the user's, and a difference stays one.
 * Texts were printed with an empty search_path: each name is qualified.  See moved.h.
 */
#include "diff/moved.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

struct moves {
	struct strvec schemas;   /* that one moved from or to, with quotes and dot */
	struct strvec names;     /* the same as they are */
	struct strmap *users[2]; /* schema and name of what is the user's */
};

/* ---- Names in texts ---- */

static bool
in_name(char c)
{
	return c && (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_$",
			     c) ||
			    (unsigned char)c >= 0x80);
}

/* Append the name, or operator, that `s` begins with, without quotes. */
static void
take_name(const char *s, struct strbuf *out)
{
	static const char signs[] = "+-*/<>=~!@#%^&|`?";

	if (*s == '"') {
		for (s++; *s && (*s != '"' || *++s == '"'); s++)
			strbuf_addc(out, *s);
		return;
	}
	if (strchr(signs, *s)) {
		strbuf_addn(out, s, strspn(s, signs));
		return;
	}
	while (in_name(*s))
		strbuf_addc(out, *s++);
}

static void
user_key(const char *schema, const char *name, struct strbuf *out)
{
	strbuf_clear(out);
	strbuf_printf(out, "%s\n%s", schema, name);
}

static bool
is_users(const struct moves *m, enum side side, const char *schema, const char *name)
{
	struct strbuf key = {0};
	bool is;

	user_key(schema, name, &key);
	is = strmap_has(m->users[side], key.s);
	strbuf_free(&key);
	return is;
}

/* The length of a schema's name with its dot if a member follows, else 0. */
static size_t
member_at(const struct moves *m, enum side side, const char *s)
{
	struct strbuf name = {0};
	size_t n = 0;

	for (size_t i = 0; i < m->schemas.n && !n; i++) {
		size_t length = strlen(m->schemas.v[i]);

		if (strncmp(s, m->schemas.v[i], length) != 0)
			continue;
		take_name(s + length, &name);
		if (name.len && !is_users(m, side, m->names.v[i], name.s))
			n = length;
	}
	strbuf_free(&name);
	return n;
}

/* What is in quotes, or one character. */
static size_t
token_length(const char *s)
{
	const char *end = *s == '\'' || *s == '"' ? strchr(s + 1, *s) : NULL;

	return end ? (size_t)(end - s) + 1 : 1;
}

void
moved_neutral(const struct comparison *c, enum side side, const char *text,
	struct strbuf *out)
{
	const char *s = text;

	strbuf_add(out, c->moves ? "" : text);
	while (c->moves && *s) {
		bool begins =
			s == text || (!in_name(s[-1]) && s[-1] != '.' && s[-1] != '"');
		size_t n = begins ? member_at(c->moves, side, s) : 0;

		if (n) {
			strbuf_add(out, "_extension_.");
			s += n;
			continue;
		}
		n = token_length(s);
		strbuf_addn(out, s, n);
		s += n;
	}
}

enum across
moved_compare(const struct comparison *c, const struct property *p,
	const char *expected, const char *found)
{
	enum across result = across_compare(p, c->version, expected, found);
	struct strbuf a = {0}, b = {0};

	if (!c->moves || result == ACROSS_SAME || !expected || !found)
		return result;
	moved_neutral(c, EXPECTED, expected, &a);
	moved_neutral(c, FOUND, found, &b);
	if (across_compare(p, c->version, a.s, b.s) == ACROSS_SAME)
		result = ACROSS_SAME;
	strbuf_free(&a);
	strbuf_free(&b);
	return result;
}

/* ---- Which moved ---- */

static void
add_schema(struct moves *m, const char *name)
{
	struct strbuf quoted = {0};

	if (!name || strvec_has(&m->names, name))
		return;
	/* A property is a plain name. */
	text_ident(&quoted, name);
	strbuf_addc(&quoted, '.');
	strvec_add(&m->names, name);
	strvec_take(&m->schemas, strbuf_take(&quoted));
}

static struct strmap *
map_users(const struct snapshot *s)
{
	struct strmap *map = strmap_new();
	struct strbuf key = {0};

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct identity *id = &s->objects[i].id;

		if (!id->schema || id->part || id->on != KIND_NONE)
			continue;
		user_key(id->schema, id->name, &key);
		strmap_put(map, key.s, map);
	}
	strbuf_free(&key);
	return map;
}

static struct moves *
find_moves(const struct comparison *c)
{
	const struct snapshot *s = c->sides[FOUND];
	struct moves *m = xcalloc(1, sizeof *m);

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i], *twin;
		const char *from, *to;

		if (o->kind != KIND_EXTENSION || !(twin = comparison_twin(c, FOUND, o)))
			continue;
		from = object_value(twin, "installed_in");
		to = object_value(o, "installed_in");
		if (text_same(from, to))
			continue;
		add_schema(m, from);
		add_schema(m, to);
	}
	if (m->names.n)
		for (size_t side = 0; side < 2; side++)
			m->users[side] = map_users(c->sides[side]);
	return m;
}

/* ---- Who is known by a member ---- */

static bool
same_arguments(const struct comparison *c, const char *expected, const char *found)
{
	struct strbuf a = {0}, b = {0};
	bool same;

	if (!expected || !found)
		return expected == found;
	moved_neutral(c, EXPECTED, expected, &a);
	moved_neutral(c, FOUND, found, &b);
	same = !strcmp(a.s, b.s);
	strbuf_free(&a);
	strbuf_free(&b);
	return same;
}

/* The one that `found` is but for its arguments, in that schema, and alone. */
static const struct object *
find_in(const struct comparison *c, const struct object *found, const char *schema)
{
	const struct snapshot *s = c->sides[EXPECTED];
	struct object key = {.kind = found->kind,
		.id = {.schema = schema, .name = found->id.name, .on = KIND_NONE}};
	size_t i = snapshot_lower_bound(s, &key);

	for (; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];

		if (o->kind != found->kind || !text_same(o->id.schema, schema) ||
			!text_same(o->id.name, found->id.name))
			break;
		if (c->presence[EXPECTED][i] == ALONE &&
			text_same(o->id.part, found->id.part) &&
			o->id.on == found->id.on &&
			same_arguments(c, o->id.args, found->id.args))
			return o;
	}
	return NULL;
}

/* True if `o` is a comment, grant or label on a member. */
static bool
is_on_member(const struct moves *m, enum side side, const struct object *o)
{
	return o->id.on != KIND_NONE && o->id.schema &&
	       strvec_has(&m->names, o->id.schema) &&
	       !is_users(m, side, o->id.schema, o->id.name);
}

static void
pair(struct comparison *c, const struct object *found)
{
	const struct moves *m = c->moves;
	const struct object *expected = find_in(c, found, found->id.schema);

	for (size_t i = 0; !expected && is_on_member(m, FOUND, found) && i < m->names.n;
		i++) {
		expected = find_in(c, found, m->names.v[i]);
		if (expected && !is_on_member(m, EXPECTED, expected))
			expected = NULL;
	}
	if (expected)
		comparison_pair(c, expected, found);
}

void
moved_find(struct comparison *c)
{
	const struct snapshot *s = c->sides[FOUND];

	c->moves = find_moves(c);
	if (!c->moves->names.n) {
		moved_forget(c);
		return;
	}
	for (size_t i = 0; i < s->n_objects; i++)
		if (c->presence[FOUND][i] == ALONE &&
			(s->objects[i].id.args || s->objects[i].id.on != KIND_NONE))
			pair(c, &s->objects[i]);
}

void
moved_forget(struct comparison *c)
{
	if (!c->moves)
		return;
	strvec_free(&c->moves->schemas);
	strvec_free(&c->moves->names);
	strmap_free(c->moves->users[EXPECTED]);
	strmap_free(c->moves->users[FOUND]);
	free(c->moves);
	c->moves = NULL;
}
