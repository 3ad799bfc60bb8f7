/* What a template stands for, as the store keeps it. */
#ifndef MONITOR_LISTING_H
#define MONITOR_LISTING_H

#include "conf/conf.h"
#include "store/store.h"

/* Names of databases or schemas of the server with that system identifier ("": not
 * known); the caller frees. */
char *listing_write(const struct conf_environment *template, const char *system,
	const struct strvec *names);

/* Append, sorted, those of the names in `text` that the template stands for, none if it
 * asks for another kind of them now; returns the system identifier, which the caller
 * frees. */
char *listing_read(const struct conf_environment *template, const char *text,
	struct strvec *names);

/* Under what the store has that of a template: no name of an environment.  The caller
 * frees. */
char *listing_place(const char *name);
/* What it has there, and when that was found (NULL: no template); the caller frees.
 * NULL: nothing is kept, or `e` says why that is not known. */
char *
listing_known(struct store *s, const char *name, int64_t *success_ms, struct err *e);

#endif
