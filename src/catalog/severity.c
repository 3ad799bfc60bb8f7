/* What cannot be said of a whole kind or property: the values decide, see severity.h.
 */
#include "catalog/severity.h"

#include <string.h>

#include "base/text.h"
#include "catalog/privileges.h"

enum severity
severity_alone(const struct snapshot *s, const struct object *o, bool missing)
{
	const struct kind_info *info = kind_info(o->kind);

	if (missing)
		return info->missing_of ? info->missing_of(s, o) : info->missing;
	return info->unexpected_of ? info->unexpected_of(s, o) : info->unexpected;
}

enum severity
severity_changed(const struct property *p, const struct object *expected,
	const struct object *found)
{
	return p->severity_of ? p->severity_of(expected, found) : p->severity;
}

static enum severity
breaking_if(bool breaking)
{
	return breaking ? SEVERITY_BREAKING : SEVERITY_ADDITIVE;
}

static bool
is_true(const struct object *o, const char *property)
{
	return text_same(object_value(o, property), "true");
}

/* ---- An object on one side only ---- */

enum severity
severity_child(const struct snapshot *s, const struct object *o)
{
	(void)s;
	return breaking_if(object_value(o, "inherits"));
}

/* Append the name at `s` without its quotes; what follows it. */
static const char *
read_ident(const char *s, struct strbuf *out)
{
	strbuf_add(out, "");
	if (*s != '"') {
		size_t n = strcspn(s, ".");

		strbuf_addn(out, s, n);
		return s + n;
	}
	for (s++; *s && (*s != '"' || *++s == '"'); s++)
		strbuf_addc(out, *s);
	return s;
}

/* The domain of that name, qualified and quoted as the types of columns are; or NULL.
 */
static const struct object *
find_domain(const struct snapshot *s, const char *type)
{
	struct strbuf schema = {0}, name = {0};
	const struct object *domain = NULL;
	const char *rest = type ? read_ident(type, &schema) : "";

	if (*rest == '.' && !*read_ident(rest + 1, &name)) {
		const struct identity id = {
			.schema = schema.s, .name = name.s, .on = KIND_NONE};

		domain = snapshot_find(s, KIND_DOMAIN, &id);
	}
	strbuf_free(&schema);
	strbuf_free(&name);
	return domain;
}

/* A default that is NULL, perhaps of some type, is none. */
static bool
has_default(const struct object *o)
{
	const char *value = object_value(o, "default");

	return value && strcmp(value, "NULL") != 0 && strncmp(value, "NULL::", 6) != 0;
}

/* A domain over others is held to all of them.  The server keeps circles out; a file
 * may say anything. */
static bool
is_not_null_domain(const struct snapshot *s, const struct object *domain)
{
	enum { MAX_LEVELS = 64 };

	for (size_t i = 0; domain && i < MAX_LEVELS; i++) {
		if (is_true(domain, "not_null"))
			return true;
		domain = find_domain(s, object_value(domain, "type"));
	}
	return false;
}

enum severity
severity_column(const struct snapshot *s, const struct object *o)
{
	const struct object *domain;

	if (has_default(o) || object_value(o, "generated") ||
		object_value(o, "identity"))
		return SEVERITY_ADDITIVE;
	domain = find_domain(s, object_value(o, "type"));
	if (domain && has_default(domain))
		return SEVERITY_ADDITIVE;
	return breaking_if(is_true(o, "not_null") || is_not_null_domain(s, domain));
}

enum severity
severity_constraint(const struct snapshot *s, const struct object *o)
{
	(void)s;
	return breaking_if(!text_same(object_value(o, "enforced"), "false"));
}

enum severity
severity_index(const struct snapshot *s, const struct object *o)
{
	(void)s;
	return breaking_if(is_true(o, "unique"));
}

static bool
same_place_and_name(const struct object *a, const struct object *b)
{
	return a->kind == b->kind && text_same(a->id.schema, b->id.schema) &&
	       text_same(a->id.name, b->id.name);
}

enum severity
severity_overload(const struct snapshot *s, const struct object *o)
{
	size_t i = (size_t)(o - s->objects);

	return breaking_if((i && same_place_and_name(o, o - 1)) ||
			   (i + 1 < s->n_objects && same_place_and_name(o, o + 1)));
}

/* One of a partition is only there because it is enabled otherwise than its parent's.
 */
enum severity
severity_enabled(const struct snapshot *s, const struct object *o)
{
	const struct object *table = o->belongs_to;
	const char *enabled = object_value(o, "enabled");

	(void)s;
	if (o->kind == KIND_TRIGGER && table && object_value(table, "partition_of"))
		return SEVERITY_BREAKING;
	return breaking_if(
		!text_same(enabled, "disabled") && !text_same(enabled, "false"));
}

static bool
policies_count(const struct object *policy)
{
	const struct object *table = policy->belongs_to;

	return !table || !text_same(object_value(table, "row_security"), "false");
}

enum severity
severity_policy(const struct snapshot *s, const struct object *o)
{
	(void)s;
	return breaking_if(policies_count(o));
}

enum severity
severity_publication(const struct snapshot *s, const struct object *o)
{
	const char *publish = object_value(o, "publish");
	bool anything = is_true(o, "all_tables") || object_value(o, "tables") ||
			object_value(o, "schemas");

	(void)s;
	return breaking_if(anything && publish &&
			   (strstr(publish, "update") || strstr(publish, "delete")));
}

/* Whether `type` begins (or else ends) that text; what follows may be a length. */
static bool
begins(const char *text, const char *type)
{
	return !strncmp(text, type, strlen(type));
}

/* What every type has a way to and from, without any cast. */
static bool
is_text(const char *type)
{
	return begins(type, "text") || begins(type, "character") ||
	       begins(type, "name");
}

enum severity
severity_cast(const struct snapshot *s, const struct object *o)
{
	const char *args = o->id.args ? o->id.args : "", *as = strstr(args, " AS ");

	(void)s;
	return breaking_if(text_same(object_value(o, "context"), "implicit") ||
			   is_text(args) || (as && is_text(as + strlen(" AS "))));
}

enum severity
severity_grant(const struct snapshot *s, const struct object *o)
{
	(void)s;
	return breaking_if(privileges_reduced(
		privileges_class(o), privileges_list(o), privileges_implied(o)));
}

/* ---- A changed property ---- */

enum severity
severity_persistence(const struct object *a, const struct object *b)
{
	(void)a;
	return breaking_if(text_same(object_value(b, "persistence"), "unlogged"));
}

enum severity
severity_uniqueness(const struct object *a, const struct object *b)
{
	return breaking_if(is_true(a, "unique") || is_true(b, "unique"));
}

enum severity
severity_validated(const struct object *a, const struct object *b)
{
	(void)a;
	return breaking_if(text_same(object_value(b, "validated"), "false"));
}

enum severity
severity_not_null_validated(const struct object *a, const struct object *b)
{
	(void)a;
	return breaking_if(text_same(object_value(b, "not_null_validated"), "false"));
}

enum severity
severity_index_valid(const struct object *a, const struct object *b)
{
	(void)a;
	return breaking_if(text_same(object_value(b, "index_valid"), "false"));
}

/* The end of the literal that begins at `s`. */
static const char *
label_end(const char *s)
{
	for (s++; *s; s++)
		if (*s == '\'' && *++s != '\'')
			break;
	return s;
}

static const char *
next_label(const char *s)
{
	return strchr(s, '\'');
}

enum severity
severity_labels(const struct object *a, const struct object *b)
{
	const char *x = object_value(a, "labels"), *y = object_value(b, "labels");

	x = x ? next_label(x) : NULL;
	for (y = y ? next_label(y) : NULL; x && y;) {
		const char *x_end = label_end(x), *y_end = label_end(y);

		if (x_end - x == y_end - y && !strncmp(x, y, (size_t)(x_end - x)))
			x = next_label(x_end);
		y = next_label(y_end);
	}
	return breaking_if(x != NULL);
}

enum severity
severity_populated(const struct object *a, const struct object *b)
{
	(void)a;
	return breaking_if(!is_true(b, "populated"));
}

static int
freedom(const struct object *o)
{
	const char *parallel = object_value(o, "parallel");

	return text_same(parallel, "safe") ? 2 : text_same(parallel, "restricted");
}

enum severity
severity_parallel(const struct object *a, const struct object *b)
{
	return breaking_if(freedom(b) > freedom(a));
}

enum severity
severity_of_policy(const struct object *a, const struct object *b)
{
	return breaking_if(policies_count(a) || policies_count(b));
}

enum severity
severity_privileges(const struct object *a, const struct object *b)
{
	return breaking_if(privileges_reduced(
		privileges_class(b), privileges_list(a), privileges_list(b)));
}
