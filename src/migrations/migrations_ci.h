/* A graph and a judgement for what reads the output of a build. */
#ifndef MIGRATIONS_CI_H
#define MIGRATIONS_CI_H

#include "base/json.h"
#include "migrations/migrations.h"

struct migrations_report {
	const struct migrations *graph;
	const struct judgement *judgement; /* NULL: none was asked for */
	const char *hint;                  /* of the judgement */
	const char *dir;     /* paths below it are given relative to it; absolute */
	const char *version; /* of pgdriftd */
};

/* Workflow commands of GitHub Actions, a line each: ::error, ::warning, and ::notice
 * for what does not count.  Rules: actions/toolkit, packages/core/src/command.ts. */
void migrations_github(const struct migrations_report *r, struct strbuf *out);
/* A document of SARIF 2.1.0 (OASIS), with what GitHub's code scanning wants in it.  The
 * caller deletes it. */
cJSON *migrations_sarif(const struct migrations_report *r);
/* The same as a Code Quality report of GitLab, which has no place for what is allowed:
 * an array; the caller deletes it. */
cJSON *migrations_gitlab(const struct migrations_report *r);

#endif
