/* By which program a catalog was read: what it asks of such a server, and how it takes
 * the answers.  What another one read may lack what this one reads. */
#ifndef CATALOG_PROGRAM_H
#define CATALOG_PROGRAM_H

#include "base/hash.h"

/* Zeroed: of no server yet. */
struct program {
	int server_version_num;
	char hex[HASH_HEX_LEN];
};

/* This program, for a server of that version; the same text as long as nothing that it
 * asks is another.  Computed where `p` is of another version, and valid as long. */
const char *program_of(struct program *p, int server_version_num);

#endif
