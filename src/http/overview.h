/* What /status answers, kept in pieces. */
#ifndef HTTP_OVERVIEW_H
#define HTTP_OVERVIEW_H

#include "conf/external.h"
#include "http/answer.h"
#include "http/target.h"
#include "report/status.h"

struct overview;

struct overview *overview_new(struct held *held);
void overview_free(struct overview *v); /* NULL is fine */

/* Which of the environments that the filter wants are listed; state and summary are
 * those of all of them. */
struct overview_wish {
	struct status_filter filter;
	size_t from;  /* place of the first that may be */
	size_t limit; /* 0: all; else the answer says how one goes on */
	const struct external *external;
	const struct target *target;       /* what was asked for */
	const struct receiving *receiving; /* as configured */
	size_t n_receiving;
};

/* Fill a zeroed answer. */
void overview_write(struct overview *v, const struct published *p,
	const struct overview_wish *wish, struct answer *out);

#endif
