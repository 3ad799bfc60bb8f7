#include "tests/unit/store/fixture.h"

#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct store *
fixture_open(const char *dir)
{
	struct err e = {0};
	struct store *s = store_open(dir, &e);

	if (!s)
		fail_msg("%s", e.text);
	return s;
}

char *
fixture_open_error(const char *dir)
{
	struct err e = {0};
	struct store *s = store_open(dir, &e);
	char *text = xstrdup(e.text), *at;

	assert_null(s);
	while ((at = strstr(text, dir)) != NULL)
		memmove(at, at + strlen(dir), strlen(at + strlen(dir)) + 1);
	return text;
}

void
fixture_sql(const char *dir, const char *sql)
{
	char *path = xasprintf("%s/pgdriftd.db", dir), *message = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s", message);
	sqlite3_close(db);
	free(path);
}

void
fixture_add(struct store *s, const struct store_change *c)
{
	struct err e = {0};

	if (!store_begin_write(s, &e))
		fail_msg("%s", e.text);
	store_add_change(s, c);
	if (!store_end(s, true, &e))
		fail_msg("%s", e.text);
}
