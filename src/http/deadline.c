/* A connection that is late is shut down on its socket, which its owner then sees as
 * closed by the peer: libmicrohttpd has no call to end one.  So is one whose peer has
 * gone: of an end that arrives together with data libmicrohttpd 0.9.75 hears nothing,
 * since its epoll events are edge-triggered. */
#include "http/deadline.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"

enum { LOOK_MS = 1000, ANSWER_FACTOR = 10, LAST_REQUEST_MS = 100 };

struct deadline {
	struct deadlines *all;
	struct deadline *next, *previous;
	int fd;
	int64_t at_ms;
	bool awaits_request;
	bool answered; /* a request before */
};

struct deadlines {
	struct timer *timer;
	struct deadline *first;
	int64_t request_ms;
	bool draining;
};

static int64_t
look_again_ms(const struct deadlines *d)
{
	return d->request_ms < LOOK_MS ? d->request_ms : LOOK_MS;
}

/* What a look at the next byte gives: 1 there is one, 0 nothing more will come, -1
 * there is none yet. */
static ssize_t
peek(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
}

static void
look(void *arg)
{
	struct deadlines *d = arg;
	int64_t now = clock_mono_ms();

	for (struct deadline *k = d->first; k; k = k->next)
		if (k->at_ms <= now || (k->awaits_request && peek(k->fd) == 0))
			shutdown(k->fd, SHUT_RDWR);
	if (d->first)
		timer_set(d->timer, look_again_ms(d));
}

struct deadlines *
deadlines_new(struct loop *l, int64_t request_ms)
{
	struct deadlines *d = xcalloc(1, sizeof *d);

	d->request_ms = request_ms;
	d->timer = timer_new(l, look, d);
	return d;
}

void
deadlines_free(struct deadlines *d)
{
	if (!d)
		return;
	assert(!d->first);
	timer_free(d->timer);
	free(d);
}

struct deadline *
deadline_add(struct deadlines *d, int fd)
{
	struct deadline *k = xcalloc(1, sizeof *k);

	k->all = d;
	k->fd = fd;
	k->next = d->first;
	if (d->first)
		d->first->previous = k;
	else
		timer_set(d->timer, look_again_ms(d));
	d->first = k;
	deadline_request(k);
	return k;
}

void
deadline_remove(struct deadline *k)
{
	if (k->previous)
		k->previous->next = k->next;
	else
		k->all->first = k->next;
	if (k->next)
		k->next->previous = k->previous;
	free(k);
}

void
deadline_request(struct deadline *k)
{
	k->at_ms = clock_mono_ms() + k->all->request_ms;
	k->awaits_request = true;
	if (k->all->draining && k->answered)
		shutdown(k->fd, SHUT_RDWR);
}

void
deadline_answer(struct deadline *k)
{
	k->at_ms = clock_mono_ms() + ANSWER_FACTOR * k->all->request_ms;
	k->awaits_request = false;
	k->answered = true;
}

void
deadlines_drain(struct deadlines *d)
{
	int64_t by_ms = clock_mono_ms() + LAST_REQUEST_MS;

	d->draining = true;
	for (struct deadline *k = d->first; k; k = k->next)
		if (k->awaits_request && k->answered && k->at_ms > by_ms)
			k->at_ms = by_ms;
	if (d->first)
		timer_set(d->timer, LAST_REQUEST_MS);
}
