/* A snapshot in the making: what reading one from a server and reading one from a
 * file have in common. */
#ifndef CATALOG_ASSEMBLE_H
#define CATALOG_ASSEMBLE_H

#include "catalog/intern.h"
#include "catalog/snapshot.h"

struct assembly {
	struct snapshot *snapshot;
	struct intern *strings;
	size_t cap; /* room in snapshot->objects */
	/* The object whose properties are being set, from 1; 0: none.  Equal lists of
	 * properties are kept once: columns repeat them endlessly. */
	size_t open;
	const char *values[KIND_MAX_PROPERTIES];
};

void assembly_begin(struct assembly *a);
/* Make room for `n` more objects. */
void assembly_reserve(struct assembly *a, size_t n);
/* What another one says beside its objects. */
void assembly_copy_header(struct assembly *a, const struct snapshot *from);
/* A new object at the end, good until the next one is added; `*values` receives
 * its properties, all of them unset, to be set until then. */
struct object *assembly_object(struct assembly *a, enum kind k, const char ***values);
/* The properties of object number `i` (from 0) once more, to be set until the next is
 * added or asked for. */
const char **assembly_values(struct assembly *a, size_t i);
/* Sort, link what belongs together, fingerprint.  Two objects of one identity:
 * ERR_INTERNAL.  The assembly is empty afterwards whatever happens. */
struct snapshot *assembly_end(struct assembly *a, struct err *e);
/* The same for what was a snapshot before: it is in order, and the fingerprint set. */
struct snapshot *assembly_restore(struct assembly *a);
/* Throw it away. */
void assembly_drop(struct assembly *a);

#endif
