/* Statements whose plans the server keeps for a session, by PREPARE and EXECUTE of SQL,
 * as what is sent is a simple query (query.h).  Only where the session is one
 * backend's: behind a pooler the next transaction may be another's, and what was
 * prepared would be left to strangers. */
#ifndef PG_PREPARED_H
#define PG_PREPARED_H

#include <inttypes.h>
#include <stddef.h>

#include "base/err.h"

enum { PREPARED_MOST = 8 };

#define PREPARED_NAME "pgdriftd_%016" PRIx64

/* Zeroed: nothing is prepared. */
struct prepared {
	enum {
		PREPARED_NEVER,
		PREPARED_ASKS, /* whether it is one backend's is to be asked first */
		PREPARED_MAY,
	} how;
	uint64_t known[PREPARED_MOST]; /* which the server has */
	size_t n;
	bool used;   /* in the script at hand */
	bool failed; /* … which may be run again without */
};

/* What asks, and what it has to answer: the backend's own number. */
extern const char prepared_question[];
void prepared_answer(struct prepared *p, const char *pid, int backend_pid);

/* A script begins. */
void prepared_begin(struct prepared *p);
/* The number of its name in PREPARED_NAME; 0: `sql` goes out as it is.  `*news`: it has
 * to be prepared before. */
uint64_t prepared_name(struct prepared *p, const char *sql, bool *news);
/* The script has failed: which of them the server has now is not known. */
void prepared_fail(struct prepared *p, const struct err *e);

#endif
