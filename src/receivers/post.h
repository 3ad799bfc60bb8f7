/* A message from the configuration of its receiver to its way there. */
#ifndef RECEIVERS_POST_H
#define RECEIVERS_POST_H

#include "conf/conf.h"
#include "receivers/body.h"
#include "receivers/sender.h"

/* Who sends it, and who is told the answer, as sender_post() does. */
struct post {
	struct sender *sender;
	void (*done)(void *arg, const struct answer *a);
	void *arg;
};

/* Fill in m->receiver and m->id, read the files of `r`, and post it.  NULL, with the
 * trouble in `a`, if it cannot be: then nobody is told. */
struct delivery *post_message(const struct post *p, const struct conf_receiver *r,
	struct message *m, struct answer *a);

#endif
