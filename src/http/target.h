/* A request target (RFC 9112, 3.2) taken apart and decoded.  Pure. */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "base/err.h"
#include "base/strbuf.h"

enum { TARGET_MAX_PARAMETERS = 256 };

struct target {
	struct strvec path; /* "/status/a%20b" is "status", "a b"; "/" is empty */
	struct strvec keys, values; /* of the query, in order, as many of each */
	size_t query_length;        /* in bytes, as written */
};

/* Decode an origin-form or absolute-form target.  False, with a sentence for the
 * client, for a bad escape, a NUL, text that is not UTF-8, or too many parameters;
 * then there is nothing to free. */
bool target_parse(const char *raw, struct target *out, struct err *e) MUST_CHECK;
void target_fini(struct target *t);

/* Leave out the first `n` segments of the path. */
void target_drop(struct target *t, size_t n);

/* The path as written, without scheme, authority and query; the caller frees. */
char *target_raw_path(const char *raw);

/* The last value of a parameter, or NULL. */
const char *target_value(const struct target *t, const char *key);
/* Append every value of a parameter; with `split`, each of its comma-separated parts.
 */
void
target_values(const struct target *t, const char *key, bool split, struct strvec *out);

#endif
