/* Templates: which environments there are says a server, again and again.  Whatever
 * goes wrong on the way, those that are known stay. */
#ifndef MONITOR_DISCOVERY_H
#define MONITOR_DISCOVERY_H

#include "conf/conf.h"
#include "monitor/published.h"
#include "monitor/queue.h"
#include "store/store.h"

struct discoveries_owner {
	struct loop *loop;
	struct pg_servers *servers;
	struct queue *queue;
	struct store *store; /* NULL: nothing is known from before */
	bool once;           /* each is asked once, whatever comes of it */
	/* What the templates stand for is another: go over to discoveries_conf().  On
	 * false with the reason they stand for what they did. */
	bool (*adopt)(void *arg, struct err *e);
	/* A list has ended, well or not. */
	void (*ended)(void *arg);
	void (*tell)(void *arg, const struct discovery_news *news);
	void *arg;
};

struct discovery;

/* Plain data; zeroed but for `o` is none. */
struct discoveries {
	struct discoveries_owner o;
	double jitter;
	bool started;
	struct discovery **v, **next;
	size_t n, n_next;
	struct published_discovery *list;
};

/* Make ready for the templates of `base`, which is to outlive it; followed by _take(),
 * which forgets those that are not in it, or by _drop(). */
void discoveries_read(struct discoveries *d, const struct conf *base);
void discoveries_take(struct discoveries *d, const struct conf *base);
void discoveries_drop(struct discoveries *d);
void discoveries_fini(struct discoveries *d);
/* `base` with what they stand for (what they are to stand for, between _read() and
 * _take()), of its own; NULL: there is no template in it. */
struct conf *discoveries_conf(const struct discoveries *d, const struct conf *base);

/* Their servers are to be asked from now on. */
void discoveries_start(struct discoveries *d);
/* Ask who is due, as far as the queue has room for it: `most` may run at a time. */
void discoveries_pump(struct discoveries *d, int most);
/* All are due. */
void discoveries_ask(struct discoveries *d);
/* What that environment stands for seems to be gone: the template that it comes of, if
 * any, is due. */
void discoveries_doubt(struct discoveries *d, const char *environment);
/* Servers that took connections only answer again. */
void discoveries_answered(struct discoveries *d);
/* To be called after queue_take(). */
void discoveries_moved(const struct discoveries *d);
/* True if one is asked, or due. */
bool discoveries_are_open(const struct discoveries *d);

void discoveries_publish(struct discoveries *d, struct published *now);
void discoveries_clock_set(struct discoveries *d, const struct clock_step *step);
/* Have the store keep what was last found and when; `other_file`: it has nothing. */
void discoveries_keep(struct discoveries *d, bool other_file);

#endif
