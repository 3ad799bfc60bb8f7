/* What is posted, and what keeps a message from being sent at all. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "conf/receiver.h"
#include "receivers/post.h"
#include "tests/unit/fixture.h"
#include "tests/unit/receivers/edges.h"

static char ops[] = "ops", json[] = "json", alertmanager[] = "alertmanager";

struct paths {
	void *dir;
	char *fifo, *file, *token;
	struct post post;
	struct answer answer;
	int calls;
};

static void
on_answer(void *arg, const struct answer *a)
{
	struct paths *f = arg;

	f->answer = *a;
	f->calls++;
}

static int
setup(void **state)
{
	struct paths *f = xcalloc(1, sizeof *f);

	edges_begin();
	assert_int_equal(fixture_setup(&f->dir), 0);
	f->post = (struct post){sender_new(NULL), on_answer, f};
	f->fifo = xasprintf("%s/fifo", (char *)f->dir);
	f->file = xasprintf("%s/url", (char *)f->dir);
	f->token = xasprintf("%s/token", (char *)f->dir);
	assert_int_equal(mkfifo(f->fifo, 0600), 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct paths *f = *state;

	sender_free(f->post.sender);
	unlink(f->fifo);
	fixture_teardown(&f->dir);
	free(f->fifo);
	free(f->file);
	free(f->token);
	free(f);
	edges_end();
	return 0;
}

/* What was in the way; TROUBLE_NONE: it was posted, and nobody was told before. */
static enum trouble
post(const struct paths *f, const struct conf_receiver *r)
{
	struct notice *n = notice_test(ops, 1000);
	const struct message_part part = {n, NULL};
	struct message m = {.v = &part, .n = 1};
	struct answer a;
	const struct delivery *d = post_message(&f->post, r, &m, &a);

	assert_int_equal(d != NULL, a.trouble == TROUBLE_NONE);
	assert_string_equal(m.receiver, r->name);
	assert_int_equal(f->calls, 0);
	notice_free(n);
	return a.trouble;
}

/* Nobody waits for whoever writes to it. */
static void
test_fifo(void **state)
{
	struct paths *f = *state;
	char url[] = "https://127.0.0.1:1/";
	const struct conf_receiver of_ca = {
		.name = ops, .kind = json, .url = url, .ca_file = f->fifo};
	const struct conf_receiver of_url = {
		.name = ops, .kind = json, .url_file = f->fifo};
	const struct conf_receiver of_authorization = {
		.name = ops, .kind = json, .url = url, .authorization_file = f->fifo};

	assert_int_equal(post(f, &of_ca), TROUBLE_FILE);
	assert_int_equal(post(f, &of_url), TROUBLE_FILE);
	assert_int_equal(post(f, &of_authorization), TROUBLE_FILE);
	assert_int_equal(edges.n, 0);
}

/* What a path is to follow ends before a query. */
static void
test_base(void **state)
{
	static const struct {
		const char *url;
		bool is_wrong, is_wrong_base;
	} cases[] = {
		{"http://a:9093", false, false},
		{"http://a:9093/prefix/", false, false},
		{"http://a:9093/?tenant=b", false, true},
		{"http://a:9093?tenant=b", false, true},
		{"http://a:9093/#b", false, true},
		{"http:///?", true, true},
	};
	char url[] = "http://127.0.0.1:1/?a";
	const struct conf_receiver r = {.name = ops, .kind = alertmanager, .url = url};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(receiver_url_wrong(cases[i].url, false) != NULL,
			cases[i].is_wrong);
		assert_int_equal(receiver_url_wrong(cases[i].url, true) != NULL,
			cases[i].is_wrong_base);
	}
	assert_int_equal(post(*state, &r), TROUBLE_URL);
}

/* One line each, as it is in its file at that time. */
static void
test_files(void **state)
{
	static const struct {
		const char *url, *token;
		enum trouble trouble;
		const char *posted, *authorization;
	} cases[] = {
		{"https://h/a\n", "Bearer x\n", TROUBLE_NONE, "https://h/a",
			"Bearer x"},
		{" \n\thttps://h/b \r\n\n", "\n Basic y\t\r\n", TROUBLE_NONE,
			"https://h/b", "Basic y"},
		{"https://h/c", "x", TROUBLE_NONE, "https://h/c", "x"},
		{"https://h/a\nhttps://h/b\n", "x", TROUBLE_FILE, NULL, NULL},
		{"https://h/a", "x\nX-Other: y\n", TROUBLE_FILE, NULL, NULL},
		{"\n \n", "x", TROUBLE_FILE, NULL, NULL},
		{"https://h/a", "", TROUBLE_FILE, NULL, NULL},
		{"file:///etc/passwd", "x", TROUBLE_URL, NULL, NULL},
		{"https://h/a b", "x", TROUBLE_URL, NULL, NULL},
	};
	struct paths *f = *state;
	const struct conf_receiver r = {.name = ops,
		.kind = json,
		.url_file = f->file,
		.authorization_file = f->token};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct posted *p;
		size_t before = edges.n;

		fixture_write(f->dir, "url", cases[i].url);
		fixture_write(f->dir, "token", cases[i].token);
		assert_int_equal(post(f, &r), cases[i].trouble);
		assert_int_equal(edges.n, before + (cases[i].posted != NULL));
		if (!cases[i].posted)
			continue;
		p = &edges.v[before];
		assert_string_equal(p->url, cases[i].posted);
		assert_string_equal(p->authorization, cases[i].authorization);
		/* Neither is in what is sent. */
		assert_null(strstr(p->body, cases[i].posted));
	}
	assert_int_equal(unlink(f->token), 0);
	fixture_write(f->dir, "url", "https://h/a");
	assert_int_equal(post(f, &r), TROUBLE_FILE);
}

/* The way of its kind, and the answer to whoever asked. */
static void
test_answer(void **state)
{
	struct paths *f = *state;
	char url[] = "http://h:9093/";
	const struct conf_receiver r = {.name = ops, .kind = alertmanager, .url = url};

	assert_int_equal(post(f, &r), TROUBLE_NONE);
	assert_string_equal(edges.v[0].url, "http://h:9093/api/v2/alerts");
	assert_null(edges.v[0].authorization);
	assert_int_equal(strlen(edges.v[0].id), 32);
	edges_answer(503);
	assert_int_equal(f->calls, 1);
	assert_int_equal(f->answer.status, 503);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fifo, setup, teardown),
		cmocka_unit_test_setup_teardown(test_base, setup, teardown),
		cmocka_unit_test_setup_teardown(test_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_answer, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
