/* The keys of the configuration as one const table: parser, defaults, validation,
 * `config show` and the sample file all follow it.  A key is a row and a test. */
#ifndef CONF_KEYS_H
#define CONF_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum conf_block {
	BLOCK_SERVICE,
	BLOCK_HTTP,
	BLOCK_MIGRATIONS,
	BLOCK_ENVIRONMENT,
	BLOCK_RECEIVER,
	BLOCK_COUNT
};

struct conf_block_info {
	const char *name;
	const char *example; /* a title for the sample; NULL: the block has none */
	const char *help;
};

extern const struct conf_block_info conf_blocks[BLOCK_COUNT];

enum {
	KEY_REQUIRED = 1 << 0,
	KEY_RESTART = 1 << 1,    /* a reload cannot change it */
	KEY_ENV = 1 << 2,        /* PGDRIFTD_<NAME> overrides it */
	KEY_INHERITS = 1 << 3,   /* not given: service's key of the same name */
	KEY_EXISTS = 1 << 4,     /* a path that has to be readable */
	KEY_CREDENTIAL = 1 << 5, /* a path below $CREDENTIALS_DIRECTORY */
	KEY_SECRET = 1 << 6,     /* shown as <secret> */
	KEY_DSN = 1 << 7,        /* shown without its passwords */
	KEY_COMMAND = 1 << 8,    /* … and so are the words of a command */
	KEY_SHOWN = 1 << 9       /* is said along: no check depends on it */
};

struct conf_type;

struct conf_key {
	const char *name;
	enum conf_block block;
	const struct conf_type *type;
	size_t offset;    /* of the (first) member in the block's struct */
	const char *def;  /* as in a file; NULL: none */
	int64_t min, max; /* inclusive; durations in ms; 0, 0: the type's own */
	const char *const *choices; /* ends with NULL */
	unsigned flags;
	const char *example; /* for the sample, where there is no default */
	const char *help;    /* for the sample; lines end with '\n' but the last */
};

extern const struct conf_key conf_keys[];
extern const size_t conf_n_keys;

/* NULL: the block has no such key. */
const struct conf_key *conf_key_find(enum conf_block b, const char *name);
/* The key that `name` is most likely a misspelling of, or NULL. */
const struct conf_key *conf_key_near(enum conf_block b, const char *name);
/* Position within the block, the bit in `given`. */
unsigned conf_key_bit(const struct conf_key *k);
/* BLOCK_COUNT: there is none of that name, or near it. */
enum conf_block conf_block_find(const char *name);
enum conf_block conf_block_near(const char *name);

#endif
