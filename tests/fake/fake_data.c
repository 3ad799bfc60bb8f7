/* See fake_data.h. */
#include "tests/fake/fake_data.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct pg_result {
	ExecStatusType status;
	struct fake_step step; /* the values; rows from `row` on, n_rows of them */
	size_t row, n_rows;
	char *tag;
};

static unsigned n_results;

unsigned
fake_results(void)
{
	unsigned n = n_results;

	n_results = 0;
	return n;
}

PGresult *
fake_result(ExecStatusType status, const struct fake_step *step, size_t row, size_t n)
{
	PGresult *r = xcalloc(1, sizeof *r);

	n_results++;
	r->status = status;
	r->row = row;
	r->n_rows = n;
	if (step)
		r->step = *step;
	return r;
}

void
PQclear(PGresult *r)
{
	if (!r)
		return;
	n_results--;
	free(r->tag);
	free(r);
}

ExecStatusType
PQresultStatus(const PGresult *r)
{
	return r ? r->status : PGRES_FATAL_ERROR;
}

char *
PQresStatus(ExecStatusType status)
{
	static char text[32];

	snprintf(text, sizeof text, "status %d", (int)status);
	return text;
}

char *
PQresultErrorField(const PGresult *r, int field)
{
	const char *text = NULL;

	if (field == PG_DIAG_SQLSTATE)
		text = r->step.sqlstate;
	else if (field == PG_DIAG_MESSAGE_PRIMARY && r->step.sqlstate)
		text = r->step.message;
	return (char *)text;
}

char *
PQresultErrorMessage(const PGresult *r)
{
	return (char *)(r->step.message ? r->step.message : "");
}

char *
PQcmdStatus(PGresult *r)
{
	return r->tag ? r->tag : (char *)"";
}

bool
fake_is_raw(const PGresult *r)
{
	return r->step.raw;
}

int
PQnfields(const PGresult *r)
{
	return (int)r->step.n_cols;
}

int
PQntuples(const PGresult *r)
{
	return (int)r->n_rows;
}

char *
PQfname(const PGresult *r, int col)
{
	return (char *)r->step.names[col];
}

static const char *
cell(const PGresult *r, int row, int col)
{
	assert_in_range(row, 0, r->n_rows - 1);
	assert_in_range(col, 0, r->step.n_cols - 1);
	return r->step.cells[(r->row + (size_t)row) * r->step.n_cols + (size_t)col];
}

char *
PQgetvalue(const PGresult *r, int row, int col)
{
	const char *value = cell(r, row, col);

	return (char *)(value ? value : "");
}

int
PQgetlength(const PGresult *r, int row, int col)
{
	return (int)strlen(PQgetvalue(r, row, col));
}

int
PQgetisnull(const PGresult *r, int row, int col)
{
	return cell(r, row, col) == NULL;
}

void
fake_tag(PGresult *r, char *tag)
{
	r->tag = tag;
}

/* ---- options ---- */

/* The value of a word "key=value" in a connection string, or NULL. */
static char *
word_value(const char *dsn, const char *key)
{
	size_t n = strlen(key);

	for (const char *p = dsn; *p; p += strcspn(p, " ")) {
		p += strspn(p, " ");
		if (strncmp(p, key, n) == 0 && p[n] == '=')
			return xstrndup(p + n + 1, strcspn(p + n + 1, " "));
	}
	return NULL;
}

PQconninfoOption *
fake_options(const char *dsn)
{
	static char *const keys[] = {(char *)"host", (char *)"hostaddr", (char *)"port",
		(char *)"user", (char *)"password", (char *)"dbname",
		(char *)"tcp_user_timeout", (char *)"sslpassword"};
	PQconninfoOption *list = xcalloc(COUNT_OF(keys) + 1, sizeof *list);

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		list[i].keyword = keys[i];
		list[i].val = word_value(dsn, keys[i]);
	}
	return list;
}

/* Only the simplest form: words with a '='. */
PQconninfoOption *
PQconninfoParse(const char *dsn, char **message)
{
	for (const char *p = dsn; *p; p += strcspn(p, " ")) {
		p += strspn(p, " ");
		if (*p && !memchr(p, '=', strcspn(p, " "))) {
			*message = xasprintf("missing \"=\" after \"%s\" in connection "
					     "info string\n",
				p);
			return NULL;
		}
	}
	return fake_options(dsn);
}

PQconninfoOption *
PQconndefaults(void)
{
	return fake_options("");
}

void
PQconninfoFree(PQconninfoOption *list)
{
	for (size_t i = 0; list && list[i].keyword; i++)
		free(list[i].val);
	free(list);
}

void
PQfreemem(void *p)
{
	free(p);
}
