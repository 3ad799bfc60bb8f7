/* Catalogs kept once: environments with equal ones share one, packed, that is unpacked
 * when it is compared or shown.  Everything here may be called from any thread. */
#ifndef CATALOG_LIBRARY_H
#define CATALOG_LIBRARY_H

#include "catalog/snapshot.h"

struct library;
/* One catalog, known by the SHA-256 of its bytes (packed.h). */
struct volume;

struct library *library_new(void);
/* What is kept in it refers to it as well.  NULL is fine. */
struct library *library_ref(struct library *l);
void library_unref(struct library *l);

/* Takes over `s` and returns it as it is kept: its header (server's version, recovery,
 * recorded revision, version table) and, in place of its objects, the one catalog that
 * all have whose objects are equal.  NULL stays NULL; without a library, as one that is
 * kept already, it is `s` itself.  What is new is packed here, which takes a while. */
struct snapshot *library_keep(struct library *l, struct snapshot *s);

/* The same catalog as of a database that records `revision`; a reference.  `s` is kept.
 */
struct snapshot *snapshot_at(struct snapshot *s, const struct strvec *revision);

/* A few stay unpacked between two uses.  Those that are large do so until this call:
 * to be made when something is over that needed them. */
void library_rest(struct library *l);

/* How many there are, how many bytes they take packed, and those that are unpacked now.
 */
struct library_size {
	size_t n, packed, open;
};
struct library_size library_size(struct library *l);

/* The key, as lower-case hex; NULL: it is not kept. */
const char *snapshot_key(const struct snapshot *s);

/* ---- For snapshot.c alone ---- */

void volume_unref(struct volume *v); /* NULL is fine */
struct snapshot *volume_open(struct volume *v);
size_t volume_count(const struct volume *v, size_t *objects);

#endif
