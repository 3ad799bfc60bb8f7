/* What has to be there on this machine before a command can run. */
#ifndef BUILD_WORKSHOP_H
#define BUILD_WORKSHOP_H

#include <sys/types.h>

#include "build/place.h"
#include "build/recipe.h"

struct workshop {
	char *dir;    /* a private directory; NULL: none is needed */
	char *ini;    /* the copy of the ini in it, or NULL */
	char *driver; /* of the URL in the ini, or "" */
	/* Whom to run it as, where that is somebody else. */
	bool other_user;
	uid_t user;
	gid_t group, *groups;
	size_t n_groups;
	char *user_name, *user_home;
};

/* Waits for disks and the database of users: to be called in a thread.  False: there is
 * nothing to close. */
bool workshop_open(const struct recipe *r, const struct place *p, struct workshop *out,
	struct err *e) MUST_CHECK;
/* Remove what was made. */
void workshop_close(struct workshop *w);

#endif
