/* Migrations in the directory. */
#ifndef TESTS_UNIT_MIGRATIONS_FIXTURE_H
#define TESTS_UNIT_MIGRATIONS_FIXTURE_H

#include "migrations/migrations.h"
#include "tests/unit/fixture.h"

void fixture_remove(const char *dir, const char *name);
/* Write DIR/ID.py: `down` and `depends_on` are Python expressions, or NULL for None. */
void fixture_revision(
	const char *dir, const char *id, const char *down, const char *depends_on);

/* What every file has whose functions are not the point. */
#define FIXTURE_FUNCTIONS \
	"def upgrade():\n    op.go()\ndef downgrade():\n    op.back()\n"

/* Read DIR/NAME, expecting that it can be; the caller frees. */
struct migrations *fixture_read(const char *dir, const char *name);
/* Revisions "ID: PARENT… [> DEPENDENCY…] [#LABEL…]", one a line, in the
 * directory; the caller frees. */
struct migrations *fixture_graph(const char *dir, const char *lines);

/* Its problems, a line each: "CODE FILE:LINE REVISION", FILE without DIR; the caller
 * frees. */
char *fixture_problems(const struct migrations *h, const char *dir);
/* A list with blanks between; valid until the next call with the same buffer. */
const char *fixture_list(const struct strvec *list, struct strbuf *buf);
/* Split at blanks; the caller strvec_free()s. */
struct strvec fixture_words(const char *words);

#endif
