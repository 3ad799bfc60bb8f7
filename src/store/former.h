/* A store of an earlier pgdriftd: kept beside the one that is made of it, and brought
 * over where statements cannot. */
#ifndef STORE_FORMER_H
#define STORE_FORMER_H

#include "store/sql.h"

/* Under the write lock, before anything of a file of format `version` is changed: have
 * it as a whole under FILE.v<version>, mode 0600, in place of one that is there.  False
 * if that cannot be, and then nothing is left of it.  A database in memory has none. */
bool former_copy(struct store *s, int64_t version, struct err *e) MUST_CHECK;

/* Within the transaction: baselines had the text of a snapshot file each; now it is
 * among the catalogs, and they have its key. */
bool former_pack_baselines(struct store *s, struct err *e) MUST_CHECK;

#endif
