/* What keeps a message from being sent at all. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "conf/receiver.h"
#include "receivers/post.h"

struct fixture {
	struct loop *loop;
	struct post post;
	char dir[32];
	char *fifo;
};

static void
on_answer(void *arg, const struct answer *a)
{
	(void)arg;
	(void)a;
}

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	*f = (struct fixture){.loop = loop_new(), .dir = "/tmp/test_post-XXXXXX"};
	f->post = (struct post){sender_new(f->loop), on_answer, f};
	assert_non_null(mkdtemp(f->dir));
	f->fifo = xasprintf("%s/fifo", f->dir);
	assert_int_equal(mkfifo(f->fifo, 0600), 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	sender_free(f->post.sender);
	loop_free(f->loop);
	unlink(f->fifo);
	rmdir(f->dir);
	free(f->fifo);
	free(f);
	return 0;
}

static enum trouble
trouble_of(const struct fixture *f, const struct conf_receiver *r)
{
	struct notice *n = notice_test("ops", 1000);
	const struct message_part part = {n, NULL};
	struct message m = {.v = &part, .n = 1};
	struct answer a;

	assert_null(post_message(&f->post, r, &m, &a));
	notice_free(n);
	return a.trouble;
}

/* Nobody waits for whoever writes to it. */
static void
test_fifo(void **state)
{
	struct fixture *f = *state;
	char name[] = "ops", kind[] = "json", url[] = "https://127.0.0.1:1/";
	const struct conf_receiver of_ca = {
		.name = name, .kind = kind, .url = url, .ca_file = f->fifo};
	const struct conf_receiver of_url = {
		.name = name, .kind = kind, .url_file = f->fifo};
	const struct conf_receiver of_authorization = {
		.name = name, .kind = kind, .url = url, .authorization_file = f->fifo};

	assert_int_equal(trouble_of(f, &of_ca), TROUBLE_FILE);
	assert_int_equal(trouble_of(f, &of_url), TROUBLE_FILE);
	assert_int_equal(trouble_of(f, &of_authorization), TROUBLE_FILE);
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
	char name[] = "ops", kind[] = "alertmanager", url[] = "http://127.0.0.1:1/?a";
	const struct conf_receiver r = {.name = name, .kind = kind, .url = url};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(receiver_url_wrong(cases[i].url, false) != NULL,
			cases[i].is_wrong);
		assert_int_equal(receiver_url_wrong(cases[i].url, true) != NULL,
			cases[i].is_wrong_base);
	}
	assert_int_equal(trouble_of(*state, &r), TROUBLE_URL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fifo, setup, teardown),
		cmocka_unit_test_setup_teardown(test_base, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
