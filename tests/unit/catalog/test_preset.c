#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/preset.h"
#include "tests/unit/catalog/literal.h"

static struct err error;

static struct ignore_rules *
rules_of(const char *names)
{
	struct ignore_rules *r = ignore_new();
	struct strvec list = {0};

	strvec_split(&list, names, ',');
	assert_true(preset_add(r, &list, &error));
	strvec_free(&list);
	return r;
}

static void
test_each(void **state)
{
	static const struct {
		const char *preset, *hidden[6], *seen[6];
	} cases[] = {
		{"timescaledb",
			{"table _timescaledb_internal/_hyper_1_1_chunk",
				"view _timescaledb_internal/_partial_view_3",
				"schema /timescaledb_information"},
			{"table public/_hyper_1_1_chunk",
				"trigger public/t/ts_insert_blocker",
				"schema /timescale"}},
		{"pg_partman", {"table partman/template_public_events"},
			{"table partman/mine", "table public/events_p20240101"}},
		{"postgis_topology", {"table topology/layer"},
			{"table my_topology/face"}},
		{"postgis_tiger_geocoder",
			{"table tiger_data/ma_edges", "schema /tiger_staging",
				"table tiger/loader_variables"},
			{"schema /tigers"}},
		{"pg_cron", {"policy cron/job/mine"}, {"table public/job"}},
		{"pg_repack",
			{"table repack/log_18334", "type repack/pk_18334",
				"sequence repack/log_18334_id_seq",
				"extension /pg_repack",
				"trigger public/t/repack_trigger",
				"trigger app/t/z_repack_trigger"},
			{"table public/log_18334", "trigger public/t/repack",
				"schema /repacked", "index public/index_18334"}},
		{"supabase",
			{"table auth/users", "policy storage/migrations/x",
				"event_trigger /pgrst_ddl_watch",
				"extension /pg_graphql",
				"trigger storage/objects/update_objects_updated_at",
				"function extensions/grant_pg_net_access()"},
			{"policy storage/objects/mine", "policy realtime/messages/mine",
				"trigger auth/users/on_created",
				"publication /supabase_realtime", "extension /pgcrypto",
				"table public/users"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct ignore_rules *r = rules_of(cases[i].preset);

		assert_string_equal(preset_name(i), cases[i].preset);
		for (size_t k = 0; k < 12; k++) {
			const char *text =
				k < 6 ? cases[i].hidden[k] : cases[i].seen[k - 6];
			struct snapshot *s;

			if (!text)
				continue;
			s = CATALOG(text);
			if (ignore_match(r, s->objects, NULL, 0, NULL) != (k < 6))
				fail_msg("%s: %s", cases[i].preset, text);
			snapshot_unref(s);
		}
		for (size_t k = 0; k < ignore_count(r); k++)
			assert_true(ignore_info(r, k).preset);
		ignore_free(r);
	}
	assert_null(preset_name(COUNT_OF(cases)));
}

static void
test_several(void **state)
{
	struct ignore_rules *r = rules_of("pg_cron, timescaledb");
	struct snapshot *s = CATALOG("table cron/job", "table _timescaledb_cache/t");

	(void)state;
	assert_true(ignore_match(r, &s->objects[0], NULL, 0, NULL));
	assert_true(ignore_match(r, &s->objects[1], NULL, 0, NULL));
	/* What is added later wins. */
	assert_true(ignore_add(r, "!table:cron.job", NULL, 0, &error));
	assert_true(ignore_match(r, &s->objects[0], NULL, 0, NULL));
	assert_false(ignore_match(r, &s->objects[1], NULL, 0, NULL));
	assert_false(ignore_info(r, ignore_count(r) - 1).preset);
	snapshot_unref(s);
	ignore_free(r);
}

static void
test_unknown(void **state)
{
	static const struct {
		const char *name, *error;
	} cases[] = {
		{"timescale", "there is no ignore preset \"timescale\", "
			      "did you mean \"timescaledb\"?"},
		{"pgcron", "there is no ignore preset \"pgcron\", "
			   "did you mean \"pg_cron\"?"},
		{"citus", "there is no ignore preset \"citus\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct ignore_rules *r = ignore_new();
		struct strvec list = {0};

		strvec_add(&list, cases[i].name);
		assert_false(preset_add(r, &list, &error));
		assert_string_equal(error.text, cases[i].error);
		assert_int_equal(error.code, ERR_CONFIG);
		strvec_free(&list);
		ignore_free(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
