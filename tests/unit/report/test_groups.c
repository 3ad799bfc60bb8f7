#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/groups.h"

enum { MOST = 64 };

/* Environments by hand. */
struct many {
	struct published_environment environments[MOST], *list[MOST];
	struct published published;
};

static void
fill(struct many *m, size_t n, const char *(*fingerprint)(size_t i))
{
	*m = (struct many){0};
	for (size_t i = 0; i < n; i++) {
		struct published_environment *e = &m->environments[i];

		e->name = xasprintf("e%02zu", i);
		e->fingerprint = xstrdup_null(fingerprint(i));
		e->state = e->fingerprint ? STATE_IN_SYNC : STATE_UNKNOWN;
		e->n_objects = 7;
		strvec_add(&e->revision.recorded, i % 2 ? "r1" : "r0");
		m->list[i] = e;
	}
	m->published.environments = m->list;
	m->published.n_environments = n;
}

static void
fini(struct many *m)
{
	for (size_t i = 0; i < m->published.n_environments; i++) {
		free(m->environments[i].name);
		free(m->environments[i].fingerprint);
		strvec_free(&m->environments[i].revision.recorded);
	}
}

static const char *
three(size_t i)
{
	return i == 4 ? NULL : i < 3 ? "few" : i < 8 ? "most" : "some";
}

static const char *
each(size_t i)
{
	static char names[MOST][8];

	snprintf(names[i], sizeof names[i], "f%zu", i);
	return names[i];
}

struct asked {
	struct strbuf pairs;
	size_t n;
	const char *pending; /* of that one it is not known yet */
};

static struct diff *
variant(void *arg, const struct published_environment *expected,
	const struct published_environment *found, bool *pending)
{
	struct asked *a = arg;
	struct diff *d;

	strbuf_printf(&a->pairs, "%s%s-%s", a->n++ ? "," : "", expected->fingerprint,
		found->fingerprint);
	*pending = a->pending && !strcmp(found->fingerprint, a->pending);
	if (*pending)
		return NULL;
	d = xcalloc(1, sizeof *d);
	d->refs = 1;
	d->arena = arena_new();
	d->status = DIFF_DRIFTED;
	d->n_change[CHANGE_MISSING] = 2;
	return d;
}

static void
test_by_size(void **state)
{
	struct many m;
	struct asked asked = {.pending = "few"};
	const struct groups_wish wish = {NULL, NULL, NULL, variant, &asked};
	struct groups g = {0};
	cJSON *o;
	struct strbuf table = {0};

	(void)state;
	fill(&m, 11, three);
	groups_make(&m.published, &wish, &g);
	assert_int_equal(g.n, 4);
	assert_string_equal(g.v[0].key, "most");
	assert_int_equal(g.v[0].n, 4);
	/* Three and three: the first that is configured. */
	assert_string_equal(g.v[1].key, "few");
	assert_string_equal(g.v[2].key, "some");
	assert_null(g.v[3].key);
	assert_string_equal(g.v[3].members[0]->name, "e04");
	assert_string_equal(asked.pairs.s, "most-few,most-some");
	assert_int_equal(g.n_pending, 1);
	assert_int_equal(g.n_undecided, 1);
	o = groups_document(&m.published, &g);
	groups_table(o, &table);
	assert_string_equal(table.s,
		"most          e03 … e07 (4); 4 in_sync; at r1; r0\n"
		"few           e00, e01, e02 (3); 3 in_sync; at r0; r1\n"
		"  it is being compared with the largest\n"
		"some          e08, e09, e10 (3); 3 in_sync; at r0; r1\n"
		"  unlike the largest: 2 missing, 0 unexpected, 0 changed\n"
		"not read      e04 (1); 1 unknown; at r0\n");
	strbuf_free(&table);
	strbuf_free(&asked.pairs);
	cJSON_Delete(o);
	groups_free(&g);
	fini(&m);
}

/* The document may be another process's. */
static void
test_hostile_table(void **state)
{
	static const char text[] =
		"{\"groups\":[{\"fingerprint\":\"f\",\"count\":1,\"environments\":"
		"[\"x\\n\\u2066\"],\"states\":{\"in_sync\":1},\"revisions\":[\"\\u202er"
		"\\u001b\"]}]}";
	cJSON *o = cJSON_Parse(text);
	struct strbuf table = {0};

	(void)state;
	assert_non_null(o);
	groups_table(o, &table);
	assert_non_null(strstr(table.s, "x\\n\\u2066 (1);"));
	assert_non_null(strstr(table.s, "at \\u202er\\x1b\n"));
	strbuf_free(&table);
	cJSON_Delete(o);
}

static void
test_filter(void **state)
{
	struct many m;
	struct strvec names = {0}, states = {0};
	const struct status_filter filter = {&names, &states};
	const struct groups_wish wish = {&filter, NULL, NULL, NULL, NULL};
	struct groups g = {0};

	(void)state;
	fill(&m, 11, three);
	strvec_split(&names, "e00,e03,e04,e09,e10", ',');
	strvec_add(&states, "in_sync");
	groups_make(&m.published, &wish, &g);
	assert_int_equal(g.n, 3);
	assert_string_equal(g.v[0].key, "some");
	assert_int_equal(g.v[0].n, 2);
	assert_int_equal(g.count.n, 4);
	assert_null(g.v[1].differs);
	groups_free(&g);
	strvec_free(&states);
	strvec_add(&states, "migrating");
	groups_make(&m.published, &wish, &g);
	assert_int_equal(g.n, 0);
	groups_free(&g);
	strvec_free(&names);
	strvec_free(&states);
	fini(&m);
}

/* However many there are, so many are compared. */
static void
test_no_more_are_compared(void **state)
{
	struct many m;
	struct asked asked = {0};
	const struct groups_wish wish = {NULL, NULL, NULL, variant, &asked};
	struct groups g = {0};

	(void)state;
	fill(&m, MOST, each);
	groups_make(&m.published, &wish, &g);
	assert_int_equal(g.n, MOST);
	assert_int_equal(asked.n, GROUPS_COMPARED);
	assert_non_null(g.v[GROUPS_COMPARED].differs);
	assert_null(g.v[GROUPS_COMPARED + 1].differs);
	assert_false(g.v[GROUPS_COMPARED + 1].pending);
	strbuf_free(&asked.pairs);
	groups_free(&g);
	fini(&m);
}

/* What is unread is no largest one that others could be compared with. */
static void
test_nothing_read(void **state)
{
	struct many m;
	struct asked asked = {0};
	const struct groups_wish wish = {NULL, NULL, NULL, variant, &asked};
	struct groups g = {0};

	(void)state;
	fill(&m, 1, three);
	free(m.environments[0].fingerprint);
	m.environments[0].fingerprint = NULL;
	groups_make(&m.published, &wish, &g);
	assert_int_equal(g.n, 1);
	assert_int_equal(asked.n, 0);
	groups_free(&g);
	fini(&m);
}

/* Two of three are alike by the names that their schemas have elsewhere; of one that is
 * not known yet. */
static void
shape(void *arg, const struct published_environment *e, char out[static HASH_HEX_LEN],
	bool *pending)
{
	(void)arg;
	*pending = !strcmp(e->name, "e02");
	snprintf(out, HASH_HEX_LEN, "%s", *pending ? e->fingerprint : "alike");
}

static void
test_by_other_names(void **state)
{
	struct many m;
	struct asked asked = {0};
	const struct groups_wish wish = {NULL, NULL, shape, variant, &asked};
	struct groups g = {0};

	(void)state;
	fill(&m, 5, each);
	free(m.environments[4].fingerprint);
	m.environments[4].fingerprint = NULL;
	groups_make(&m.published, &wish, &g);
	assert_int_equal(g.n, 3);
	assert_string_equal(g.v[0].key, "alike");
	assert_int_equal(g.v[0].n, 3);
	assert_string_equal(g.v[1].key, "f2");
	assert_null(g.v[2].key);
	assert_string_equal(asked.pairs.s, "f0-f2");
	assert_int_equal(g.n_pending, 1);
	strbuf_free(&asked.pairs);
	groups_free(&g);
	fini(&m);
}

/* By the value of a label nothing is compared; the worst is first, then what is empty
 * or not there last. */
static void
test_by_label(void **state)
{
	static const char *const teams[] = {"team=shop", "team=bank", "stage=prod",
		"team=shop", "team=", "team=air"};
	struct many m;
	struct asked asked = {0};
	const struct groups_wish wish = {NULL, "team", shape, variant, &asked};
	struct groups g = {0};
	struct strbuf table = {0};
	cJSON *o;
	char *text;

	(void)state;
	fill(&m, COUNT_OF(teams), each);
	for (size_t i = 0; i < COUNT_OF(teams); i++)
		strvec_add(&m.environments[i].labels, teams[i]);
	m.environments[3].state = STATE_DRIFTED;
	groups_make(&m.published, &wish, &g);
	assert_int_equal(asked.n + g.n_pending, 0);
	assert_int_equal(g.n, 4);
	o = groups_document(&m.published, &g);
	groups_table(o, &table);
	assert_string_equal(table.s,
		"team=shop  e00, e03 (2); 1 drifted, 1 in_sync; at r0; r1\n"
		"team=air  e05 (1); 1 in_sync; at r1\n"
		"team=bank  e01 (1); 1 in_sync; at r1\n"
		"without team  e02, e04 (2); 2 in_sync; at r0\n");
	text = json_print(cJSON_GetObjectItemCaseSensitive(o, "groups"));
	assert_non_null(strstr(text,
		"[{\"value\":\"shop\",\"count\":2,\"state\":\"drifted\","
		"\"environments\":"
		"[\"e00\",\"e03\"],\"states\":{\"drifted\":1,\"in_sync\":1},"
		"\"revisions\":[\"r0\",\"r1\"]},"));
	assert_non_null(
		strstr(text, "{\"value\":null,\"count\":2,\"state\":\"in_sync\""));
	assert_string_equal(json_str(o, "label"), "team");
	free(text);
	cJSON_Delete(o);
	strbuf_free(&table);
	groups_free(&g);
	for (size_t i = 0; i < COUNT_OF(teams); i++)
		strvec_free(&m.environments[i].labels);
	fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_size),
		cmocka_unit_test(test_hostile_table),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_no_more_are_compared),
		cmocka_unit_test(test_nothing_read),
		cmocka_unit_test(test_by_other_names),
		cmocka_unit_test(test_by_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
