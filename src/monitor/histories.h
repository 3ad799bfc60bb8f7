/* The revision graphs of all migrations blocks, read again when their files change. */
#ifndef MONITOR_HISTORIES_H
#define MONITOR_HISTORIES_H

#include "conf/conf.h"
#include "monitor/published.h"

struct histories;

/* Read every block of `conf`, which has to outlive the result. */
struct histories *histories_new(const struct conf *conf);
void histories_free(struct histories *h);

/* Read block `name` again if any of its files has changed, or if it could not be read;
 * true if that made a difference. */
bool histories_refresh(struct histories *h, const char *name);

/* What is known of block `name`; NULL if there is none of that name. */
const struct published_migrations *
histories_find(const struct histories *h, const char *name);
const struct published_migrations *histories_list(const struct histories *h, size_t *n);

#endif
