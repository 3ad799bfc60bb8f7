#include "tests/unit/receivers/edges.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

struct edges edges;

/* ---- Clocks ---- */

int64_t __wrap_clock_mono_ms(void);
int64_t __wrap_clock_boot_ms(void);
int64_t __wrap_clock_wall_ms(void);

int64_t
__wrap_clock_mono_ms(void)
{
	return edges.mono_ms;
}

int64_t
__wrap_clock_boot_ms(void)
{
	return edges.mono_ms;
}

int64_t
__wrap_clock_wall_ms(void)
{
	return edges.wall_ms;
}

/* ---- Timers ---- */

struct timer {
	void (*fn)(void *arg);
	void *arg;
	int64_t at_ms; /* -1: not set */
	uint64_t order;
	struct timer *next;
};

static struct timer *timers;
static uint64_t orders;

struct timer *
timer_new(struct loop *l, void (*fn)(void *arg), void *arg)
{
	struct timer *t = xcalloc(1, sizeof *t);

	(void)l;
	*t = (struct timer){.fn = fn, .arg = arg, .at_ms = -1, .next = timers};
	timers = t;
	return t;
}

void
timer_set(struct timer *t, int64_t delay_ms)
{
	t->at_ms = edges.mono_ms + delay_ms;
	t->order = ++orders;
}

void
timer_clear(struct timer *t)
{
	t->at_ms = -1;
}

bool
timer_is_set(const struct timer *t)
{
	return t->at_ms >= 0;
}

void
timer_free(struct timer *t)
{
	struct timer **at = &timers;

	if (!t)
		return;
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	free(t);
}

static struct timer *
first_due(int64_t until_ms)
{
	struct timer *first = NULL;

	for (struct timer *t = timers; t; t = t->next)
		if (t->at_ms >= 0 && t->at_ms <= until_ms &&
			(!first || t->at_ms < first->at_ms ||
				(t->at_ms == first->at_ms && t->order < first->order)))
			first = t;
	return first;
}

static void
stand_at(int64_t mono_ms)
{
	edges.wall_ms += mono_ms - edges.mono_ms;
	edges.mono_ms = mono_ms;
}

void
edges_pass(int64_t ms)
{
	int64_t until_ms = edges.mono_ms + ms;
	struct timer *t;

	while ((t = first_due(until_ms)) != NULL) {
		if (t->at_ms > edges.mono_ms)
			stand_at(t->at_ms);
		t->at_ms = -1;
		t->fn(t->arg);
	}
	stand_at(until_ms);
}

/* ---- The transport ---- */

struct sender {
	struct delivery *first;
};

struct delivery {
	struct delivery *next;
	void (*done)(void *arg, const struct answer *a);
	void *arg;
};

static struct sender the_sender;

struct sender *
sender_new(struct loop *l)
{
	(void)l;
	return &the_sender;
}

static void
end_delivery(struct delivery *d)
{
	struct delivery **at = &the_sender.first;

	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	free(d);
}

void
sender_free(struct sender *s)
{
	while (s && s->first)
		delivery_cancel(s->first);
}

struct delivery *
sender_post(struct sender *s, const struct parcel *p,
	void (*done)(void *arg, const struct answer *a), void *arg)
{
	struct delivery *d = xcalloc(1, sizeof *d), **at = &s->first;

	*d = (struct delivery){.done = done, .arg = arg};
	while (*at)
		at = &(*at)->next;
	*at = d;
	GROW(edges.v, edges.n, edges.cap);
	edges.v[edges.n++] = (struct posted){.url = xstrdup(p->url),
		.authorization = xstrdup_null(p->authorization),
		.id = xstrdup(p->id),
		.body = xstrdup(p->body),
		.at_ms = edges.mono_ms};
	return d;
}

void
delivery_cancel(struct delivery *d)
{
	edges.broken_off++;
	end_delivery(d);
}

bool
sender_resolves_aside(void)
{
	return true;
}

size_t
edges_under_way(void)
{
	size_t n = 0;

	for (const struct delivery *d = the_sender.first; d; d = d->next)
		n++;
	return n;
}

void
edges_answer_with(const struct answer *a)
{
	struct delivery *d = the_sender.first;
	void (*done)(void *arg, const struct answer *a);
	void *arg;

	assert_non_null(d);
	done = d->done;
	arg = d->arg;
	end_delivery(d);
	done(arg, a);
	edges_pass(0);
}

void
edges_answer(long status)
{
	edges_answer_with(&(struct answer){
		.status = status, .trouble = status ? TROUBLE_NONE : TROUBLE_CONNECT});
}

static cJSON *
parts_of(size_t i, cJSON **document)
{
	assert_true(i < edges.n);
	*document = cJSON_Parse(edges.v[i].body);
	assert_non_null(*document);
	return cJSON_IsArray(*document)
		       ? *document
		       : cJSON_GetObjectItemCaseSensitive(*document, "notifications");
}

size_t
edges_parts(size_t i)
{
	cJSON *document, *parts = parts_of(i, &document);
	size_t n = (size_t)cJSON_GetArraySize(parts);

	cJSON_Delete(document);
	return n;
}

bool
edges_tells(size_t i, const char *environment)
{
	char *words = xasprintf("\"environment\":\"%s\"", environment);
	bool tells;

	assert_true(i < edges.n);
	tells = strstr(edges.v[i].body, words) != NULL;
	free(words);
	return tells;
}

void
edges_set_clock(struct house *h, int64_t by_ms)
{
	const struct clock_step step = {
		edges.wall_ms - edges.mono_ms, edges.wall_ms, by_ms};

	edges.wall_ms += by_ms;
	edges_pass(1000);
	receivers_clock_set(h->receivers, &step);
	edges_pass(0);
}

static bool
keep_line(const struct log_record *r, void *arg)
{
	static const char *const levels[] = {[LEVEL_ERROR] = "error",
		[LEVEL_WARN] = "warn",
		[LEVEL_INFO] = "info",
		[LEVEL_DEBUG] = "debug"};
	char *line = xasprintf("%s: %s", levels[r->level], r->msg);

	(void)arg;
	strvec_add(&edges.said, line);
	free(line);
	return true;
}

size_t
edges_said(const char *words)
{
	size_t n = 0;

	for (size_t i = 0; i < edges.said.n; i++)
		n += strstr(edges.said.v[i], words) != NULL;
	return n;
}

void
edges_begin(void)
{
	log_set_sink(keep_line, NULL);
	edges = (struct edges){.mono_ms = 1000000, .wall_ms = INT64_C(1789898400000)};
}

void
edges_end(void)
{
	for (size_t i = 0; i < edges.n; i++) {
		free(edges.v[i].url);
		free(edges.v[i].authorization);
		free(edges.v[i].id);
		free(edges.v[i].body);
	}
	free(edges.v);
	strvec_free(&edges.said);
	log_set_sink(NULL, NULL);
	edges = (struct edges){0};
	assert_null(the_sender.first);
	assert_null(timers);
}

/* ---- A house ---- */

static char names[HOUSE_RECEIVERS][8] = {"ops", "more"}, severity[] = "cosmetic",
	    url[] = "https://127.0.0.1:1/hook";

static const struct published *
published(void *arg)
{
	struct house *h = arg;

	return &h->published;
}

void
house_set(struct house *h, struct store *s, const char *kind)
{
	*h = (struct house){0};
	fixture_set(&h->fixture);
	h->published = h->fixture.published;
	h->published.n_discoveries = 0;
	h->published.ready = true;
	h->fixture.prod.state = h->fixture.staging.state = STATE_IN_SYNC;
	h->fixture.far.check = CHECK_OK;
	h->conf.receivers = h->list;
	h->conf.n_receivers = 1;
	for (int i = 0; i < HOUSE_RECEIVERS; i++)
		h->list[i] = (struct conf_receiver){.name = names[i],
			.kind = xstrdup(kind),
			.url = url,
			.severity = severity,
			.send_resolved = true,
			.batch_wait_ms = 100,
			.timeout_ms = 10000,
			.retry_for_ms = 86400000,
			.max_queue = 1000};
	h->receivers = receivers_new(NULL, s, published, h);
}

void
house_fini(struct house *h)
{
	receivers_free(h->receivers);
	for (int i = 0; i < HOUSE_RECEIVERS; i++)
		free(h->list[i].kind);
	fixture_fini(&h->fixture);
}

void
house_configure(struct house *h)
{
	receivers_configure(h->receivers, &h->conf);
	/* Until all were looked at. */
	edges_pass(1000);
}

void
house_see(struct house *h, struct published_environment *e, enum state s)
{
	e->state = s;
	e->since_ms = edges.wall_ms;
	receivers_see(h->receivers, e);
}

void
house_see_many(struct house *h, const char *prefix, size_t n, enum state s)
{
	for (size_t i = 1; i <= n; i++) {
		char *name = xasprintf("%s/%zu", prefix, i);
		struct published_environment e = {
			.name = name, .check = CHECK_OK, .reference = severity};

		house_see(h, &e, s);
		free(name);
	}
}

const struct receiving *
house_facts(struct house *h)
{
	size_t n;

	return receivers_facts(h->receivers, &n);
}

uint64_t
house_result(struct house *h, const char *word)
{
	const struct receiving_count *r = house_facts(h)->results;

	while (strcmp(r->word, word) != 0)
		r++;
	return r->n;
}
