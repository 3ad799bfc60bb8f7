/* By which program a catalog was read: what it asks of such a server, and how it takes
 * the answers.  What another one read may lack what this one reads. */
#ifndef CATALOG_PROGRAM_H
#define CATALOG_PROGRAM_H

#include "base/hash.h"

/* The digest of the sources that make a catalog of a server's answers: two builds of
 * one version may have others. */
extern const char program_sources[];

/* Zeroed: of no server yet. */
struct program {
	int server_version_num;
	char hex[HASH_HEX_LEN];
};

/* This program, for a server of that version; the same text as long as neither what it
 * asks nor its sources are others.  Computed where `p` is of another version, and valid
 * as long. */
const char *program_of(struct program *p, int server_version_num);

#endif
