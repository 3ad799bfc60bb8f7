/* Ignore rules (contract 4): `kind:schema.object[.part][@property]`. */
#ifndef CATALOG_IGNORE_H
#define CATALOG_IGNORE_H

#include <stdint.h>

#include "catalog/snapshot.h"

struct ignore_rules;

struct ignore_rules *ignore_new(void);
void ignore_free(struct ignore_rules *r);
/* Once more, for one that is complete: it goes with the last ignore_free().  From any
 * thread.  NULL stays NULL. */
struct ignore_rules *ignore_ref(const struct ignore_rules *r);
/* One rule; `file` and `line` are for messages, file NULL for a rule from the
 * configuration or the command line. */
bool ignore_add(struct ignore_rules *r, const char *text, const char *file,
	unsigned line, struct err *e) MUST_CHECK;
/* A rule of the program's own, which is sound; nothing is said if it never matches. */
void ignore_add_preset(struct ignore_rules *r, const char *text);
/* A file of rules, one a line, `#` comments. */
bool ignore_load(struct ignore_rules *r, const char *path, struct err *e) MUST_CHECK;
/* The same of a path on a command line: pipes are read as well. */
bool
ignore_load_given(struct ignore_rules *r, const char *path, struct err *e) MUST_CHECK;

/* True if a finding on `o` (property NULL: on the whole object) is ignored at
 * `now_ms`; last match wins, `!` takes back, an expired rule hides nothing.  A
 * rule for a table covers what belongs to it, one for a schema everything in it.
 * Marks the rules that matched in `used` (ignore_count() bytes, or NULL). */
bool ignore_match(const struct ignore_rules *r, const struct object *o,
	const char *property, int64_t now_ms, unsigned char *used);

/* The place of the rule by which it is; SIZE_MAX: it is not. */
size_t ignore_by(const struct ignore_rules *r, const struct object *o,
	const char *property, int64_t now_ms);

size_t ignore_count(const struct ignore_rules *r);
/* Equal for equal rules in the same order, wherever they stand: "" for none, else a
 * SHA-256 in hex. */
const char *ignore_digest(const struct ignore_rules *r);
struct ignore_rule_info {
	const char *text, *reason, *file;
	unsigned line;
	int64_t until_ms; /* 0: for ever */
	bool preset;
};
struct ignore_rule_info ignore_info(const struct ignore_rules *r, size_t i);

#endif
