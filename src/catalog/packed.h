/* The bytes of a catalog for memory: all that is compared or shown, exactly, and
 * quicker to take up than the text of a snapshot file.  They hold the tags of secrets
 * (secret.h) and numbers of kinds, so they never leave the process: on a disk, the text
 * of the file stands for them. */
#ifndef CATALOG_PACKED_H
#define CATALOG_PACKED_H

#include "catalog/snapshot.h"

/* Takes the next `n` of the bytes. */
typedef void packed_sink(void *arg, const char *bytes, size_t n);

/* Equal catalogs are equal bytes, whoever read them: objects, what was read of each
 * kind, the server's major version and the version table are in them; its minor
 * version, the recorded revision and whether it was in recovery are of a reading, and
 * are not. */
void packed_write(const struct snapshot *s, packed_sink *sink, void *arg);
/* The opposite; such bytes are whole, or the program is wrong. */
struct snapshot *packed_read(const char *bytes, size_t n, const char *fingerprint);

#endif
