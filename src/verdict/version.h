/* What is known of the version table besides the rows that it holds, for the sake of
 * what is advised about it. */
#ifndef VERDICT_VERSION_H
#define VERDICT_VERSION_H

#include "base/err.h"
#include "base/rows.h"
#include "base/strbuf.h"

struct version_facts {
	char *role;         /* that pgdriftd connects as, quoted; NULL: not known */
	int width;          /* of version_num, in characters; 0: no limit */
	bool padded;        /* it is a char(n) */
	bool null_row;      /* a row is NULL; it is "NULL" among the recorded ones */
	bool schema_exists; /* the one that the table is, or is to be, in */
	bool schema_usable; /* USAGE on it */
	bool reads_new;     /* a table that is made now can be read as it is */
	char *elsewhere;    /* another table that looks like one, quoted; NULL: none */
	bool elsewhere_readable;
	/* The rows of such tables: rows.v[i] stands in tables.v[i]. */
	struct strvec tables, rows;
	char *sql; /* that reads those rows; NULL: there is nothing to read */
};

struct version_name {
	const char *schema, *table;
};

/* False if `info`, the row of checksql_info, says that the table cannot be read: with
 * the statements that grant it, for the role that is there (`v`), or what it lacks. */
bool version_check_table(const struct version_facts *v, const struct version_name *n,
	const struct rows *info, struct err *e) MUST_CHECK;
/* Take the row of checksql_version. */
void version_take(struct version_facts *v, const struct rows *info);
/* Take what `sql` brought: columns name, version_num. */
void version_take_rows(struct version_facts *v, const struct rows *rows);
void version_fini(struct version_facts *v);

#endif
