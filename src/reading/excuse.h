/* What is to be made of the error that a reading ended with. */
#ifndef READING_EXCUSE_H
#define READING_EXCUSE_H

#include <stdint.h>

#include "base/err.h"

struct excuse {
	int64_t timeout_ms, statement_timeout_ms; /* as configured */
	int64_t ran_ms;   /* since the last script was sent; -1: none was */
	bool stood_still; /* this process did not run for a while */
	bool late;        /* connected, and past the deadline of the whole */
};

/* Say the limit that was reached, and whether it was one or a person that cancelled.
 * Where this process stood still, an end of the time or of the connection is nobody's
 * failure: it becomes ERR_MOVED, try again soon. */
void excuse_error(const struct excuse *x, struct err *e);

#endif
