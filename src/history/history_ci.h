/* A history and a judgement for what reads the output of a build. */
#ifndef HISTORY_HISTORY_CI_H
#define HISTORY_HISTORY_CI_H

#include "base/json.h"
#include "history/history.h"

struct history_report {
	const struct history *history;
	const struct judgement *judgement; /* NULL: none was asked for */
	const char *hint;                  /* of the judgement */
	const bool *allowed;               /* by problem code: it does not count */
	const char *dir;     /* paths below it are given relative to it; absolute */
	const char *version; /* of pgdriftd */
};

/* Workflow commands of GitHub Actions, a line each: ::error, ::warning, and ::notice
 * for what does not count.  Rules: actions/toolkit, packages/core/src/command.ts. */
void history_github(const struct history_report *r, struct strbuf *out);
/* A document of SARIF 2.1.0 (OASIS), with what GitHub's code scanning wants in it.  The
 * caller deletes it. */
cJSON *history_sarif(const struct history_report *r);

#endif
