/* The path of http.external_url: a proxy may have taken it off, or not.  Pure. */
#ifndef HTTP_PREFIX_H
#define HTTP_PREFIX_H

#include "conf/external.h"
#include "http/target.h"

enum prefix_found {
	PREFIX_ABSENT, /* or there is none to look for */
	PREFIX_BARE,   /* the target is the prefix, without a slash at its end */
	PREFIX_TAKEN,  /* it was there, and is off */
	PREFIX_APART   /* a proxy has decoded the path: people see another one */
};

/* Take it off the target's path once, if that begins with it, segment by segment. */
enum prefix_found prefix_take(const struct external *x, struct target *t);
/* What leads from that path to the first page, as page_root(); of one that people see
 * another one of it is the whole path.  The caller frees. */
char *
prefix_root(const struct external *x, const char *raw_path, enum prefix_found found);
/* Where a target that is the bare prefix leads: the slash behind it, before its query;
 * the caller frees. */
char *prefix_slashed(const struct external *x, const char *raw);

#endif
