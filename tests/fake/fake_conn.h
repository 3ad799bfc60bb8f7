/* What the files of the scripted libpq share of a connection; nobody else includes
 * this. */
#ifndef FAKE_CONN_H
#define FAKE_CONN_H

#include <libpq-fe.h>

#include "base/strbuf.h"
#include "tests/fake/fake_libpq.h"

struct script;

/* What the server will say, in order.  `result` NULL: the end of a query's answer, or
 * of the rows of a COPY, known together with what stands before it. */
struct answer {
	PGresult *result;
	enum { SAYS, COPIES, COPIED, ENDS, FALLS_SILENT, DIES } what;
};

struct pg_conn {
	struct script *script;
	struct strbuf params, error;
	char *dsn;
	int fd, peer;
	const char *host; /* NULL: the first */
	ConnStatusType status;
	int polls;
	struct fake_step connect;
	struct answer *answers;
	size_t n_answers, cap_answers, at;
	size_t told;  /* answers that bytes were sent for */
	size_t known; /* answers that bytes were read for */
	bool mute;
};

/* The step that a query is, with what `serve` made of it. */
struct fake_step fake_query_step(PGconn *c, const char *sql);
/* One of enum above. */
void fake_add_answer(PGconn *c, int what, PGresult *result);
PGresult *fake_command_result(const struct fake_step *step, const char *sql);
/* What the server says next has arrived. */
bool fake_is_known(const PGconn *c);

#endif
