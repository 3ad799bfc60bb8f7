/* What is known of a migration between two of its transactions. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/revised.h"

enum { INTERVAL = 60000 };

static char base[] = "ca4653c80b38", middle[] = "e9428b9dd556";

struct world {
	char name[8], version[8];
	struct conf_environment conf;
	struct facts facts;
	struct published_environment before;
	struct environment env;
	struct expectation x;
};

static struct migrations *graph;

static int
read_graph(void **state)
{
	const char *srcdir = getenv("srcdir");
	char *from = xasprintf("%s/tests/unit/verdict/versions", srcdir ? srcdir : ".");
	const struct migrations_source source = {.tool = "alembic", .path = from};
	struct err e;
	bool ok = migrations_read(&source, &graph, &e);

	(void)state;
	free(from);
	return ok ? 0 : -1;
}

static int
free_graph(void **state)
{
	(void)state;
	migrations_free(graph);
	return 0;
}

static void
set(struct strvec *l, const char *id)
{
	strvec_free(l);
	if (id)
		strvec_add(l, id);
}

/* It was published as `was`, and is read as `is`. */
static void
begin(struct world *w, const char *was, const char *is)
{
	*w = (struct world){.name = "prod", .version = "15.18"};
	w->conf = (struct conf_environment){.name = w->name, .interval_ms = INTERVAL};
	w->before.server_version = w->version;
	w->before.revision.status = REVISION_BEHIND;
	w->x = (struct expectation){.graph = graph, .revision_watched = true};
	w->env = (struct environment){
		.conf = &w->conf, .facts = &w->facts, .published = &w->before};
	set(&w->before.revision.recorded, was);
	set(&w->facts.recorded, is);
}

static void
end(struct world *w)
{
	strvec_free(&w->before.revision.recorded);
	strvec_free(&w->facts.recorded);
	happenings_free(&w->env.happened);
	free(w->env.gone_back);
	revised_forget(&w->env.sign);
}

static const struct migration_sign *
sign_at(struct world *w, int64_t now_ms)
{
	return revised_sign(&w->env, &w->before, now_ms);
}

static void
test_moved(void **state)
{
	const struct migration_sign *s;
	struct world w;

	(void)state;
	begin(&w, base, middle);
	revised_see(&w.env, &w.x, 1000);
	s = sign_at(&w, 1000);
	assert_non_null(s);
	assert_string_equal(s->from, base);
	assert_string_equal(s->to, middle);
	/* As long as no whole interval has gone by. */
	set(&w.before.revision.recorded, middle);
	revised_see(&w.env, &w.x, INTERVAL);
	assert_non_null(sign_at(&w, INTERVAL));
	assert_null(sign_at(&w, 1000 + INTERVAL));
	/* Nor as soon as all is applied, or the clock is put back. */
	assert_null(sign_at(&w, 999));
	w.before.revision.status = REVISION_AT_HEAD;
	assert_null(sign_at(&w, 1001));
	end(&w);
}

static void
test_first(void **state)
{
	struct world w;

	(void)state;
	begin(&w, NULL, base);
	revised_see(&w.env, &w.x, 1000);
	assert_string_equal(sign_at(&w, 1000)->from, "none");
	end(&w);
}

static void
test_gone_back(void **state)
{
	struct world w;

	(void)state;
	begin(&w, middle, base);
	w.env.sign = (struct migration_sign){NULL, NULL, 900};
	revised_see(&w.env, &w.x, 1000);
	assert_null(sign_at(&w, 1000));
	assert_string_equal(w.env.gone_back, middle);
	end(&w);
}

static void
test_session(void **state)
{
	struct world w;

	(void)state;
	begin(&w, base, base);
	w.before.migrating = true;
	w.before.last_success_ms = 5000;
	revised_see(&w.env, &w.x, 6000);
	assert_null(sign_at(&w, 6000)->to);
	assert_int_equal(sign_at(&w, 6000)->at_ms, 5000);
	/* What it has left behind counts for more. */
	set(&w.facts.recorded, middle);
	revised_see(&w.env, &w.x, 7000);
	assert_string_equal(sign_at(&w, 7000)->to, middle);
	/* While it is seen itself, or cannot be read, nothing is new. */
	w.env.migrating = true;
	revised_see(&w.env, &w.x, 8000);
	assert_int_equal(sign_at(&w, 8000)->at_ms, 7000);
	/* Another database begins anew. */
	w.env.anew = true;
	revised_see(&w.env, &w.x, 9000);
	assert_null(sign_at(&w, 9000));
	end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_gone_back),
		cmocka_unit_test(test_session),
	};

	return cmocka_run_group_tests(tests, read_graph, free_graph);
}
