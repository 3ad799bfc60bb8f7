/* Everything that Alembic would stop at, or that a team wants to know before it does;
 * rules: Alembic's script/base.py and script/revision.py, statement by statement. */
#include "migrations/audit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "migrations/graph.h"
#include "migrations/meant.h"

/* alembic_version.version_num VARCHAR(32), in characters. */
enum { MAX_REVISION = 32 };
/* Every guess is a walk over all revisions: with more problems there is another cause.
 */
enum { MAX_MEANT = 200 };

/* ---- Files ---- */

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Of before Alembic 0.2: the base name is hexadecimal digits and .py. */
static char *
legacy_id(const char *path)
{
	const char *name = base_name(path);
	size_t n = strspn(name, "abcdef0123456789");

	return n && !strcmp(name + n, ".py") ? xstrndup(name, n) : NULL;
}

static void
audit_field(const struct version_file *f, enum pyname name, struct place at,
	struct problems *out)
{
	const struct pyfield *field = &f->py.fields[name];

	at.line = field->line;
	/* Where a merge or a template is unfinished the syntax problem says so. */
	if (field->state == PYFIELD_UNREADABLE && !field->conflict)
		problem_add(out, PROBLEM_UNREADABLE_VALUE, at,
			"%s is %s: only running the file could tell its value",
			pyname_words[name], field->why);
	if (field->state != PYFIELD_WRONG)
		return;
	problem_add(out, PROBLEM_UNREADABLE_VALUE, at, "%s is %s", pyname_words[name],
		field->why);
	/* A label that is no string is refused by `alembic heads` alone. */
	if (name != PYNAME_BRANCH_LABELS)
		problem_stops(out, "%s",
			name == PYNAME_DEPENDS_ON ? "KeyError" : "TypeError");
}

/* Alembic calls the module as its file, with `_` for what no name may hold. */
static void
stops_without_parent(const struct version_file *f, struct problems *out)
{
	char *name = xstrdup(base_name(f->path));

	for (char *c = name; *c; c++)
		if ((unsigned char)*c < 0x80 && !isalnum((unsigned char)*c))
			*c = '_';
	problem_stops(out,
		"AttributeError: module '%s' has no attribute 'down_revision'", name);
	free(name);
}

static void
audit_down_revision(const struct version_file *f, struct place at, struct problems *out)
{
	const struct pyfield *down = &f->py.fields[PYNAME_DOWN_REVISION];

	at.line = down->line;
	if (down->state == PYFIELD_ABSENT) {
		problem_add(out, PROBLEM_UNREADABLE_VALUE, at,
			"down_revision is not assigned: Alembic stops at this file");
		stops_without_parent(f, out);
	} else if (down->text && !*down->items.v[0]) {
		problem_add(out, PROBLEM_MISSING_PARENT, at,
			"down_revision is an empty string: a base up to Alembic 1.12, "
			"refused since 1.13; None is meant");
	}
}

static void
stops_without_id(const struct version_file *f, struct problems *out)
{
	char *legacy = legacy_id(f->path);

	if (legacy)
		stops_without_parent(f, out);
	else
		problem_stops(out, "Could not determine revision id from filename %s",
			base_name(f->path));
	free(legacy);
}

/* Of a file without a usable `revision`. */
static void
audit_no_revision(const struct version_file *f, struct place at, struct problems *out)
{
	const struct pyfield *id = &f->py.fields[PYNAME_REVISION];

	at.line = id->line;
	if (id->state == PYFIELD_READ && !id->text) {
		problem_add(out,
			id->none ? PROBLEM_NO_REVISION_ID : PROBLEM_UNREADABLE_VALUE,
			at, "revision is %s, not a string",
			id->none ? "None" : "a sequence");
		problem_stops(out, "TypeError");
	} else if (id->state != PYFIELD_ABSENT) {
		audit_field(f, PYNAME_REVISION, at, out);
	} else if (!f->py.refused) {
		problem_add(out, PROBLEM_NO_REVISION_ID, at,
			"nothing assigns `revision`: Alembic stops at this file");
		stops_without_id(f, out);
	}
}

char *
audit_id_of(const struct version_file *f)
{
	const struct pyfield *id = &f->py.fields[PYNAME_REVISION];

	if (id->state == PYFIELD_READ && id->text)
		return xstrdup(id->items.v[0]);
	if (id->state != PYFIELD_ABSENT || f->py.refused)
		return NULL;
	return legacy_id(f->path);
}

/* The problems of a file that holds the revision `id` (NULL: none that is usable). */
static void
audit_content(const struct version_file *f, const char *id, struct problems *out)
{
	struct place at = {.file = f->path, .revision = id};

	if (f->py.refused) {
		at.line = f->py.refused_line;
		problem_add(out, PROBLEM_SYNTAX, at, "%s", f->py.refused);
		if (!f->py.loads)
			problem_stops(out, "SyntaxError");
	}
	if (!id) {
		audit_no_revision(f, at, out);
		return;
	}
	audit_down_revision(f, at, out);
	for (size_t i = PYNAME_DOWN_REVISION; i < PYNAME_COUNT; i++)
		audit_field(f, (enum pyname)i, at, out);
}

bool
audit_file(const struct version_file *f, struct problems *out)
{
	struct place at = {.file = f->path};
	char *id;
	bool usable;

	if (f->unreadable) {
		problem_add(out, PROBLEM_UNREADABLE_FILE, at, "it cannot be read: %s",
			f->unreadable);
		if (f->stops)
			problem_stops(out, "%s", f->stops);
		return false;
	}
	if (f->py.empty && !f->py.refused) {
		problem_add(out, PROBLEM_EMPTY_FILE, at,
			"there is no statement in it: Alembic stops at this file");
		stops_without_id(f, out);
		return false;
	}
	id = audit_id_of(f);
	usable = id != NULL;
	audit_content(f, id, out);
	free(id);
	return usable;
}

/* ---- Names ---- */

static struct place
place_of(const struct revision *r, unsigned line)
{
	return (struct place){.file = r->file, .line = line, .revision = r->id};
}

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void
audit_id(const struct revision *r, struct problems *out)
{
	size_t n = characters(r->id), bad = strcspn(r->id, "@-+");

	if (n > MAX_REVISION)
		problem_add(out, PROBLEM_REVISION_TOO_LONG, place_of(r, r->line),
			"the id has %zu characters; alembic_version.version_num holds "
			"%d",
			n, MAX_REVISION);
	if (r->id[bad]) {
		problem_add(out, PROBLEM_INVALID_NAME, place_of(r, r->line),
			"Alembic refuses an id with `%c` in it", r->id[bad]);
		problem_stops(out,
			"Character(s) '%c' not allowed in revision identifier '%s'",
			r->id[bad], r->id);
	} else if (strchr(r->id, ':')) {
		problem_add(out, PROBLEM_INVALID_NAME, place_of(r, r->line),
			"Alembic refuses an id with `:` in it since 1.17.1");
	}
}

/* Who has a name before the `i`th label of `r` claims it, or NULL. */
static const struct revision *
holder(const struct migrations *h, const struct revision *r, size_t i)
{
	const char *label = r->labels.v[i];
	const struct revision *other = graph_id(h, label);

	if (!other && graph_label(h, label) != r)
		other = graph_label(h, label);
	for (size_t k = 0; !other && k < i; k++)
		if (!strcmp(r->labels.v[k], label))
			other = r;
	return other;
}

static void
stops_at_label(const char *label, const struct revision *r,
	const struct revision *other, struct problems *out)
{
	problem_stops(out,
		"Branch name '%s' in revision %s already used by revision %s", label,
		r->id, other->id);
}

static void
audit_labels(const struct migrations *h, const struct revision *r, struct problems *out)
{
	for (size_t i = 0; i < r->labels.n; i++) {
		const struct revision *other = holder(h, r, i);

		if (!other)
			continue;
		problem_add(out, PROBLEM_INVALID_NAME, place_of(r, r->labels_line),
			"the branch label %s is already used by revision %s",
			r->labels.v[i], other->id);
		stops_at_label(r->labels.v[i], r, other, out);
	}
}

/* To Alembic the None of `branch_labels = (None,)` is a name as any other. */
static void
audit_none_labels(const struct migrations *h, struct problems *out)
{
	const struct revision *first = NULL;

	for (size_t i = 0; i < h->n_revisions; i++) {
		const struct revision *r = &h->revisions[i];

		if (r->none_label && (!first || r->order < first->order))
			first = r;
	}
	for (size_t i = 0; i < h->n_revisions; i++) {
		const struct revision *r = &h->revisions[i];

		if (!r->none_label || r == first)
			continue;
		problem_add(out, PROBLEM_INVALID_NAME, place_of(r, r->labels_line),
			"the branch label None is already used by revision %s: "
			"None without parentheses means no label",
			first->id);
		stops_at_label("None", r, first, out);
	}
}

/* ---- References ---- */

static void
audit_self(
	const struct revision *r, unsigned line, bool dependency, struct problems *out)
{
	problem_add(out, PROBLEM_SELF_REFERENCE, place_of(r, line),
		"%s names the revision itself",
		pyname_words[dependency ? PYNAME_DEPENDS_ON : PYNAME_DOWN_REVISION]);
	problem_stops(out, "%s is detected in revisions (%s)",
		dependency ? "Dependency self-loop" : "Self-loop", r->id);
}

static void
add_meant(struct place at, enum pyname name, const char *to, const struct meant *meant,
	struct problems *out)
{
	const struct revision *r = meant->revision;

	if (meant->archived) {
		problem_add(out, PROBLEM_MISSING_PARENT, at,
			"%s is %s, which only the archive has, in %s",
			pyname_words[name], to, r->file);
		problem_advise(out,
			"write None if everything begins with this revision now, or "
			"restore %s",
			r->file);
		return;
	}
	problem_add(out, PROBLEM_MISSING_PARENT, at,
		"%s is %s, which no file has as its id; it is %s of revision %s",
		pyname_words[name], to, meant->how, r->id);
	problem_advise(out, "write %s there: the id is meant", r->id);
}

static void
audit_missing(const struct migrations *h, struct place at, enum pyname name,
	const char *to, struct problems *out)
{
	const struct revision *label = graph_label(h, to);
	struct meant meant;

	if (label) {
		problem_add(out, PROBLEM_MISSING_PARENT, at,
			"%s is %s, which is a branch label of %s: only ids are "
			"resolved there",
			pyname_words[name], to, label->id);
		problem_advise(out, "write %s there", label->id);
	} else if (out->n < MAX_MEANT && meant_find(h, to, &meant)) {
		add_meant(at, name, to, &meant, out);
	} else {
		problem_add(out, PROBLEM_MISSING_PARENT, at,
			"%s is %s, which no file has", pyname_words[name],
			*to ? to : "an empty string");
	}
	problem_stops(out, "KeyError: '%s'", to);
}

static void
audit_down(const struct migrations *h, const struct revision *r, struct problems *out)
{
	for (size_t i = 0; i < r->down.n; i++) {
		const char *to = r->down.v[i];

		if (!strcmp(to, r->id))
			audit_self(r, r->down_line, false, out);
		else if (!graph_id(h, to))
			audit_missing(h, place_of(r, r->down_line),
				PYNAME_DOWN_REVISION, to, out);
	}
}

static void
audit_depends_on(
	const struct migrations *h, const struct revision *r, struct problems *out)
{
	for (size_t i = 0; i < r->depends_on.n; i++) {
		const char *name = r->depends_on.v[i];
		const struct revision *to = graph_id(h, name);

		if (!to)
			to = graph_label(h, name);
		if (to == r)
			audit_self(r, r->depends_line, true, out);
		else if (!to)
			audit_missing(h, place_of(r, r->depends_line),
				PYNAME_DEPENDS_ON, name, out);
	}
}

/* ---- The whole ---- */

/* True if a dependency is among the edges of cycle `number`. */
static bool
by_dependency(const struct migrations *h, const size_t *cycle, size_t number)
{
	const struct edges *deps = &h->index->deps;

	for (size_t i = 0; i < h->n_revisions; i++)
		for (size_t k = deps->at[i]; cycle[i] == number && k < deps->at[i + 1];
			k++)
			if (cycle[deps->to[k]] == number)
				return true;
	return false;
}

static void
audit_cycles(const struct migrations *h, struct problems *out)
{
	size_t *cycle, n = graph_cycles(h, &cycle);
	struct strvec *members = xcalloc(n + 1, sizeof *members);
	const struct revision **first = xcalloc(n + 1, sizeof *first);

	for (size_t i = 0; i < h->n_revisions; i++) {
		if (!cycle[i])
			continue;
		if (!first[cycle[i]])
			first[cycle[i]] = &h->revisions[i];
		strvec_add(&members[cycle[i]], h->revisions[i].id);
	}
	for (size_t i = 1; i <= n; i++) {
		struct strbuf list = {0};

		strvec_join(&members[i], ", ", &list);
		problem_add(out, PROBLEM_CYCLE, place_of(first[i], first[i]->down_line),
			"each of these comes before itself: %s", list.s);
		problem_stops(out, "%s is detected in revisions (%s)",
			by_dependency(h, cycle, i) ? "Dependency cycle" : "Cycle",
			list.s);
		strbuf_free(&list);
		strvec_free(&members[i]);
	}
	free(first);
	free(members);
	free(cycle);
}

static void
audit_several(const struct migrations *h, const struct strvec *ids,
	enum problem_code code, struct problems *out)
{
	const struct revision *first;
	struct strbuf list = {0};

	if (ids->n < 2)
		return;
	first = graph_id(h, ids->v[0]);
	strvec_join(ids, ", ", &list);
	problem_add(out, code, place_of(first, first->line), "there are %zu %s: %s",
		ids->n, code == PROBLEM_SEVERAL_HEADS ? "heads" : "bases", list.s);
	strbuf_free(&list);
}

void
audit_graph(const struct migrations *h, struct problems *out)
{
	bool unknown = false;

	for (size_t i = 0; i < h->n_revisions; i++) {
		const struct revision *r = &h->revisions[i];

		unknown |= r->down_unknown;
		audit_id(r, out);
		audit_labels(h, r, out);
		audit_down(h, r, out);
		audit_depends_on(h, r, out);
	}
	audit_none_labels(h, out);
	audit_cycles(h, out);
	/* Parents that cannot be read look like heads, too: that problem is named. */
	if (!unknown)
		audit_several(h, &h->heads, PROBLEM_SEVERAL_HEADS, out);
	audit_several(h, &h->bases, PROBLEM_SEVERAL_BASES, out);
}
