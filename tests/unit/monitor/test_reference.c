/* What a reference is worth, and what is to be known of it. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "monitor/reference.h"

struct world {
	char name[8], block[8];
	struct conf_environment conf;
	struct facts ref_facts, env_facts;
	struct environment ref, env;
	struct published_environment published;
};

static void
begin(struct world *w)
{
	*w = (struct world){.name = "dev", .block = "shop"};
	w->conf = (struct conf_environment){.name = w->name, .migrations = w->block};
	w->ref_facts.user_tables = w->env_facts.user_tables = true;
	w->ref.conf = &w->conf;
	w->ref.facts = &w->ref_facts;
	w->env.facts = &w->env_facts;
	w->ref.published = &w->published;
	strvec_add(&w->ref_facts.recorded, "a");
	strvec_add(&w->env_facts.recorded, "a");
}

static void
end(struct world *w)
{
	strvec_free(&w->ref_facts.recorded);
	strvec_free(&w->env_facts.recorded);
}

/* NULL: it is fit. */
static void
assert_unfit(struct world *w, const char *reason)
{
	char *got = reference_unfit(&w->ref, &w->env, NULL);

	if (reason)
		assert_string_equal(got, reason);
	else
		assert_null(got);
	free(got);
}

static void
assert_note(struct world *w, const char *note)
{
	char *got = reference_note(&w->ref);

	if (note)
		assert_string_equal(got, note);
	else
		assert_null(got);
	free(got);
}

static void
test_fit(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	assert_unfit(&w, NULL);
	w.ref_facts.user_tables = false;
	assert_unfit(&w, "environment:dev has no tables");
	w.env_facts.user_tables = false;
	assert_unfit(&w, NULL);
	end(&w);
	begin(&w);
	strvec_free(&w.ref_facts.recorded);
	assert_unfit(&w, "environment:dev is itself not stamped");
	w.conf.migrations = NULL;
	assert_unfit(&w, NULL);
	/* Nobody expects a revision of it, but it had one. */
	strvec_add(&w.ref.earlier.set_back_from, "a");
	assert_unfit(&w, "environment:dev is itself not stamped");
	strvec_free(&w.ref.earlier.set_back_from);
	w.conf.migrations = w.block;
	strvec_free(&w.env_facts.recorded);
	assert_unfit(&w, NULL);
	end(&w);
}

static void
test_note(void **state)
{
	static char snapshot[] = "snapshot:/s.json";
	struct diff d = {.n_findings = 2};
	struct world w;

	(void)state;
	begin(&w);
	assert_note(&w, NULL);
	w.published.schema = SCHEMA_DRIFTED;
	w.published.reference = snapshot;
	w.published.diff = &d;
	assert_note(&w, "environment:dev has itself drifted (2 differences from "
			"snapshot:/s.json)");
	w.ref.migrating = true;
	assert_note(&w, "environment:dev is itself migrating");
	w.ref.earlier.set_back_ms = 1;
	assert_note(&w, "environment:dev was set back, and is not yet what it was");
	w.ref.error.code = ERR_CONNECT;
	w.ref.last_success_ms = 1000;
	w.ref.failing_since_ms = 61000;
	w.published.check = CHECK_UNREACHABLE;
	assert_note(&w,
		"as read at 1970-01-01T00:00:01Z, environment:dev is unreachable since "
		"1970-01-01T00:01:01Z");
	w.published.check = CHECK_ERROR;
	assert_note(&w,
		"as read at 1970-01-01T00:00:01Z, environment:dev cannot be read since "
		"1970-01-01T00:01:01Z");
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
