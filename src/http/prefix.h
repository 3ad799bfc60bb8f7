/* The path of http.external_url: a proxy may have taken it off, or not.  Pure. */
#ifndef HTTP_PREFIX_H
#define HTTP_PREFIX_H

#include "conf/external.h"
#include "http/target.h"

enum prefix_found {
	PREFIX_ABSENT, /* or there is none to look for */
	PREFIX_BARE,   /* the target is the prefix, without a slash at its end */
	PREFIX_TAKEN   /* it was there, and is off */
};

/* Take it off the target's path once, if that begins with it, segment by segment. */
enum prefix_found prefix_take(const struct external *x, struct target *t);
/* The rest of a path as it is written, from the slash behind the prefix that it has. */
const char *prefix_behind(const struct external *x, const char *raw_path);
/* Where a target that is the bare prefix leads: the slash behind it, before its query;
 * the caller frees. */
char *prefix_slashed(const struct external *x, const char *raw);

#endif
