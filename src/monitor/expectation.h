/* What an environment's facts are held against. */
#ifndef MONITOR_EXPECTATION_H
#define MONITOR_EXPECTATION_H

#include "monitor/built.h"
#include "monitor/ddlfiles.h"
#include "monitor/environment.h"
#include "monitor/expected.h"
#include "monitor/graphs.h"
#include "store/store.h"

struct expectation_sources {
	struct graphs *graphs;
	struct expected_files *files;
	struct ddl_files *ddl;
	struct built *built;
	struct store *store; /* NULL: none */
};

/* Fill `x`; what it points at is borrowed and valid for this turn of the loop. */
void expectation_find(struct expectation *x, const struct expectation_sources *from,
	struct environment *env);
/* True if `f`, read of `env` and not yet taken, leaves a revision to be applied. */
bool expectation_is_pending(const struct expectation_sources *from,
	const struct environment *env, const struct facts *f);
void expectation_fini(struct expectation *x);

#endif
