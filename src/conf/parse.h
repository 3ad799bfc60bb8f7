/* Configuration files as blocks of keys with texts: what is written, before what it
 * means. */
#ifndef CONF_PARSE_H
#define CONF_PARSE_H

#include "conf/errors.h"
#include "conf/keys.h"

struct raw_entry {
	const struct conf_key *key;
	struct strvec texts;
	unsigned line;
};

struct raw_block {
	enum conf_block block;
	char *title; /* NULL: the block has none */
	char *file;
	unsigned line;
	bool is_cut;               /* reading stopped in it */
	struct raw_entry *entries; /* each key at most once */
	size_t n_entries, cap_entries;
};

struct raw_conf {
	struct raw_block *blocks; /* in the order of files and lines */
	size_t n_blocks, cap_blocks;
};

/* Append the blocks of a file's text.  What cannot be understood becomes a message
 * in `errors`; what can is appended all the same, so that it can be checked too.
 * False if a part of the text was not read at all. */
bool conf_parse(const char *text, size_t n, const char *file, struct raw_conf *out,
	struct conf_errors *errors);
void raw_conf_free(struct raw_conf *r);

/* NULL: not given in this block. */
const struct raw_entry *raw_block_find(const struct raw_block *b, const char *key);
/* Where the key stands, else where the block does. */
struct conf_place raw_block_place(const struct raw_block *b, const char *key);

#endif
