/* The next step where only files and rows are known; verdict/ has better ones once a
 * catalog was compared. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "migrations/likeness.h"
#include "migrations/losses.h"
#include "migrations/migrations_text.h"

/* Without backticks: between those stands what is to be run. */
static char *
listed(const struct strvec *names)
{
	struct strbuf b = {0};

	strbuf_add(&b, "");
	strvec_join(names, ", ", &b);
	text_replace(b.s, '`', '\'');
	return strbuf_take(&b);
}

/* True for an ini file that Alembic does not find by itself. */
static bool
is_other_ini(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = strlen(name);

	return n > 4 && !strcmp(name + n - 4, ".ini") &&
	       strcmp(name, "alembic.ini") != 0;
}

void
migrations_alembic(struct strbuf *out, const struct migrations *h)
{
	strbuf_add(out, "alembic");
	if (h && h->path && is_other_ini(h->path)) {
		strbuf_add(out, " -c ");
		text_shell(out, h->path);
	}
	if (h && h->section && strcmp(h->section, "alembic") != 0) {
		strbuf_add(out, " -n ");
		text_shell(out, h->section);
	}
}

/* What brings a database to the expected revisions. */
static char *
upgrade_command(const struct migrations *h, const struct judgement *j)
{
	struct strbuf b = {0};

	migrations_alembic(&b, h);
	strbuf_add(&b, " upgrade ");
	if (!strvec_equal(&j->expected, &h->effective_heads) && j->expected.n)
		text_shell(&b, j->expected.v[0]);
	else
		strbuf_add(&b, h->heads.n > 1 ? "heads" : "head");
	return strbuf_take(&b);
}

static void
hint_diverged(const struct judgement *j, const struct losses *losses, bool joins,
	const char *upgrade, struct strbuf *out)
{
	char *names = listed(j->redundant.n ? &j->redundant : &j->beyond);

	if (!j->redundant.n && losses->n) {
		losses_say(out, losses);
		strbuf_add(out, "; ");
	}
	if (j->redundant.n)
		strbuf_printf(out,
			"Alembic refuses to upgrade from these rows: remove %s from "
			"the "
			"version table, since another row already includes it",
			names);
	else
		strbuf_printf(out,
			"%s was applied, but the expected revision does not include "
			"it: %srun `%s` for what is pending",
			names,
			joins ? "join the branches with `alembic merge heads`, or "
			      : "",
			upgrade);
	free(names);
}

static void
hint_unknown(const struct migrations *h, const struct judgement *j, struct strbuf *out)
{
	for (size_t i = 0; i < j->unknown.n; i++) {
		char *row = text_line(j->unknown.v[i], 120);
		struct likeness l;

		text_replace(row, '`', '\'');
		strbuf_printf(out, i ? "; row %s is " : "row %s is ", row);
		if (likeness_find(h, j->unknown.v[i], &l)) {
			strbuf_printf(out, "revision %s ", l.revision->id);
			likeness_say(out, &l);
			strbuf_add(out, ": correct it in the version table");
		} else {
			strbuf_printf(out,
				"not in %s: most likely newer code has written it, so "
				"deploy the files that have it",
				h->path);
		}
		free(row);
	}
}

static void
hint_unknown_head(
	const struct migrations *h, const struct judgement *j, struct strbuf *out)
{
	const struct problem *p = migrations_obstacle(h);

	if (migrations_unknown_id(h, &j->expected))
		strbuf_add(out, "the expected revision is not among the migrations: "
				"correct it");
	else if (p && p == migrations_stopper(h))
		strbuf_add(out, "no expected revision can be computed");
	else if (p)
		strbuf_printf(out, "no expected revision can be computed: %s in %s; %s",
			p->detail, p->file, problem_advice(p));
	else
		strbuf_add(out, "there is no migration to compare with");
}

static void
hint_unstamped(const struct judgement *j, const struct losses *losses,
	const char *upgrade, struct strbuf *out)
{
	strbuf_add(out, "the version table has no row");
	if (losses->n) {
		strbuf_add(out, ", and ");
		losses_say(out, losses);
	}
	strbuf_printf(out,
		": `%s` would run all %zu migrations; if the schema is there already, "
		"compare it first",
		upgrade, j->pending.n);
}

static void
hint_behind(const struct judgement *j, const struct losses *losses, const char *upgrade,
	struct strbuf *out)
{
	const char *s = j->pending.n == 1 ? " is" : "s are";

	strbuf_printf(out, "%zu migration%s pending: ", j->pending.n, s);
	if (losses_advise(out, losses))
		strbuf_printf(out, "run `%s`", upgrade);
}

static void
hint_by_status(const struct migrations *h, const struct judgement *j,
	const char *upgrade, struct strbuf *out)
{
	char *beyond = listed(&j->beyond);
	struct losses losses;

	losses_find(h, &j->pending, NULL, &losses);
	switch (j->status) {
	case REVISION_BEHIND:
		hint_behind(j, &losses, upgrade, out);
		break;
	case REVISION_AHEAD:
		strbuf_printf(out,
			"%s was applied beyond what is expected: expect it, or deploy "
			"the release that has it",
			beyond);
		break;
	case REVISION_UNSTAMPED:
		hint_unstamped(j, &losses, upgrade, out);
		break;
	case REVISION_DIVERGED:
		hint_diverged(j, &losses, migrations_can_merge(h), upgrade, out);
		break;
	case REVISION_UNKNOWN_REVISION:
		hint_unknown(h, j, out);
		break;
	case REVISION_UNKNOWN_HEAD:
		hint_unknown_head(h, j, out);
		break;
	default:
		strbuf_add(out, "nothing to do");
	}
	losses_free(&losses);
	free(beyond);
}

/* Nothing that changes a database can be run: what is so is said, but no command. */
static void
hint_stopped(const struct migrations *h, const struct judgement *j, struct strbuf *out)
{
	const struct problem *p = migrations_stopper(h);

	strbuf_printf(out,
		"Alembic runs no migration before this is mended: %s (%s in %s, %s; "
		"Alembic says: %s)",
		problem_advice(p), problem_word(p->code), p->file, p->detail, p->stops);
	if (j->status == REVISION_UNKNOWN_REVISION) {
		strbuf_add(out, "; besides, ");
		hint_unknown(h, j, out);
	} else if (j->pending.n) {
		strbuf_printf(out, "; besides, %zu migration%s pending", j->pending.n,
			j->pending.n == 1 ? " is" : "s are");
	}
}

/* The table is not read here; Alembic makes it 32 characters wide. */
static void
add_width(const struct migrations *h, struct strbuf *out)
{
	for (size_t i = 0; i < h->n_problems; i++) {
		const struct problem *p = &h->problems[i];

		if (p->code != PROBLEM_REVISION_TOO_LONG)
			continue;
		strbuf_printf(out,
			"%s is longer than version_num as Alembic makes it: unless it "
			"has been widened, %s; ",
			p->revision ? p->revision : p->file, problem_advice(p));
		return;
	}
}

char *
migrations_hint(const struct migrations *h, const struct judgement *j)
{
	struct strbuf out = {0};
	char *upgrade = upgrade_command(h, j);
	bool stopped = migrations_stopper(h) != NULL;

	if (stopped) {
		hint_stopped(h, j, &out);
	} else {
		if (j->pending.n)
			add_width(h, &out);
		hint_by_status(h, j, upgrade, &out);
	}
	if (!stopped && migrations_can_merge(h) && j->status == REVISION_AT_HEAD)
		strbuf_printf(&out,
			"; there are %zu heads: join them with `alembic merge heads`, "
			"unless "
			"several are meant",
			h->heads.n);
	if (j->note)
		strbuf_printf(&out, " (%s)", j->note);
	free(upgrade);
	return strbuf_take(&out);
}
