/* From files to a graph: each step is a module of its own, this one calls them in
 * order. */
#include "migrations/migrations.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/listing.h"
#include "migrations/alembic/locate.h"
#include "migrations/alembic/project.h"
#include "migrations/allow.h"
#include "migrations/audit.h"
#include "migrations/graph.h"
#include "migrations/notice.h"
#include "migrations/problem.h"
#include "migrations/seen.h"

/* A migration tool: how its files are found and what they say.  One row each. */
static const struct tool {
	const char *name;
	bool (*find)(const char *path, struct location *out,
		struct migrations_files *seen, struct err *e);
} tools[] = {
	{"alembic", locate},
};

static const struct tool *
find_tool(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(tools); i++)
		if (!strcmp(tools[i].name, name))
			return &tools[i];
	return NULL;
}

/* ---- Revisions ---- */

struct revisions {
	struct revision *v;
	size_t n, cap;
	struct strmap *by_id; /* → position + 1 */
};

static void
free_revision(struct revision *r)
{
	free(r->id);
	free(r->file);
	free(r->message);
	free(r->created);
	strvec_free(&r->down);
	strvec_free(&r->depends_on);
	strvec_free(&r->labels);
	effects_free(&r->effects);
}

static void
copy_field(const struct pyfield *from, struct strvec *to, unsigned *line)
{
	*line = from->line;
	/* An empty string means none, wherever it stands alone. */
	if (from->state == PYFIELD_READ && !(from->text && !*from->items.v[0]))
		strvec_copy(to, &from->items);
}

static enum body
body_of(const struct pyfile *py, enum pybody body, bool bound)
{
	if (py->refused || (body == PYBODY_NONE && bound))
		return BODY_UNKNOWN;
	return body == PYBODY_NONE    ? BODY_NONE
	       : body == PYBODY_EMPTY ? BODY_EMPTY
				      : BODY_CODE;
}

/* Takes the effects, and what the docstring says, out of the file. */
static struct revision
make_revision(struct version_file *f)
{
	const struct pyfield *fields = f->py.fields;
	struct revision r = {.id = audit_id_of(f),
		.file = xstrdup(f->path),
		.line = fields[PYNAME_REVISION].line};

	r.effects = f->py.ops.effects;
	f->py.ops.effects = (struct effects){0};
	r.message = f->py.doc.message;
	r.created = f->py.doc.created;
	f->py.doc = (struct pydoc){0};
	r.upgrade = body_of(&f->py, f->py.ops.upgrade, f->py.ops.upgrade_bound);
	r.downgrade = body_of(&f->py, f->py.ops.downgrade, f->py.ops.downgrade_bound);
	r.digest = f->py.digest;
	r.source = f->py.source;
	copy_field(&fields[PYNAME_DOWN_REVISION], &r.down, &r.down_line);
	copy_field(&fields[PYNAME_DEPENDS_ON], &r.depends_on, &r.depends_line);
	copy_field(&fields[PYNAME_BRANCH_LABELS], &r.labels, &r.labels_line);
	r.none_label = fields[PYNAME_BRANCH_LABELS].holds_none;
	r.down_unknown = fields[PYNAME_DOWN_REVISION].state != PYFIELD_READ;
	r.depends_unknown = fields[PYNAME_DEPENDS_ON].state != PYFIELD_READ &&
			    fields[PYNAME_DEPENDS_ON].state != PYFIELD_ABSENT;
	return r;
}

/* A label of a file that another one replaced still means its id. */
static void
inherit_labels(struct revision *r, const struct revision *old)
{
	struct strvec labels = {0};

	strvec_copy(&labels, &old->labels);
	strvec_copy(&labels, &r->labels);
	strvec_free(&r->labels);
	r->labels = labels;
	if (!r->labels_line)
		r->labels_line = r->line;
}

/* As in Alembic, the file that is loaded last wins, at the place of the first. */
static void
add_revision(struct revisions *to, struct revision r, struct problems *out)
{
	size_t known = (size_t)(uintptr_t)strmap_get(to->by_id, r.id);
	struct revision *old;

	if (!known) {
		r.order = to->n;
		GROW(to->v, to->n, to->cap);
		to->v[to->n++] = r;
		strmap_put(to->by_id, r.id, (void *)(uintptr_t)to->n);
		return;
	}
	old = &to->v[known - 1];
	problem_add(out, PROBLEM_DUPLICATE_REVISION,
		(struct place){.file = r.file, .line = r.line, .revision = r.id},
		"%s has the same id; Alembic uses the file that it loads last, %s",
		old->file, r.file);
	/* `upgrade heads` works where no other revision comes after the id. */
	problem_stops(
		out, "Multiple head revisions are present for given argument 'head'");
	r.order = old->order;
	inherit_labels(&r, old);
	free_revision(old);
	*old = r;
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(
		((const struct revision *)a)->id, ((const struct revision *)b)->id);
}

/* A file that may well hold a revision, whose id nobody can tell. */
static bool
hides_revision(const struct version_file *f)
{
	enum pyfield_state id = f->py.fields[PYNAME_REVISION].state;

	return f->unreadable || id == PYFIELD_UNREADABLE ||
	       (id == PYFIELD_ABSENT && f->py.refused);
}

static void
take_files(struct migrations *h, struct listing *l, struct problems *out)
{
	struct revisions found = {.by_id = strmap_new()};

	for (size_t i = 0; i < l->n; i++) {
		size_t first = out->n;

		if (audit_file(&l->v[i], out))
			add_revision(&found, make_revision(&l->v[i]), out);
		else if (hides_revision(&l->v[i]))
			out->v[first].conceals = h->hides_revisions = true;
	}
	strmap_free(found.by_id);
	if (found.n)
		qsort(found.v, found.n, sizeof *found.v, by_id);
	h->revisions = found.v;
	h->n_revisions = found.n;
	h->n_files = l->n_files;
}

/* The revisions are sorted, and so are the lists. */
static void
fill_lists(struct migrations *h)
{
	const struct migrations_index *g = h->index;

	for (size_t i = 0; i < h->n_revisions; i++) {
		const struct revision *r = &h->revisions[i];

		if (!r->down.n && !r->down_unknown)
			strvec_add(&h->bases, r->id);
		if (graph_is_head(h, i))
			strvec_add(&h->heads, r->id);
		if (graph_is_head(h, i) && !graph_degree(&g->all_next, i))
			strvec_add(&h->effective_heads, r->id);
		if (graph_degree(&g->next, i) > 1)
			strvec_add(&h->branch_points, r->id);
		if (r->down.n > 1)
			strvec_add(&h->merge_points, r->id);
	}
}

static void
note_missing(const struct migrations *h, const struct strvec *names, struct strmap *to)
{
	for (size_t i = 0; i < names->n; i++)
		if (!graph_id(h, names->v[i]) && !graph_label(h, names->v[i]))
			strmap_put(to, names->v[i], to);
}

/* How many names are referred to that no file has. */
static size_t
count_missing(const struct migrations *h)
{
	struct strmap *names = strmap_new();
	size_t n = 0, at = 0;
	const char *name;
	void *value;

	for (size_t i = 0; i < h->n_revisions; i++) {
		note_missing(h, &h->revisions[i].down, names);
		note_missing(h, &h->revisions[i].depends_on, names);
	}
	while (strmap_next(names, &at, &name, &value))
		n++;
	strmap_free(names);
	return n;
}

/* Once what is allowed is known: a project may mean even that.  A revision whose id
 * cannot be read is a head unless another one refers to it.  Of a file that cannot be
 * opened nothing is known at all. */
static void
find_hidden_head(struct migrations *h)
{
	size_t concealed = 0;

	h->hides_head = false;
	for (size_t i = 0; i < h->n_problems; i++) {
		const struct problem *p = &h->problems[i];

		concealed += p->conceals;
		h->hides_head |= p->conceals && p->code == PROBLEM_UNREADABLE_FILE;
	}
	h->hides_head |= concealed && concealed > count_missing(h);
}

static void
build(struct migrations *h, struct listing *l)
{
	struct problems problems = {0};

	take_files(h, l, &problems);
	graph_build(h);
	fill_lists(h);
	audit_graph(h, &problems);
	problem_sort(&problems);
	h->problems = problems.v;
	h->n_problems = problems.n;
}

/* ---- Reading ---- */

static bool
locate_all(const struct tool *tool, const struct migrations_source *src,
	struct location *where, struct migrations_files *seen, struct err *e)
{
	if (!tool->find(src->path, where, seen, e))
		return false;
	where->section = NULL;
	for (size_t i = 0; src->more && i < src->more->n; i++)
		if (!tool->find(src->more->v[i], where, seen, e))
			return false;
	where->recursive |= src->recursive;
	return true;
}

/* False if none of the directories can be listed. */
static bool
list_all(struct listing *l, const struct location *where, struct err *e)
{
	bool any = false;

	for (size_t i = 0; i < where->dirs.n; i++) {
		struct err reason = {0};

		if (listing_add(l, where->dirs.v[i], &reason))
			any = true;
		else
			listing_add_unreadable(l, where->dirs.v[i], reason.text);
		if (!any)
			err_set(e, ERR_IO, "%s: %s", where->dirs.v[i], reason.text);
	}
	return any;
}

static bool read_all(const struct migrations_source *src, struct migrations_files *seen,
	struct migrations **out, struct err *e);

/* One that cannot be read may be there later: what was looked at is seen as well. False
 * if that could not be seen for a lack of descriptors. */
static bool
read_archives(struct migrations *h, const struct migrations_source *src,
	struct migrations_files *seen, struct err *e)
{
	size_t n = src->archives ? src->archives->n : 0;

	h->archives = xcalloc(n + 1, sizeof(struct migrations *));
	for (size_t i = 0; i < n; i++) {
		const struct migrations_source archive = {.tool = src->tool,
			.path = src->archives->v[i],
			.recursive = src->recursive};

		if (read_all(&archive, seen, &h->archives[h->n_archives], e))
			h->n_archives++;
		else if (e->code == ERR_INTERNAL)
			return false;
	}
	return true;
}

static void
take_dirs(struct migrations *h, const struct location *where)
{
	for (size_t i = 0; i < where->dirs.n; i++) {
		char *real = realpath(where->dirs.v[i], NULL);

		if (real && !strvec_has(&h->dirs, real))
			strvec_add(&h->dirs, real);
		free(real);
	}
}

static void
take_notices(struct migrations *h, const struct location *where)
{
	struct problems notices = {0};
	struct strvec known = {0};

	take_dirs(h, where);
	strvec_copy(&known, &h->dirs);
	for (size_t i = 0; i < h->n_archives; i++)
		strvec_copy(&known, &h->archives[i]->dirs);
	notice_graph(h, &notices);
	notice_directories(&known, h->dirs.n, where->recursive, &notices);
	problem_sort(&notices);
	h->notices = notices.v;
	h->n_notices = notices.n;
	strvec_free(&known);
}

static bool
read_all(const struct migrations_source *src, struct migrations_files *seen,
	struct migrations **out, struct err *e)
{
	const struct tool *tool = find_tool(src->tool);
	struct location where = {.section = src->section};
	struct listing l;
	bool ok;

	listing_init(&l, seen);
	ok = tool ? locate_all(tool, src, &where, seen, e)
		  : err_set(e, ERR_CONFIG, "%s is no known migration tool", src->tool);
	l.recursive = where.recursive;
	l.sourceless = where.sourceless;
	ok = ok && list_all(&l, &where, e);
	/* What was not read for that is no problem of the files, and is tried again. */
	if (l.lack.code != ERR_NONE) {
		*e = l.lack;
		ok = false;
	}
	if (ok) {
		*out = xcalloc(1, sizeof **out);
		(*out)->tool = tool->name;
		(*out)->path = xstrdup(src->path);
		(*out)->section = xstrdup_null(src->section);
		project_find(&where, seen, &(*out)->project);
		ok = read_archives(*out, src, seen, e);
		build(*out, &l);
		take_notices(*out, &where);
		ok = ok && (!src->allow || allow_apply(*out, src->allow, e));
		find_hidden_head(*out);
		if (!ok)
			migrations_free(*out);
	}
	listing_free(&l);
	location_free(&where);
	return ok;
}

bool
migrations_read(
	const struct migrations_source *src, struct migrations **out, struct err *e)
{
	struct migrations_files *seen = seen_new();
	bool ok = read_all(src, seen, out, e);

	if (ok)
		(*out)->seen = seen;
	else
		seen_free(seen);
	return ok;
}

void
migrations_free(struct migrations *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n_revisions; i++)
		free_revision(&h->revisions[i]);
	for (size_t i = 0; i < h->n_problems + h->n_allowed; i++)
		problem_free(&h->problems[i]);
	for (size_t i = 0; i < h->n_notices; i++)
		problem_free(&h->notices[i]);
	free(h->notices);
	project_free(&h->project);
	strvec_free(&h->dirs);
	strvec_free(&h->allow);
	strvec_free(&h->unused_allow);
	for (size_t i = 0; i < h->n_archives; i++)
		migrations_free(h->archives[i]);
	free(h->archives);
	free(h->revisions);
	free(h->problems);
	free(h->path);
	free(h->section);
	strvec_free(&h->bases);
	strvec_free(&h->heads);
	strvec_free(&h->branch_points);
	strvec_free(&h->merge_points);
	strvec_free(&h->effective_heads);
	graph_free(h->index);
	seen_free(h->seen);
	free(h);
}

const struct revision *
migrations_find(const struct migrations *h, const char *id)
{
	return graph_id(h, id);
}

const struct problem *
migrations_obstacle(const struct migrations *h)
{
	const struct problem *first = NULL;

	for (size_t i = 0; i < h->n_problems; i++) {
		const struct problem *p = &h->problems[i];

		if (h->hides_head && p->conceals)
			return p;
		if (!first && problem_hides(p->code))
			first = p;
	}
	return first;
}

bool
migrations_can_merge(const struct migrations *h)
{
	return h->heads.n > 1 && strvec_equal(&h->heads, &h->effective_heads);
}

const struct problem *
migrations_stopper(const struct migrations *h)
{
	const struct problem *first = NULL;

	/* Allowed or not: Alembic asks nobody. */
	for (size_t i = 0; i < h->n_problems + h->n_allowed; i++) {
		const struct problem *p = &h->problems[i];

		if (p->stops &&
			(!first || problem_step(p->code) < problem_step(first->code)))
			first = p;
	}
	return first;
}

const char *
migrations_unknown_id(const struct migrations *h, const struct strvec *ids)
{
	for (size_t i = 0; i < ids->n; i++)
		if (!migrations_find(h, ids->v[i]))
			return ids->v[i];
	return NULL;
}
