/* Opening the database, for recover.c as well. */
#ifndef STORE_OPEN_H
#define STORE_OPEN_H

#include "store/sql.h"

struct store *open_new(const char *dir);
/* Create it if it is not there, lock it for a daemon, and bring it to the present
 * tables.  What was opened up to an error is left to open_close(). */
bool open_all(struct store *s, struct err *e) MUST_CHECK;
void open_close(struct store *s);

#endif
