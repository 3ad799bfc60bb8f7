#include "tests/unit/unit.h"

#include "base/mem.h"
#include "tests/unit/store/fixture.h"

static void
set(struct store *s, const char *receiver, const char *environment, int place,
	const char *document)
{
	const struct store_notice n = {receiver, environment, place, document};
	struct err e = {0};

	if (!store_begin_write(s, &e) || !store_end(s, store_set_notice(s, &n, &e), &e))
		fail_msg("%s", e.text);
}

static void
take(void *arg, const char *receiver, int place, const char *document)
{
	strbuf_printf(arg, "%s %d %s|", receiver, place, document);
}

static void
assert_notices(struct store *s, const char *all)
{
	struct strbuf b = {0};
	struct err e = {0};

	if (!store_notices(s, take, &b, &e))
		fail_msg("%s", e.text);
	assert_string_equal(b.s ? b.s : "", all);
	strbuf_free(&b);
}

static void
test_kept(void **state)
{
	struct store *s = fixture_open(*state);
	struct err e;

	assert_notices(s, "");
	set(s, "ops", "prod", 2, "waits");
	set(s, "ops", "dev", 0, "told");
	set(s, "chat", "prod", 0, "told");
	set(s, "ops", "prod", 2, "waits still");
	store_close(s);
	s = fixture_open(*state);
	assert_notices(s, "chat 0 told|ops 0 told|ops 2 waits still|");
	set(s, "ops", "prod", 2, NULL);
	set(s, "ops", "nobody", 2, NULL);
	assert_notices(s, "chat 0 told|ops 0 told|");
	assert_true(store_drop_notices(s, "ops", &e));
	assert_notices(s, "chat 0 told|");
	store_close(s);
}

/* What is told while nothing can be stored is known by whoever asks. */
static void
test_failed(void **state)
{
	struct store *s = fixture_open(*state);
	struct strbuf b = {0};
	struct err e = {0};

	fixture_sql(*state, "DROP TABLE notice");
	assert_false(store_notices(s, take, &b, &e));
	assert_int_not_equal(e.code, ERR_NONE);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_kept, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_failed, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
