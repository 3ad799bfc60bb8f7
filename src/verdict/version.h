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
	struct strvec readable; /* such tables whose rows can be read, quoted */
	/* What the role may do that no check needs: versionsql.h. */
	bool super;
	char *powers, *owners; /* NULL: none */
};

struct version_name {
	const char *schema, *table;
};

/* False if `info`, the row of checksql_info, says that the table cannot be read, or
 * that reading it would run what others have written: what it is, and what is to be
 * done, with the statements that grant it, for the role that is there (`v`). */
bool version_check_table(const struct version_facts *v, const struct version_name *n,
	const struct rows *info, struct err *e) MUST_CHECK;
/* Say of an error of reading its rows what is known of it. */
void version_explain(struct err *e);
/* Take the row of versionsql_facts. */
void version_take(struct version_facts *v, const struct rows *info);
/* Take the rows of the tables in `readable`, one column of each. */
void version_take_rows(struct version_facts *v, const struct rows *tables);
/* They could not be read, so nothing is said of them. */
void version_forget_elsewhere(struct version_facts *v);
/* One sentence if the role may do more than a check needs, with the statements for one
 * that may not; else NULL.  The caller frees it. */
char *version_role_notice(const struct version_facts *v, const char *database,
	const struct version_name *n);
/* All but the rows of other tables. */
void version_copy(struct version_facts *to, const struct version_facts *from);
void version_fini(struct version_facts *v);

#endif
