/* Catalogs that are kept once. */
#include "tests/unit/unit.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/library.h"
#include "catalog/snapfile.h"
#include "tests/unit/catalog/literal.h"

/* Everything a catalog can hold: texts that are long, not UTF-8, empty, and secrets. */
static struct snapshot *
everything(void)
{
	static char rest[5000];

	memset(rest, 'x', sizeof rest - 1);
	memcpy(rest, "view public/v|definition=", strlen("view public/v|definition="));
	return CATALOG("schema /public", "table public/t|options=", "table public/new",
		"column public/t/a|type=integer|position=1|default=\xff\xfe",
		"index public/i|parent=t|keys=a", "sequence public/s|parent=t,a", rest,
		"function public/f(integer, text)|body=select 1\n",
		"comment public/t/a|on=column|comment=c",
		"operator public/@@(a, b)|function=f",
		"user_mapping /s/who|options=password=<secret 0123456789abcdef>",
		"cast /cast(a AS b)|context=implicit");
}

static bool
same_texts(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* True if `b` is the same but for where its texts are. */
static bool
same_object(const struct object *a, const struct object *b)
{
	for (size_t i = 0; i < kind_info(a->kind)->n_properties; i++)
		if (!same_texts(a->values[i], b->values[i]))
			return false;
	return object_compare(a, b) == 0 && same_texts(a->parent, b->parent) &&
	       same_texts(a->parent_part, b->parent_part) &&
	       !a->belongs_to == !b->belongs_to &&
	       (!a->belongs_to || object_compare(a->belongs_to, b->belongs_to) == 0);
}

static void
assert_same(const struct snapshot *a, const struct snapshot *b)
{
	assert_int_equal(a->n_objects, b->n_objects);
	for (size_t i = 0; i < a->n_objects; i++)
		assert_true(same_object(&a->objects[i], &b->objects[i]));
	assert_memory_equal(a->read, b->read, sizeof a->read);
	assert_string_equal(a->fingerprint, b->fingerprint);
	assert_int_equal(a->has_user_tables, b->has_user_tables);
	assert_true(same_texts(a->version_schema, b->version_schema));
	assert_true(same_texts(a->version_table, b->version_table));
}

static char *
file_of(const struct snapshot *s)
{
	struct strbuf text = {0};

	snapfile_write(s, &text);
	return strbuf_take(&text);
}

/* What is taken out of the library is what was put in, to the last byte. */
static void
test_round_trip(void **state)
{
	struct library *l = library_new();
	struct snapshot *s = everything(), *kept, *open;
	size_t before[KIND_COUNT], after[KIND_COUNT];
	char *a = file_of(s), *b;

	(void)state;
	snapshot_count(s, before);
	strvec_add(&s->revision, "ae10");
	kept = library_keep(l, snapshot_ref(s));
	assert_null(kept->objects);
	assert_int_equal(kept->n_objects, s->n_objects);
	assert_int_equal(snapshot_count(kept, after), snapshot_count(s, before));
	assert_memory_equal(before, after, sizeof before);
	assert_string_equal(kept->revision.v[0], "ae10");
	assert_string_equal(kept->server_version, s->server_version);
	strvec_free(&kept->revision);
	/* What is unpacked is another one only once the one that it was is put away. */
	for (int i = 0; i < 8; i++) {
		char *name = xasprintf("table public/t%d", i);

		snapshot_unref(library_keep(l, CATALOG(name)));
		free(name);
	}
	library_rest(l);
	open = snapshot_open(kept);
	assert_same(s, open);
	b = file_of(kept);
	assert_string_equal(a, b);
	snapshot_unref(open);
	snapshot_unref(kept);
	snapshot_unref(s);
	free(a);
	free(b);
	library_unref(l);
}

/* Server's minor version, recorded revision and recovery are not of the catalog. */
static void
test_once(void **state)
{
	struct library *l = library_new();
	struct snapshot *raw = CATALOG("table public/t"), *a, *b, *c, *d;

	(void)state;
	raw->server_version_num = 150003;
	raw->in_recovery = true;
	strvec_add(&raw->revision, "x");
	a = library_keep(l, raw);
	b = library_keep(l, CATALOG("table public/t"));
	raw = CATALOG("table public/t");
	raw->server_version_num = 160003;
	c = library_keep(l, raw);
	d = library_keep(l, CATALOG("table public/t|owner=somebody"));
	assert_true(snapshot_same(a, b));
	assert_string_equal(snapshot_key(a), snapshot_key(b));
	assert_int_equal(a->server_version_num, 150003);
	assert_true(a->in_recovery);
	assert_false(b->in_recovery);
	assert_int_equal(b->revision.n, 0);
	/* Its major version is, and what no comparison looks at by default. */
	assert_string_equal(a->fingerprint, c->fingerprint);
	assert_string_equal(a->fingerprint, d->fingerprint);
	assert_false(snapshot_same(a, c));
	assert_false(snapshot_same(a, d));
	assert_int_equal(library_size(l).n, 3);
	assert_ptr_equal(library_keep(l, a), a);
	snapshot_unref(a);
	assert_int_equal(library_size(l).n, 3);
	snapshot_unref(b);
	assert_int_equal(library_size(l).n, 2);
	snapshot_unref(c);
	snapshot_unref(d);
	assert_int_equal(library_size(l).n, 0);
	assert_int_equal(library_size(l).packed, 0);
	library_unref(l);
}

static void
test_none(void **state)
{
	struct snapshot *s = CATALOG("table public/t"), *open;

	(void)state;
	assert_null(library_keep(NULL, NULL));
	assert_ptr_equal(library_keep(NULL, s), s);
	assert_null(snapshot_key(s));
	assert_true(snapshot_same(s, s));
	assert_false(snapshot_same(s, NULL));
	open = snapshot_open(s);
	assert_ptr_equal(open, s);
	snapshot_unref(open);
	snapshot_unref(s);
}

/* Only few are unpacked, and who holds one may hold it for longer than the library. */
static void
test_few_open(void **state)
{
	struct library *l = library_new();
	struct snapshot *kept[20], *open;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kept); i++) {
		char *name = xasprintf("table public/t%zu", i);

		kept[i] = library_keep(l, CATALOG(name));
		free(name);
	}
	assert_true(library_size(l).open <= 4);
	open = snapshot_open(kept[0]);
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		snapshot_unref(snapshot_open(kept[i]));
	assert_true(library_size(l).open <= 4);
	library_unref(l);
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		snapshot_unref(kept[i]);
	assert_string_equal(open->objects[0].id.name, "t0");
	snapshot_unref(open);
}

/* ---- Threads ---- */

enum { THREADS = 4, ROUNDS = 200 };

static void *
use(void *arg)
{
	struct library *l = arg;

	for (int i = 0; i < ROUNDS; i++) {
		char *name = xasprintf("table public/t%d", i % 7);
		struct snapshot *s = library_keep(l, CATALOG(name)), *open;

		open = snapshot_open(s);
		assert(open->n_objects == 1);
		if (i % 10 == 0)
			library_rest(l);
		snapshot_unref(s);
		snapshot_unref(open);
		free(name);
	}
	return NULL;
}

static void
test_threads(void **state)
{
	struct library *l = library_new();
	pthread_t threads[THREADS];

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, use, l), 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(library_size(l).n, 0);
	library_unref(l);
}

/* A revision moves, and the catalog does not. */
static void
test_at_another_revision(void **state)
{
	struct library *l = library_new();
	struct snapshot *a = library_keep(l, CATALOG("table public/t")), *b, *c, *open;
	struct strvec revision = {0};

	(void)state;
	strvec_add(&revision, "b");
	b = snapshot_at(a, &revision);
	c = snapshot_at(b, &revision);
	assert_int_equal(a->revision.n, 0);
	assert_string_equal(b->revision.v[0], "b");
	assert_ptr_equal(c, b);
	assert_true(snapshot_same(a, b));
	assert_int_equal(library_size(l).n, 1);
	snapshot_unref(a);
	open = snapshot_open(b);
	assert_int_equal(open->n_objects, 1);
	assert_string_equal(b->fingerprint, open->fingerprint);
	snapshot_unref(open);
	snapshot_unref(b);
	snapshot_unref(c);
	assert_int_equal(library_size(l).n, 0);
	strvec_free(&revision);
	library_unref(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_few_open),
		cmocka_unit_test(test_at_another_revision),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
