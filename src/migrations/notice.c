/* Destructive operations, functions that do nothing, and migrations that nobody reads:
 * each may be meant, and each has been an accident. */
#include "migrations/notice.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "migrations/alembic/listing.h"
#include "migrations/losses.h"

enum { DIRECTORIES_LOOKED_AT = 200 };

static struct place
place_of(const struct revision *r, unsigned line)
{
	return (struct place){.file = r->file, .line = line, .revision = r->id};
}

/* ---- What an upgrade does ---- */

/* Of what was there before, without the rows that are another notice. */
static void
notice_losses(
	const struct migrations *h, const struct revision *r, struct problems *out)
{
	char *id = r->id;
	struct strvec one = {&id, 1, 1};
	struct losses l;
	struct strbuf text = {0};
	unsigned line = 0;

	losses_find(h, &one, NULL, &l);
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].effect.kind != EFFECT_DELETE && !line)
			line = l.v[i].effect.line;
	if (line) {
		losses_list(&text, &l);
		problem_add(out, PROBLEM_DESTRUCTIVE_OPERATION, place_of(r, line),
			"upgrade() %s", text.s);
	}
	strbuf_free(&text);
	losses_free(&l);
}

static void
notice_rows(const struct revision *r, struct problems *out)
{
	for (size_t i = 0; i < r->effects.n; i++) {
		const struct effect *e = &r->effects.v[i];
		struct strbuf name = {0};

		if ((e->kind != EFFECT_DELETE && e->kind != EFFECT_UPDATE) ||
			!e->every_row)
			continue;
		if (e->computed)
			strbuf_add(&name, "of a table whose name is computed");
		else
			effect_name(&name, e);
		problem_add(out, PROBLEM_UNBOUNDED_DATA_OPERATION, place_of(r, e->line),
			"%s without WHERE: every row %s%s",
			e->kind == EFFECT_DELETE ? "DELETE" : "UPDATE",
			e->computed ? "" : "of ", name.s);
		strbuf_free(&name);
	}
}

/* ---- Functions ---- */

static void
notice_functions(const struct revision *r, struct problems *out)
{
	bool merges = r->down.n > 1;

	if (r->upgrade == BODY_NONE)
		problem_add(out, PROBLEM_MISSING_UPGRADE, place_of(r, 0),
			r->downgrade == BODY_NONE
				? "the file has neither upgrade() nor downgrade()"
				: "the file has no upgrade()");
	else if (r->upgrade == BODY_EMPTY && !merges)
		problem_add(out, PROBLEM_EMPTY_UPGRADE, place_of(r, 0),
			"upgrade() does nothing");
	if (r->downgrade == BODY_NONE && r->upgrade != BODY_NONE)
		problem_add(out, PROBLEM_MISSING_DOWNGRADE, place_of(r, 0),
			"the file has no downgrade()");
	else if (r->downgrade == BODY_EMPTY && !merges && r->upgrade == BODY_CODE)
		problem_add(out, PROBLEM_EMPTY_DOWNGRADE, place_of(r, 0),
			"downgrade() does nothing, so what upgrade() did stays");
}

void
notice_graph(const struct migrations *h, struct problems *out)
{
	for (size_t i = 0; i < h->n_revisions; i++) {
		const struct revision *r = &h->revisions[i];

		notice_losses(h, r, out);
		notice_rows(r, out);
		notice_functions(r, out);
	}
}

/* ---- Directories ---- */

/* A directory right in `dir`, a real path, that holds migrations and is not known. */
static void
notice_below(const char *dir, const struct strvec *known, struct problems *out)
{
	struct strvec names = {0};

	/* Of a directory of many the first are enough. */
	(void)!file_names(dir, DIRECTORIES_LOOKED_AT, &names, NULL);
	for (size_t i = 0; i < names.n; i++) {
		char *path = xasprintf("%s/%s", dir, names.v[i]);
		struct stat st;

		if (*names.v[i] != '.' && strcmp(names.v[i], "__pycache__") &&
			lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
			!strvec_has(known, path) && listing_has_migrations(path))
			problem_add(out, PROBLEM_UNNAMED_DIRECTORY,
				(struct place){.file = path},
				"there are migrations in it that are not read");
		free(path);
	}
	strvec_free(&names);
}

/* Beside versions/ only where Alembic's own files say that all of it is migrations. */
static void
notice_beside(const char *dir, const struct strvec *known, struct problems *out)
{
	const char *slash = strrchr(dir, '/');
	char *above =
		slash && slash > dir ? xstrndup(dir, (size_t)(slash - dir)) : NULL;
	char *env = above ? xasprintf("%s/env.py", above) : NULL;
	struct stat st;

	if (env && stat(env, &st) == 0 && !strvec_has(known, above))
		notice_below(above, known, out);
	free(env);
	free(above);
}

void
notice_directories(
	const struct strvec *known, size_t n_dirs, bool recursive, struct problems *out)
{
	for (size_t i = 0; i < n_dirs; i++) {
		if (!recursive)
			notice_below(known->v[i], known, out);
		notice_beside(known->v[i], known, out);
	}
}
