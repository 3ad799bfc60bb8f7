/* What templates stand for, as far as no server is asked. */
#include "monitor/discovery.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "tests/unit/conf/fixture.h"
#include "tests/unit/store/fixture.h"

struct world {
	struct discoveries d;
	struct queue queue;
	struct conf *conf;
};

static struct world *
begin(struct store *s)
{
	struct world *w = xcalloc(1, sizeof *w);

	w->d.o = (struct discoveries_owner){
		.loop = loop_new(), .queue = &w->queue, .store = s};
	return w;
}

static void
end(struct world *w)
{
	discoveries_fini(&w->d);
	queue_fini(&w->queue);
	loop_free(w->d.o.loop);
	conf_free(w->conf);
	free(w);
}

/* A template of that name, for what matches, with other keys. */
#define TEMPLATE(name, glob, more)                                             \
	"environment " name " { dsn = \"host=/nowhere\" discover = databases " \
	"discover_match = \"" glob "\" " more " }\n"

/* The environments, each behind a blank. */
static char *
expanded(struct world *w)
{
	struct conf *c = discoveries_conf(&w->d, w->conf);
	struct strbuf b = {0};

	strbuf_add(&b, "");
	for (size_t i = 0; i < c->n_environments; i++)
		strbuf_printf(&b, " %s", c->environments[i].name);
	conf_free(c);
	return strbuf_take(&b);
}

static void
assert_expanded(struct world *w, const char *expected)
{
	char *got = expanded(w);

	assert_string_equal(got, expected);
	free(got);
}

static void
test_known_from_before(void **state)
{
	struct store *s = fixture_open(*state);
	struct published now = {0};
	struct world *w = begin(s);
	struct err e;

	assert_true(store_set_known(s, "t/", 5000, "77\na_2\na_%201\n%zz\nb", &e));
	w->conf = fixture_load_text(
		*state, TEMPLATE("t", "a_*", "") TEMPLATE("u", "*", ""));
	discoveries_read(&w->d, w->conf);
	assert_expanded(w, " t/a_%201 t/a_2");
	discoveries_take(&w->d, w->conf);
	assert_expanded(w, " t/a_%201 t/a_2");
	discoveries_publish(&w->d, &now);
	assert_int_equal(now.n_discoveries, 2);
	assert_string_equal(now.discoveries[0].name, "t");
	assert_int_equal(now.discoveries[0].n, 2);
	assert_int_equal(now.discoveries[0].last_success_ms, 5000);
	/* It was not asked yet. */
	assert_false(now.discoveries[0].tried);
	assert_false(now.discoveries[0].ok);
	end(w);
	store_close(s);
}

static void
test_name_before(void **state)
{
	struct store *s = fixture_open(*state);
	struct world *w = begin(s);
	int64_t success_ms;
	struct err e;
	char *kept;

	assert_true(store_set_known(s, "old/", 5000, "77\na", &e));
	w->conf = fixture_load_text(*state, TEMPLATE("t", "*", "was = old"));
	discoveries_read(&w->d, w->conf);
	assert_expanded(w, " t/a");
	discoveries_take(&w->d, w->conf);
	/* From now on under the one that it has. */
	discoveries_keep(&w->d, false);
	kept = store_known(s, "t/", &success_ms, &e);
	assert_string_equal(kept, "77\na");
	assert_int_equal(success_ms, 5000);
	free(kept);
	end(w);
	store_close(s);
}

static bool
note(const struct log_record *r, void *arg)
{
	struct strbuf *b = arg;

	strbuf_printf(b, "%s|", r->msg);
	return true;
}

/* That nothing is known is another thing than that it cannot be read. */
static void
test_what_cannot_be_loaded(void **state)
{
	struct store *s = fixture_open(*state);
	struct published now = {0};
	struct strbuf said = {0};
	struct world *w = begin(s);

	w->conf = fixture_load_text(
		*state, TEMPLATE("t", "*", "was = old") TEMPLATE("u", "*", ""));
	fixture_sql(*state, "ALTER TABLE known RENAME TO elsewhere");
	log_set_sink(note, &said);
	discoveries_read(&w->d, w->conf);
	discoveries_take(&w->d, w->conf);
	log_set_sink(NULL, NULL);
	assert_string_equal(said.s, "what template t stood for is not known|"
				    "what template u stood for is not known|");
	assert_expanded(w, "");
	discoveries_publish(&w->d, &now);
	assert_false(now.discoveries[0].ok);
	assert_false(now.discoveries[0].tried);
	assert_non_null(
		strstr(now.discoveries[0].error, "what it stood for is not known: "));
	assert_non_null(strstr(now.discoveries[0].error, "known"));
	strbuf_free(&said);
	end(w);
	store_close(s);
}

/* Another configuration stands for less at once; one that is refused leaves all. */
static void
test_reload(void **state)
{
	struct store *s = fixture_open(*state);
	struct world *w = begin(s);
	struct conf *before, *none;
	struct err e;

	assert_true(store_set_known(s, "t/", 5000, "77\na1\na2\nb", &e));
	w->conf = before = fixture_load_text(*state, TEMPLATE("t", "*", ""));
	discoveries_read(&w->d, w->conf);
	discoveries_take(&w->d, w->conf);
	assert_expanded(w, " t/a1 t/a2 t/b");
	w->conf = fixture_load_text(*state, TEMPLATE("t", "a*", ""));
	discoveries_read(&w->d, w->conf);
	assert_expanded(w, " t/a1 t/a2");
	discoveries_drop(&w->d);
	assert_expanded(w, " t/a1 t/a2 t/b");
	discoveries_read(&w->d, w->conf);
	discoveries_take(&w->d, w->conf);
	assert_expanded(w, " t/a1 t/a2");
	none = fixture_load_text(
		*state, "environment e { dsn = \"dbname=a\" head = b }");
	discoveries_read(&w->d, none);
	discoveries_take(&w->d, none);
	assert_int_equal(w->d.n, 0);
	conf_free(none);
	conf_free(before);
	end(w);
	store_close(s);
}

static void
test_without_templates(void **state)
{
	struct world *w = begin(NULL);

	w->conf = fixture_load_text(*state, "service { environments = none }");
	discoveries_read(&w->d, w->conf);
	assert_null(discoveries_conf(&w->d, w->conf));
	discoveries_take(&w->d, w->conf);
	discoveries_start(&w->d);
	assert_false(discoveries_are_open(&w->d));
	end(w);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_known_from_before),
		CASE(test_name_before),
		CASE(test_what_cannot_be_loaded),
		CASE(test_reload),
		CASE(test_without_templates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
