/* libcurl says which descriptors it waits for and until when; the loop tells it what
 * happened.  Its own words are not passed on: they may hold the URL, which is a secret.
 */
#include "receivers/sender.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MOST_BYTES = 64 * 1024 };

struct sender {
	struct loop *loop;
	CURLM *multi;
	struct timer *timer, *ending;
	struct delivery *first;
};

struct delivery {
	struct sender *sender;
	struct delivery *next;
	CURL *easy;
	struct curl_slist *headers;
	char *body;
	size_t taken; /* bytes of the answer's body */
	bool over;
	struct answer answer;
	void (*done)(void *arg, const struct answer *a);
	void *arg;
};

/* ---- The loop on behalf of libcurl ---- */

struct socket_watch {
	struct sender *sender;
	struct watch *watch;
	int fd;
};

static void collect(struct sender *s);

static void
on_socket(void *arg, int what)
{
	struct socket_watch *w = arg;
	struct sender *s = w->sender;
	int running, flags = (what & WATCH_READ ? CURL_CSELECT_IN : 0) |
			     (what & WATCH_WRITE ? CURL_CSELECT_OUT : 0);

	curl_multi_socket_action(s->multi, w->fd, flags, &running);
	collect(s);
}

static void
on_timer(void *arg)
{
	struct sender *s = arg;
	int running;

	curl_multi_socket_action(s->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(s);
}

static void
free_watch(void *arg)
{
	struct socket_watch *w = arg;

	watch_free(w->watch);
	free(w);
}

static int
want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *data)
{
	struct sender *s = arg;
	struct socket_watch *w = data;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (!w)
			return 0;
		/* It may be the one whose callback this comes from. */
		watch_clear(w->watch);
		loop_defer(s->loop, free_watch, w);
		curl_multi_assign(s->multi, fd, NULL);
		return 0;
	}
	if (what == CURL_POLL_NONE) {
		if (w)
			watch_clear(w->watch);
		return 0;
	}
	if (!w) {
		w = xcalloc(1, sizeof *w);
		*w = (struct socket_watch){.sender = s, .fd = fd};
		w->watch = watch_new(s->loop, on_socket, w);
		curl_multi_assign(s->multi, fd, w);
	}
	watch_keep(w->watch, fd,
		(what & CURL_POLL_IN ? WATCH_READ : 0) |
			(what & CURL_POLL_OUT ? WATCH_WRITE : 0));
	return 0;
}

static int
want_timer(CURLM *multi, long ms, void *arg)
{
	struct sender *s = arg;

	(void)multi;
	if (ms < 0)
		timer_clear(s->timer);
	else
		timer_set(s->timer, ms);
	return 0;
}

/* ---- Answers ---- */

static const struct {
	CURLcode code;
	enum trouble trouble;
} troubles[] = {
	{CURLE_URL_MALFORMAT, TROUBLE_URL},
	{CURLE_COULDNT_RESOLVE_HOST, TROUBLE_RESOLVE},
	{CURLE_COULDNT_RESOLVE_PROXY, TROUBLE_RESOLVE},
	{CURLE_COULDNT_CONNECT, TROUBLE_CONNECT},
	{CURLE_OPERATION_TIMEDOUT, TROUBLE_TIMEOUT},
	{CURLE_SSL_CONNECT_ERROR, TROUBLE_TLS},
	{CURLE_PEER_FAILED_VERIFICATION, TROUBLE_TLS},
	{CURLE_SSL_CACERT_BADFILE, TROUBLE_TLS},
	{CURLE_SSL_CERTPROBLEM, TROUBLE_TLS},
	{CURLE_SSL_CIPHER, TROUBLE_TLS},
	{CURLE_SSL_ISSUER_ERROR, TROUBLE_TLS},
	{CURLE_GOT_NOTHING, TROUBLE_CUT},
	{CURLE_RECV_ERROR, TROUBLE_CUT},
	{CURLE_SEND_ERROR, TROUBLE_CUT},
	{CURLE_PARTIAL_FILE, TROUBLE_CUT},
	{CURLE_WEIRD_SERVER_REPLY, TROUBLE_GARBAGE},
	/* HTTP/0.9, which is whatever has no head. */
	{CURLE_UNSUPPORTED_PROTOCOL, TROUBLE_GARBAGE},
	{CURLE_HTTP2, TROUBLE_GARBAGE},
};

static enum trouble
trouble_of(CURLcode code)
{
	for (size_t i = 0; i < COUNT_OF(troubles); i++)
		if (troubles[i].code == code)
			return troubles[i].trouble;
	return TROUBLE_OTHER;
}

/* A status that was sent is the answer, whatever became of the rest. */
static void
read_answer(struct delivery *d, CURLcode code)
{
	curl_off_t retry_after = 0;

	curl_easy_getinfo(d->easy, CURLINFO_RESPONSE_CODE, &d->answer.status);
	if (d->answer.status < 200) {
		d->answer.status = 0;
		d->answer.trouble =
			code == CURLE_OK ? TROUBLE_GARBAGE : trouble_of(code);
		return;
	}
	curl_easy_getinfo(d->easy, CURLINFO_RETRY_AFTER, &retry_after);
	if (retry_after > 0)
		d->answer.retry_after_ms = retry_after > 86400
						   ? INT64_C(86400) * 1000
						   : (int64_t)retry_after * 1000;
}

static void
unlink_delivery(struct delivery *d)
{
	struct delivery **at = &d->sender->first;

	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
}

static void
destroy(struct delivery *d)
{
	unlink_delivery(d);
	curl_multi_remove_handle(d->sender->multi, d->easy);
	curl_easy_cleanup(d->easy);
	curl_slist_free_all(d->headers);
	explicit_bzero(d->body, strlen(d->body));
	free(d->body);
	free(d);
}

static struct delivery *
first_over(const struct sender *s)
{
	struct delivery *d = s->first;

	while (d && !d->over)
		d = d->next;
	return d;
}

/* In a turn of its own: whoever is told may post again, or end all of it. */
static void
tell(void *arg)
{
	struct sender *s = arg;
	struct delivery *d = first_over(s);
	void (*done)(void *arg, const struct answer *a);
	struct answer answer;
	void *whom;

	if (!d)
		return;
	done = d->done;
	whom = d->arg;
	answer = d->answer;
	destroy(d);
	if (first_over(s))
		timer_set(s->ending, 0);
	done(whom, &answer);
}

static void
collect(struct sender *s)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(s->multi, &left)) != NULL) {
		char *owner = NULL;
		struct delivery *d;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &owner);
		d = (void *)owner;
		read_answer(d, m->data.result);
		d->over = true;
		timer_set(s->ending, 0);
	}
}

/* ---- Requests ---- */

static size_t
take_body(char *data, size_t size, size_t n, void *arg)
{
	struct delivery *d = arg;

	(void)data;
	d->taken += size * n;
	return d->taken > MOST_BYTES ? 0 : size * n;
}

static void
add_header(struct delivery *d, const char *name, const char *value)
{
	char *line = xasprintf("%s: %s", name, value);

	d->headers = must(curl_slist_append(d->headers, line));
	explicit_bzero(line, strlen(line));
	free(line);
}

static void
set_options(struct delivery *d, const struct parcel *p)
{
	CURL *h = d->easy;

	curl_easy_setopt(h, CURLOPT_PRIVATE, d);
	curl_easy_setopt(h, CURLOPT_URL, p->url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(h, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)p->timeout_ms);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)p->timeout_ms);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	/* A name that is still being resolved is not waited for. */
	curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(h, CURLOPT_USERAGENT, "pgdriftd/" PACKAGE_VERSION);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, d);
	curl_easy_setopt(h, CURLOPT_POST, 1L);
	curl_easy_setopt(h, CURLOPT_POSTFIELDS, d->body);
	curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, (long)strlen(d->body));
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, d->headers);
	if (p->ca_file)
		curl_easy_setopt(h, CURLOPT_CAINFO, p->ca_file);
}

struct delivery *
sender_post(struct sender *s, const struct parcel *p,
	void (*done)(void *arg, const struct answer *a), void *arg)
{
	struct delivery *d = xcalloc(1, sizeof *d);

	*d = (struct delivery){.sender = s,
		.next = s->first,
		.easy = must(curl_easy_init()),
		.body = xstrdup(p->body),
		.done = done,
		.arg = arg};
	s->first = d;
	add_header(d, "Content-Type", "application/json");
	add_header(d, "Idempotency-Key", p->id);
	/* No `100 Continue` is waited for. */
	d->headers = must(curl_slist_append(d->headers, "Expect:"));
	if (p->authorization)
		add_header(d, "Authorization", p->authorization);
	set_options(d, p);
	curl_multi_add_handle(s->multi, d->easy);
	return d;
}

void
delivery_cancel(struct delivery *d)
{
	destroy(d);
}

bool
sender_resolves_aside(void)
{
	return curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ASYNCHDNS;
}

struct sender *
sender_new(struct loop *l)
{
	struct sender *s = xcalloc(1, sizeof *s);

	s->loop = l;
	s->multi = must(curl_multi_init());
	s->timer = timer_new(l, on_timer, s);
	s->ending = timer_new(l, tell, s);
	curl_multi_setopt(s->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(s->multi, CURLMOPT_SOCKETDATA, s);
	curl_multi_setopt(s->multi, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(s->multi, CURLMOPT_TIMERDATA, s);
	return s;
}

void
sender_free(struct sender *s)
{
	if (!s)
		return;
	while (s->first)
		destroy(s->first);
	curl_multi_cleanup(s->multi);
	timer_free(s->timer);
	timer_free(s->ending);
	free(s);
}
