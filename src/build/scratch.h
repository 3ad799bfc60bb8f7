/* The server on which databases are made and dropped, through one session, which says
 * as long as it is open that they are in use: a session lock stands for each. */
#ifndef BUILD_SCRATCH_H
#define BUILD_SCRATCH_H

#include "base/strbuf.h"
#include "loop/loop.h"
#include "pg/session.h"

struct scratch;

/* Called once per call below, never from inside it: e NULL for success. */
typedef void scratch_fn(void *arg, const struct err *e);

struct scratch *scratch_new(struct loop *l);
/* Close and free; nothing is called back any more.  NULL is fine. */
void scratch_free(struct scratch *s);

/* One call at a time.  Connect, and learn what server it is. */
void
scratch_open(struct scratch *s, const struct pg_target *t, scratch_fn *fn, void *arg);
/* Valid once it is open. */
const char *scratch_system(const struct scratch *s); /* its system identifier */
const char *scratch_user(const struct scratch *s);   /* who we are there */
bool scratch_is_open(const struct scratch *s);

/* Drop what was left behind by programs that are gone.  What cannot be dropped is
 * logged and left. */
void scratch_sweep(struct scratch *s, scratch_fn *fn, void *arg);
/* Make an empty database of that name (place_is_name()), which is in use until this
 * session ends. */
void scratch_make(struct scratch *s, const char *name, scratch_fn *fn, void *arg);
/* Drop it, whoever is connected to it. */
void scratch_drop(struct scratch *s, const char *name, scratch_fn *fn, void *arg);

#endif
