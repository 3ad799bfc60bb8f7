/* Files of SQL, and dumps, that environments are held against (expect = "ddl:FILE"):
 * looked at in a thread, and known by what they hold. */
#ifndef MONITOR_DDLFILES_H
#define MONITOR_DDLFILES_H

#include "build/ddl.h"
#include "conf/conf.h"
#include "monitor/look.h"

struct ddl_files;

/* Of a look at PATH `w` is told with PATH. */
struct ddl_files *ddl_files_new(const struct look_watcher *w);
void ddl_files_free(struct ddl_files *f);
/* Forget those that no environment of `conf` is held against. */
void ddl_files_keep(struct ddl_files *f, const struct conf *conf);

/* Have it looked at in a thread, after this call; the number of that look (look.h). */
uint64_t ddl_files_look(struct ddl_files *f, const char *path);
bool ddl_files_has_looked(struct ddl_files *f, const char *path, uint64_t number);
/* How many looks found it to be another one than is held, if only in its times: while
 * that stays, whoever has read it has read what is held. */
uint64_t ddl_files_moves(struct ddl_files *f, const char *path);
/* True as long as nothing is known of it. */
bool ddl_files_is_unread(struct ddl_files *f, const char *path);

struct ddl_known {
	/* It, as of the last look; owned by the files, valid in this turn of the loop.
	 * NULL: it cannot be read, `error` says why. */
	const struct ddl *ddl;
	struct err error;
	/* There is another one, which is being written: the rest is of before.  It is
	 * looked at again after DDL_REST_MS, and is taken once it has rested so long.
	 */
	bool settling;
};
enum { DDL_REST_MS = 1500 };
void ddl_files_find(struct ddl_files *f, const char *path, struct ddl_known *out);

#endif
