/* Queries of the scripted libpq, of several statements each of which is a step, and the
 * rows of those that are COPY. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/fake/fake_conn.h"
#include "tests/fake/fake_data.h"

static void
add_copied(PGconn *c, const struct fake_step *step)
{
	const struct fake_step head = {.n_cols = step->names ? step->n_cols : 1};

	fake_add_answer(c, SAYS, fake_result(PGRES_COPY_OUT, &head, 0, 0));
	for (size_t i = 0; i < step->n_rows; i++)
		fake_add_answer(c, COPIES, fake_result(PGRES_SINGLE_TUPLE, step, i, 1));
	if (step->answer != FAKE_SILENT && step->answer != FAKE_DIE)
		fake_add_answer(c, COPIED, NULL);
}

static PGresult *
confirmation(struct fake_step *step, const char *sql)
{
	PGresult *r;
	char *tag = NULL;

	if (!strncmp(sql, "COPY ", 5) && !step->tag)
		step->tag = tag = xasprintf("COPY %zu", step->n_rows);
	r = fake_command_result(step, sql);
	free(tag);
	return r;
}

/* The result that says how many rows there were. */
static PGresult *
rows_result(const struct fake_step *step)
{
	PGresult *r = fake_result(PGRES_TUPLES_OK, step, step->n_rows, 0);

	fake_tag(r,
		step->tag ? xstrdup(step->tag) : xasprintf("SELECT %zu", step->n_rows));
	return r;
}

static void
add_rows(PGconn *c, const struct fake_step *step)
{
	for (size_t i = 0; i < step->n_rows; i++)
		fake_add_answer(c, SAYS, fake_result(PGRES_SINGLE_TUPLE, step, i, 1));
}

static void
end_well(PGconn *c, struct fake_step *step, const char *sql, bool copy)
{
	bool rows = step->names && !copy;

	fake_add_answer(c, SAYS, rows ? rows_result(step) : confirmation(step, sql));
}

/* False: what comes behind it is not run. */
static bool
answer_statement(PGconn *c, const char *sql)
{
	struct fake_step step = fake_query_step(c, sql);
	bool copy = !strncmp(sql, "COPY ", 5);

	if (copy && (step.n_rows || step.answer == FAKE_OK))
		add_copied(c, &step);
	else if (!copy)
		add_rows(c, &step);
	if (step.answer == FAKE_SILENT)
		fake_add_answer(c, FALLS_SILENT, NULL);
	else if (step.answer == FAKE_DIE)
		fake_add_answer(c, DIES, NULL);
	else if (step.answer == FAKE_FAIL)
		fake_add_answer(c, SAYS, fake_result(PGRES_FATAL_ERROR, &step, 0, 0));
	else if (step.answer == FAKE_COPY)
		fake_add_answer(c, SAYS, fake_result(PGRES_COPY_OUT, NULL, 0, 0));
	else if (step.answer == FAKE_OK)
		end_well(c, &step, sql, copy);
	return step.answer == FAKE_OK;
}

/* Where the statement ends: at its end, or a "; " that is in no literal. */
static char *
end_of_statement(char *sql)
{
	bool quoted = false;

	for (; *sql; sql++) {
		quoted ^= *sql == '\'';
		if (!quoted && !strncmp(sql, "; ", 2))
			return sql;
	}
	return sql;
}

int
PQsendQuery(PGconn *c, const char *sql)
{
	char *copy = xstrdup(sql), *rest = copy;
	bool ok = true, more = true;

	while (ok && more) {
		char *end = end_of_statement(rest);

		more = *end;
		*end = '\0';
		ok = answer_statement(c, rest);
		rest = end + 2;
	}
	fake_add_answer(c, ENDS, NULL);
	free(copy);
	return 1;
}

/* Text format, of one column; only what the tests have is escaped. */
static char *
line_of(const PGresult *r)
{
	const char *value = PQgetvalue(r, 0, 0);
	struct strbuf line = {0};

	if (fake_is_raw(r))
		return xstrdup(value);
	if (PQgetisnull(r, 0, 0))
		strbuf_add(&line, "\\N");
	for (; *value; value++)
		if (*value == '\n')
			strbuf_add(&line, "\\n");
		else if (*value == '\\')
			strbuf_add(&line, "\\\\");
		else
			strbuf_addc(&line, *value);
	strbuf_addc(&line, '\n');
	return strbuf_take(&line);
}

int
PQgetCopyData(PGconn *c, char **buffer, int async)
{
	struct answer *a = &c->answers[c->at];

	assert_int_equal(async, 1);
	*buffer = NULL;
	if (!fake_is_known(c))
		return 0;
	if (a->what != COPIES) {
		c->at += a->what == COPIED;
		return -1;
	}
	*buffer = line_of(a->result);
	PQclear(a->result);
	c->known--;
	c->at++;
	return (int)strlen(*buffer);
}

char *
PQcmdTuples(PGresult *r)
{
	char *tag = PQcmdStatus(r);

	return !strncmp(tag, "COPY ", 5) ? tag + 5 : tag + strlen(tag);
}
