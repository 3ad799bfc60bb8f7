/* See client.h. */
#include "tests/unit/http/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/http/state.h"
#include "tests/unit/unit.h"

static const struct published *
published(void *arg)
{
	const struct site *s = arg;

	return s->nothing ? NULL : &s->state;
}

static char *
history(void *arg, const char *environment, int64_t since_ms, size_t limit)
{
	struct site *s = arg;

	free(s->history_asked);
	s->history_asked = xasprintf("%s %lld %zu", environment ? environment : "(all)",
		(long long)since_ms, limit);
	return xstrdup_null(s->history_answer);
}

static bool
has_history(void *arg, const char *environment)
{
	(void)arg;
	return !strcmp(environment, "former");
}

static cJSON *
story(void *arg, const struct story_wish *w, bool *failed)
{
	const struct site *s = arg;

	(void)w;
	*failed = s->story_fails;
	return NULL;
}

static void
points(void *arg, const struct points_wish *w, struct points_answer *out)
{
	struct site *s = arg;

	s->points_asked = *w;
	out->pending = true;
}

void
site_init(struct site *s)
{
	*s = (struct site){.loop = loop_new(), .history_answer = "{\"changes\":[]}"};
	state_fill(&s->state);
	strvec_add(&s->listen, "127.0.0.1:0");
	s->options = (struct http_options){.listen = &s->listen,
		.max_connections = 16,
		.idle_timeout_ms = 60000,
		.loop_stall_ms = 60000};
}

void
site_start(struct site *s)
{
	const struct http_source source = {.published = published,
		.history = history,
		.story = story,
		.points = s->has_points ? points : NULL,
		.has_history = has_history,
		.arg = s};
	struct err e = {0};

	s->server = http_server_new(s->loop, &s->options, &source, &e);
	if (!s->server)
		fail_msg("%s", e.text);
}

bool
site_reload(struct site *s, struct err *e)
{
	struct http_change *change = http_change_new(s->server, &s->options, e);

	return change && http_server_take(s->server, change, e);
}

void
site_fini(struct site *s)
{
	http_server_free(s->server);
	loop_free(s->loop);
	strvec_free(&s->listen);
	free(s->history_asked);
}

int
site_setup(void **state)
{
	struct site *s = xmalloc(sizeof *s);

	site_init(s);
	site_start(s);
	*state = s;
	return 0;
}

int
site_teardown(void **state)
{
	site_fini(*state);
	free(*state);
	return 0;
}

/* ---- Answers ---- */

static const char *
find_line(const char *head, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = strstr(head, "\r\n"); s; s = strstr(s, "\r\n")) {
		s += 2;
		if (!strncasecmp(s, name, n) && s[n] == ':')
			return s + n + 1 + strspn(s + n + 1, " ");
	}
	return NULL;
}

/* The length of the first answer in `b`, 0 if it is not complete. */
static size_t
answer_length(const struct strbuf *b, bool head_only, size_t *head_n)
{
	const char *end = b->len ? strstr(b->s, "\r\n\r\n") : NULL;
	const char *length;
	size_t body = 0;
	char *head;

	if (!end)
		return 0;
	*head_n = (size_t)(end - b->s) + 4;
	head = xstrndup(b->s, *head_n - 2);
	length = find_line(head, "Content-Length");
	if (length && !head_only && strncmp(b->s, "HTTP/1.1 304", 12))
		body = strtoul(length, NULL, 10);
	free(head);
	return b->len >= *head_n + body ? *head_n + body : 0;
}

static size_t
count_answers(const struct strbuf *b)
{
	struct strbuf rest = *b;
	size_t n = 0, head_n, length;

	while ((length = answer_length(&rest, false, &head_n))) {
		rest.s += length;
		rest.len -= length;
		n++;
	}
	return n;
}

/* ---- The client ---- */

static void
on_event(void *arg, int what)
{
	struct client *c = arg;
	char bytes[8192];
	ssize_t n;

	if (what & WATCH_TIMEOUT)
		fail_msg("no answer; so far: %s", c->got.s ? c->got.s : "(nothing)");
	n = recv(c->fd, bytes, sizeof bytes, MSG_DONTWAIT);
	if (n > 0)
		strbuf_addn(&c->got, bytes, (size_t)n);
	else
		c->closed = true;
	if (c->closed || count_answers(&c->got) >= c->answers)
		loop_stop(c->site->loop);
	else
		watch_set(c->watch, c->fd, WATCH_READ, CLIENT_PATIENCE_MS);
}

void
client_open(struct client *c, struct site *s)
{
	client_open_at(c, s, 0);
}

void
client_open_at(struct client *c, struct site *s, size_t i)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((in_port_t)http_server_port(s->server, i))};

	*c = (struct client){.site = s, .fd = socket(AF_INET, SOCK_STREAM, 0)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof to), 0);
	c->watch = watch_new(s->loop, on_event, c);
}

void
client_send(struct client *c, const char *bytes)
{
	size_t n = strlen(bytes);

	/* The server may have closed already. */
	while (n) {
		ssize_t sent = send(c->fd, bytes, n, MSG_NOSIGNAL);

		if (sent < 0)
			return;
		bytes += sent;
		n -= (size_t)sent;
	}
}

void
client_wait(struct client *c, size_t answers)
{
	c->answers = answers;
	if (c->closed || count_answers(&c->got) >= answers)
		return;
	watch_set(c->watch, c->fd, WATCH_READ, CLIENT_PATIENCE_MS);
	loop_run(c->site->loop);
}

void
client_wait_closed(struct client *c)
{
	client_wait(c, SIZE_MAX);
	assert_true(c->closed);
}

void
client_close(struct client *c)
{
	watch_free(c->watch);
	close(c->fd);
	strbuf_free(&c->got);
}

struct reading
client_take(struct client *c, bool head_only)
{
	struct reading r = {0};
	size_t head_n = 0, n = answer_length(&c->got, head_only, &head_n);
	char *rest;

	if (!n)
		fail_msg("no whole answer: %s", c->got.s ? c->got.s : "(nothing)");
	r.head = xstrndup(c->got.s, head_n - 2);
	r.body_n = n - head_n;
	r.body = xcalloc(r.body_n + 1, 1);
	memcpy(r.body, c->got.s + head_n, r.body_n);
	assert_int_equal(sscanf(r.head, "HTTP/1.1 %d ", &r.status), 1);
	rest = xcalloc(c->got.len - n + 1, 1);
	memcpy(rest, c->got.s + n, c->got.len - n);
	n = c->got.len - n;
	strbuf_clear(&c->got);
	strbuf_addn(&c->got, rest, n);
	free(rest);
	return r;
}

void
reading_free(struct reading *r)
{
	free(r->head);
	free(r->body);
}

const char *
reading_header(const struct reading *r, const char *name)
{
	static char value[512];
	const char *s = find_line(r->head, name);

	if (!s)
		return NULL;
	snprintf(value, sizeof value, "%.*s", (int)strcspn(s, "\r"), s);
	return value;
}

struct reading
site_ask(struct site *s, const char *method, const char *target, const char *headers)
{
	struct client c;
	struct reading r;
	char *request =
		xasprintf("%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
			  "%s\r\n",
			method, target, headers);

	client_open(&c, s);
	client_send(&c, request);
	client_wait_closed(&c);
	r = client_take(&c, !strcmp(method, "HEAD"));
	assert_int_equal(c.got.len, 0);
	client_close(&c);
	free(request);
	return r;
}

struct reading
site_get(struct site *s, const char *target, const char *headers)
{
	return site_ask(s, "GET", target, headers);
}
