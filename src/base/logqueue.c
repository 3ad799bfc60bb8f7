/* A thread, since nothing else keeps the loop from standing in write(2): O_NONBLOCK
 * belongs to the open file, which a terminal shares with the shell and a pipe with
 * whoever else writes to it, and that poll(2) found room says nothing once another took
 * it.  It covers the journal's socket and a slow disk as well. */
#include "base/logqueue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

/* A record with all that it points to, in one block. */
struct item {
	struct item *next;
	size_t size;
	uint64_t lost_before; /* records right before it that found no room */
	log_sink_fn *sink;
	void *arg;
	struct log_record record;
	struct log_field fields[];
};

struct logqueue {
	pthread_t thread;
	pthread_mutex_t mutex; /* of all below */
	pthread_cond_t arrived, written;
	struct item *first, **last;
	size_t bytes, max_bytes;
	bool full;     /* until half of it is free: gaps are few and long, not many */
	uint64_t lost; /* since the last record that found room */
	uint64_t n_written;
	bool ending, ended;
	log_sink_fn *sink;
	void *arg;
	uint64_t unsaid; /* the thread's own: lost, and not yet said */
};

/* ---- Records ---- */

static size_t
text_size(const char *s)
{
	return s ? strlen(s) + 1 : 0;
}

static size_t
item_size(const struct log_record *r)
{
	size_t n = sizeof(struct item) + r->n_fields * sizeof *r->fields +
		   text_size(r->msg) + text_size(r->text) + text_size(r->message_id);

	for (size_t i = 0; i < r->n_fields; i++)
		n += text_size(r->fields[i].key) + text_size(r->fields[i].value);
	return n;
}

static const char *
keep(char **at, const char *s)
{
	size_t n = text_size(s);
	char *kept = *at;

	if (!s)
		return NULL;
	memcpy(kept, s, n);
	*at += n;
	return kept;
}

static struct item *
item_new(const struct log_record *r, size_t size)
{
	struct item *i = xmalloc(size);
	char *at = (char *)&i->fields[r->n_fields];

	*i = (struct item){.size = size, .record = *r};
	i->record.msg = keep(&at, r->msg);
	i->record.text = keep(&at, r->text);
	i->record.message_id = keep(&at, r->message_id);
	i->record.fields = i->fields;
	for (size_t f = 0; f < r->n_fields; f++) {
		i->fields[f] = r->fields[f];
		i->fields[f].key = keep(&at, r->fields[f].key);
		i->fields[f].value = keep(&at, r->fields[f].value);
	}
	return i;
}

/* ---- The thread ---- */

/* Unlocked.  What was lost is said before anything that came after it. */
static bool
say_lost(struct logqueue *q, log_sink_fn *sink, void *arg)
{
	char msg[96], number[24];
	const struct log_field field = {"lost", number, true};
	const struct log_record r = {.level = LEVEL_WARN,
		.time_ms = clock_wall_ms(),
		.msg = msg,
		.fields = &field,
		.n_fields = 1};

	if (!q->unsaid)
		return true;
	snprintf(number, sizeof number, "%llu", (unsigned long long)q->unsaid);
	snprintf(msg, sizeof msg, "%s line%s lost here: the log could not be written",
		number, q->unsaid == 1 ? " was" : "s were");
	if (!sink(&r, arg))
		return false;
	q->unsaid = 0;
	return true;
}

/* Unlocked. */
static void
write_item(struct logqueue *q, const struct item *i)
{
	q->unsaid += i->lost_before;
	if (say_lost(q, i->sink, i->arg) && i->sink(&i->record, i->arg))
		return;
	q->unsaid++;
	log_count_lost();
}

static struct item *
take(struct logqueue *q)
{
	struct item *i = q->first;

	q->first = i->next;
	if (!q->first)
		q->last = &q->first;
	return i;
}

/* Locked, as it is again afterwards.  Nothing waits, but something may have been lost.
 */
static void
rest(struct logqueue *q)
{
	log_sink_fn *sink = q->sink;
	void *arg = q->arg;
	uint64_t lost = q->lost;

	if (!lost) {
		pthread_cond_wait(&q->arrived, &q->mutex);
		return;
	}
	q->lost = 0;
	q->full = false;
	pthread_mutex_unlock(&q->mutex);
	q->unsaid += lost;
	say_lost(q, sink, arg);
	pthread_mutex_lock(&q->mutex);
}

static void *
run(void *arg)
{
	struct logqueue *q = arg;

	pthread_mutex_lock(&q->mutex);
	while (q->first || q->lost || !q->ending) {
		struct item *i;

		if (!q->first) {
			rest(q);
			continue;
		}
		i = take(q);
		pthread_mutex_unlock(&q->mutex);
		write_item(q, i);
		pthread_mutex_lock(&q->mutex);
		q->bytes -= i->size;
		q->n_written++;
		pthread_cond_signal(&q->written);
		free(i);
	}
	q->ended = true;
	pthread_cond_signal(&q->written);
	pthread_mutex_unlock(&q->mutex);
	return NULL;
}

/* ---- What the loop calls ---- */

/* Locked. */
static bool
has_room(struct logqueue *q, size_t size)
{
	if (q->full && q->bytes > q->max_bytes / 2)
		return false;
	/* One that is larger than the queue goes alone. */
	q->full = q->bytes && q->bytes + size > q->max_bytes;
	return !q->full;
}

bool
logqueue_sink(const struct log_record *r, void *arg)
{
	struct logqueue *q = arg;
	size_t size = item_size(r);
	bool room;

	pthread_mutex_lock(&q->mutex);
	room = has_room(q, size);
	if (room) {
		struct item *i = item_new(r, size);

		i->sink = q->sink;
		i->arg = q->arg;
		i->lost_before = q->lost;
		q->lost = 0;
		*q->last = i;
		q->last = &i->next;
		q->bytes += size;
	} else {
		q->lost++;
		log_count_lost();
	}
	pthread_cond_signal(&q->arrived);
	pthread_mutex_unlock(&q->mutex);
	return room;
}

void
logqueue_set_outlet(struct logqueue *q, log_sink_fn *sink, void *arg)
{
	pthread_mutex_lock(&q->mutex);
	q->sink = sink;
	q->arg = arg;
	pthread_mutex_unlock(&q->mutex);
}

static void
destroy(struct logqueue *q)
{
	pthread_cond_destroy(&q->arrived);
	pthread_cond_destroy(&q->written);
	pthread_mutex_destroy(&q->mutex);
	free(q);
}

struct logqueue *
logqueue_new(size_t max_bytes, log_sink_fn *sink, void *arg)
{
	struct logqueue *q = xcalloc(1, sizeof *q);

	q->max_bytes = max_bytes;
	q->sink = sink;
	q->arg = arg;
	q->last = &q->first;
	pthread_mutex_init(&q->mutex, NULL);
	thread_cond_init(&q->arrived);
	thread_cond_init(&q->written);
	if (thread_start(&q->thread, run, q))
		return q;
	destroy(q);
	return NULL;
}

/* Locked.  True once all is written. */
static bool
wait_for_end(struct logqueue *q, int64_t patience_ms)
{
	int64_t end_ms = clock_mono_ms() + 10 * patience_ms;

	while (!q->ended) {
		uint64_t before = q->n_written;
		int64_t now_ms = clock_mono_ms(), until_ms = now_ms + patience_ms;
		bool in_time = true;

		while (in_time && !q->ended && q->n_written == before)
			in_time = thread_cond_wait(&q->written, &q->mutex, until_ms);
		if (!in_time || now_ms > end_ms)
			break;
	}
	return q->ended;
}

void
logqueue_end(struct logqueue *q, int64_t patience_ms)
{
	bool ended;

	if (!q)
		return;
	pthread_mutex_lock(&q->mutex);
	q->ending = true;
	pthread_cond_signal(&q->arrived);
	ended = wait_for_end(q, patience_ms);
	pthread_mutex_unlock(&q->mutex);
	if (ended) {
		pthread_join(q->thread, NULL);
		destroy(q);
	} else {
		pthread_detach(q->thread);
	}
}
