/* Every problem in one table: its word, and what to do about it. */
#include "migrations/problem.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Where Alembic comes to a problem: ScriptDirectory._load_revisions runs the files one
 * after the other, RevisionMap._revision_map adds the branch labels and references and
 * looks for loops; a duplicate is only warned of, and refused as a second head. */
enum step { STEP_NONE, STEP_FILE, STEP_LABEL, STEP_REFERENCE, STEP_LOOP, STEP_HEADS };

static const struct {
	const char *word, *remedy;
	enum step step;
	bool harmless; /* all revisions and their order are known in spite of it */
} codes[PROBLEM_COUNT] = {
	[PROBLEM_NO_REVISION_ID] = {"no_revision_id",
		"assign a string to `revision` at the top of the file, or move the "
		"file "
		"out of the directory",
		STEP_FILE},
	[PROBLEM_EMPTY_FILE] = {"empty_file",
		"remove the file, or restore what it held: Alembic stops at it",
		STEP_FILE},
	[PROBLEM_UNREADABLE_VALUE] = {"unreadable_value",
		"write the value as a plain string, a tuple of strings, or None",
		STEP_FILE},
	[PROBLEM_MISSING_PARENT] = {"missing_parent",
		"restore the file of the missing revision, or point to one that "
		"exists",
		STEP_REFERENCE},
	[PROBLEM_DUPLICATE_REVISION] = {"duplicate_revision",
		"give one of the files an id of its own, or remove it", STEP_HEADS,
		true},
	[PROBLEM_CYCLE] = {"cycle",
		"change one down_revision or depends_on so that "
		"the chain has a beginning",
		STEP_LOOP},
	[PROBLEM_SEVERAL_BASES] = {"several_bases",
		"if only one beginning is meant, point the others at the revision that "
		"comes before them",
		STEP_HEADS, true},
	[PROBLEM_SEVERAL_HEADS] = {"several_heads",
		"join them with `alembic merge heads`, unless several are meant",
		STEP_HEADS, true},
	[PROBLEM_REVISION_TOO_LONG] = {"revision_too_long",
		"shorten the id to 32 characters, or widen "
		"alembic_version.version_num",
		STEP_HEADS, true},
	[PROBLEM_SELF_REFERENCE] = {"self_reference",
		"point to the revision that comes before it", STEP_LOOP},
	[PROBLEM_SYNTAX] = {"syntax", "mend the file: Python cannot import it",
		STEP_FILE},
	[PROBLEM_UNREADABLE_FILE] = {"unreadable_file",
		"let this user read it; a file has to be a regular one of at most "
		"16 MiB, a directory to hold at most 100000 names",
		STEP_FILE},
	[PROBLEM_INVALID_NAME] = {"invalid_name",
		"choose another name: Alembic refuses to load the directory",
		STEP_LABEL, true},
	[PROBLEM_BUILD_FAILED] = {"build_failed",
		"mend the migration that fails: an empty database cannot be upgraded "
		"to that revision",
		STEP_NONE, true},
	[PROBLEM_TWO_CATALOGS] = {"two_catalogs",
		"see which is right: remove the snapshot, and it is written anew, or "
		"make the environment what its revision says",
		STEP_NONE, true},
	[PROBLEM_DESTRUCTIVE_OPERATION] = {"destructive_operation",
		"see that nothing of it is still needed before it is run", STEP_NONE,
		true},
	[PROBLEM_UNBOUNDED_DATA_OPERATION] = {"unbounded_data_operation",
		"add a WHERE, or see that every row is meant", STEP_NONE, true},
	[PROBLEM_MISSING_UPGRADE] = {"missing_upgrade",
		"add the function: Alembic stops where it runs this revision",
		STEP_NONE, true},
	[PROBLEM_EMPTY_UPGRADE] = {"empty_upgrade",
		"see that what it is named after was not forgotten", STEP_NONE, true},
	[PROBLEM_MISSING_DOWNGRADE] = {"missing_downgrade",
		"add the function: Alembic stops where it takes this revision back",
		STEP_NONE, true},
	[PROBLEM_EMPTY_DOWNGRADE] = {"empty_downgrade",
		"take back what upgrade() does, or raise an exception where that "
		"cannot be",
		STEP_NONE, true},
	[PROBLEM_UNNAMED_DIRECTORY] = {"unnamed_directory",
		"name it in version_locations or `path`, read sub-directories with "
		"`recursive`, or move it away",
		STEP_NONE, true},
	[PROBLEM_INSERTED_BELOW] = {"inserted_below",
		"give it the head as its down_revision, or run what it does by hand",
		STEP_NONE, true},
	[PROBLEM_CHANGED_AFTER_APPLIED] = {"changed_after_applied",
		"restore the file, and put the change into a new revision", STEP_NONE,
		true},
};

const char *
problem_word(enum problem_code code)
{
	return codes[code].word;
}

const char *
problem_remedy(enum problem_code code)
{
	return codes[code].remedy;
}

const char *
problem_advice(const struct problem *p)
{
	return p->remedy ? p->remedy : problem_remedy(p->code);
}

unsigned
problem_step(enum problem_code code)
{
	return codes[code].step;
}

bool
problem_hides(enum problem_code code)
{
	return !codes[code].harmless;
}

bool
problem_parse(const char *word, enum problem_code *code)
{
	for (size_t i = 0; i < PROBLEM_COUNT; i++) {
		if (!strcmp(word, codes[i].word)) {
			*code = (enum problem_code)i;
			return true;
		}
	}
	return false;
}

void
problem_add(struct problems *p, enum problem_code code, struct place at,
	const char *fmt, ...)
{
	struct problem new = {
		.code = code,
		.file = xstrdup(at.file),
		.line = at.line,
		.revision = xstrdup_null(at.revision),
	};
	va_list ap;

	va_start(ap, fmt);
	new.detail = xvasprintf(fmt, ap);
	va_end(ap);
	GROW(p->v, p->n, p->cap);
	p->v[p->n++] = new;
}

void
problem_stops(struct problems *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	p->v[p->n - 1].stops = xvasprintf(fmt, ap);
	va_end(ap);
}

void
problem_advise(struct problems *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	p->v[p->n - 1].remedy = xvasprintf(fmt, ap);
	va_end(ap);
}

int
problem_compare(const struct problem *a, const struct problem *b)
{
	int c = strcmp(problem_word(a->code), problem_word(b->code));

	if (!c)
		c = strcmp(a->file, b->file);
	if (!c)
		c = (a->line > b->line) - (a->line < b->line);
	if (!c)
		c = strcmp(
			a->revision ? a->revision : "", b->revision ? b->revision : "");
	return c ? c : strcmp(a->detail, b->detail);
}

static int
by_place(const void *a, const void *b)
{
	return problem_compare(a, b);
}

void
problem_sort(struct problems *p)
{
	if (p->n)
		qsort(p->v, p->n, sizeof *p->v, by_place);
}

void
problem_free(struct problem *p)
{
	free(p->file);
	free(p->revision);
	free(p->detail);
	free(p->stops);
	free(p->remedy);
	free(p->reason);
}
