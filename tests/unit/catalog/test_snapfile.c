#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "catalog/snapfile.h"
#include "tests/unit/catalog/literal.h"

static struct err error;

static struct snapshot *
read_text(const char *text)
{
	return snapfile_read(text, strlen(text), "f", &error);
}

static char *
text_of(const struct snapshot *s)
{
	struct strbuf b = {0};

	snapfile_write(s, &b);
	return strbuf_take(&b);
}

static struct snapshot *
versioned(const char *const *objects, bool exists)
{
	struct builder *b = builder_new(150018, "15.18 (Debian 15.18-1)");
	struct strvec recorded = {0};
	struct snapshot *s;

	if (exists)
		strvec_add(&recorded, "ab2c1f16b0b3");
	literal_add(b, objects);
	builder_set_revision(b, "public", "alembic_version", exists, &recorded);
	s = builder_finish(b, true, &error);
	assert_non_null(s);
	strvec_free(&recorded);
	return s;
}

static void
assert_same(const struct snapshot *a, const struct snapshot *b)
{
	assert_int_equal(a->n_objects, b->n_objects);
	for (size_t i = 0; i < a->n_objects; i++) {
		const struct object *x = &a->objects[i], *y = &b->objects[i];

		assert_int_equal(object_compare(x, y), 0);
		assert_int_equal(!x->parent, !y->parent);
		assert_int_equal(!x->belongs_to, !y->belongs_to);
		for (size_t p = 0; p < kind_info(x->kind)->n_properties; p++) {
			assert_int_equal(!x->values[p], !y->values[p]);
			if (x->values[p])
				assert_string_equal(x->values[p], y->values[p]);
		}
	}
}

static void
test_round_trip(void **state)
{
	static const char *const objects[] = {"schema /public|owner=me",
		"table public/t|persistence=permanent",
		"column public/t/a|type=text|default=",
		"column public/t/\"q\" \\ back\x01\x7f\ttab|default=line\nnext\r",
		"column public/t/caf\xe9|type=\xff\xfe \"x\" \\ \x01 \xc3\xa9",
		"column public/t/Rôle 日本 😀|type=text",
		"index public/i|parent=t|definition=CREATE INDEX",
		"function public/f()", "function public/f(integer, text)",
		"comment public/f()|on=function", "comment /public|on=schema", NULL};
	struct snapshot *s = versioned(objects, true), *back;
	char *text = text_of(s), *again;

	(void)state;
	back = read_text(text);
	if (!back)
		fail_msg("%s", error.text);
	assert_same(s, back);
	assert_string_equal(back->fingerprint, s->fingerprint);
	assert_string_equal(back->server_version, s->server_version);
	assert_int_equal(back->server_version_num, 150018);
	assert_true(back->in_recovery);
	assert_true(back->has_user_tables);
	assert_true(back->version_table_exists);
	assert_string_equal(back->version_schema, "public");
	assert_string_equal(back->version_table, "alembic_version");
	assert_true(strvec_equal(&back->revision, &s->revision));
	assert_memory_equal(back->read, s->read, sizeof s->read);
	again = text_of(back);
	assert_string_equal(again, text);
	free(again);
	free(text);
	snapshot_unref(s);
	snapshot_unref(back);
}

static void
test_empty(void **state)
{
	static const char *const none[] = {NULL};
	struct snapshot *s = versioned(none, false), *back;
	char *text = text_of(s);

	(void)state;
	back = read_text(text);
	assert_non_null(back);
	assert_int_equal(back->n_objects, 0);
	assert_int_equal(back->revision.n, 0);
	assert_false(back->version_table_exists);
	free(text);
	snapshot_unref(s);
	snapshot_unref(back);
}

static const char *const small[] = {
	"schema /public", "table public/t|persistence=permanent", NULL};

/* The form that other programs may rely on. */
static void
test_form(void **state)
{
	struct snapshot *s = versioned(small, true);
	char *text = text_of(s);
	const char *head = "{\"pgdriftd_snapshot\": 1, "
			   "\"server_version\": \"15.18 (Debian 15.18-1)\", "
			   "\"server_version_num\": 150018, \"in_recovery\": true,\n"
			   "\"version_table\": {\"schema\": \"public\", "
			   "\"name\": \"alembic_version\", \"exists\": true},\n"
			   "\"revision\": [\"ab2c1f16b0b3\"],\n"
			   "\"count\": 2, \"fingerprint\": \"";
	const char *tail =
		"\n\"objects\": [\n"
		"{\"kind\":\"schema\",\"name\":\"public\",\"properties\":{}},\n"
		"{\"kind\":\"table\",\"schema\":\"public\",\"name\":\"t\","
		"\"properties\":{\"persistence\":\"permanent\"}}\n"
		"]}\n";

	(void)state;
	assert_memory_equal(text, head, strlen(head));
	assert_string_equal(text + strlen(text) - strlen(tail), tail);
	free(text);
	snapshot_unref(s);
}

/* However a file is cut off, it is never a smaller catalog. */
static void
test_cut(void **state)
{
	struct snapshot *s = versioned(small, true);
	char *text = text_of(s);

	(void)state;
	for (size_t n = 0; n < strlen(text); n++) {
		assert_null(snapfile_read(text, n, "f", &error));
		assert_int_equal(error.code, ERR_FORMAT);
	}
	free(text);
	snapshot_unref(s);
}

static char *
replaced(const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);
	struct strbuf b = {0};

	if (!at)
		fail_msg("no %s in the text", old);
	strbuf_addn(&b, text, (size_t)(at - text));
	strbuf_add(&b, new);
	strbuf_add(&b, at + strlen(old));
	return strbuf_take(&b);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *old, *new, *text;
	} cases[] = {
		{"{\"pgdriftd_snapshot\": 1", "{\"pgdriftd_snapshot\": 2",
			"f: this snapshot is of format 2, from a newer pgdriftd"},
		{"{\"pgdriftd_snapshot\": 1", "{\"pgdriftd_snapshot\": x", "no number"},
		{"{\"pgdriftd_snapshot\": 1", "{\"pgdriftd_snapshot\": 1e308",
			"no number"},
		{"{\"pgdriftd_snapshot\": 1", "{\"pgdriftd_snapshot\": 1.0000000001",
			"no number"},
		{"{\"pgdriftd_snapshot\": 1", "{\"pgdriftd_snapshot\": 1e0",
			"no number"},
		{"{\"pgdriftd_snapshot\": 1", "{\"pgdriftd_snapshot\": +1",
			"no number"},
		{"{\"pgdriftd_snapshot\": 1", "{\"pgdriftd_snapshot\": 01",
			"no number"},
		{"{\"pgdriftd_snapshot\": 1", "{\"pgdriftd_snapshot\": 0", "no number"},
		{"{\"pgdriftd_snapshot\": 1", "{\"pgdriftd_snapshot\": 12",
			"f: this snapshot is of format 12, from a newer pgdriftd"},
		{"{\"pgdriftd_snapshot\"", "{\"something\"", "no snapshot of pgdriftd"},
		{"{\"kind\":\"table\"", "{\"kind\":\"tabel\"", "no kind \"tabel\""},
		{"{\"kind\":\"table\",", "{", "first member"},
		{"\"properties\":{\"persistence\"", "\"properties\":{\"flavour\"",
			"a table has no property \"flavour\""},
		{"\"properties\":{\"persistence\":\"permanent\"",
			"\"properties\":{\"persistence\":1", "no text"},
		{"\"properties\":{\"persistence\":\"permanent\"",
			"\"properties\":{\"persistence\":\"a\",\"persistence\":\"b\"",
			"twice"},
		{"\"name\":\"t\"", "\"nam\":\"t\"", "no member \"nam\""},
		{"\"name\":\"t\",", "", "no name"},
		{"\"name\":\"t\"", "\"name\":\"t\",\"name\":\"u\"", "twice"},
		{"\"name\":\"t\"", "\"name\":{\"bytes\":\"\\u0100\"}", "U+00FF"},
		{"\"name\":\"t\"", "\"name\":{\"hex\":\"00\"}", "no text"},
		{"\"name\":\"t\"", "\"name\":\"u\"", "fingerprint does not fit"},
		{"\"count\": 2", "\"count\": 3", "has 2 objects, its header says 3"},
		{"\"count\": 2", "\"count\": -2", "\"count\""},
		{"\"count\": 2", "\"count\": 2.5", "\"count\""},
		{"\"count\": 2", "\"count\": 1e308", "\"count\""},
		{"\"count\": 2", "\"count\": \"2\"", "\"count\""},
		{"\"count\": 2, ", "", "\"count\""},
		{"{\"kind\":\"schema\",\"name\":\"public\",\"properties\":{}},\n", "",
			"its header says 2"},
		{"{\"kind\":\"table\"",
			"{\"kind\":\"schema\",\"name\":\"a\",\"properties\":{}},\n"
			"{\"kind\":\"table\"",
			"not in order"},
		{"{\"kind\":\"table\"", "{\"kind\":\"schema\"", "no property"},
		{"\"fingerprint\": \"", "\"fingerprint\": \"0", "\"fingerprint\""},
		{"\"table\": [", "\"tabel\": [", "no kind \"tabel\""},
		{"\"table\": [\"persistence\"", "\"table\": [\"flavour\"", "flavour"},
		{"\"table\": [\"persistence\"", "\"table\": [\"owner\"",
			"not among what was read"},
		{"\"revision\": [", "\"revision\": [1, ", "no text"},
		{"\"server_version\": \"", "\"server_version\": 5, \"x\": \"",
			"no text"},
		{"\n]}\n", "\n]}\n\n", "no object"},
		{"\n]}\n", "\n]}\n{}\n", "no object"},
		{"\"properties\":{\"persistence\"", "\"properties\":{\"persistence",
			"no object"},
		{"\"exists\": true},\n", "\"exists\": true}}\n", "header"},
	};
	struct snapshot *s = versioned(small, true);
	char *text = text_of(s);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *bad = replaced(text, cases[i].old, cases[i].new);

		if (read_text(bad))
			fail_msg("taken: %s", cases[i].new);
		assert_int_equal(error.code, ERR_FORMAT);
		if (strncmp(error.text, "f:", 2) || !strstr(error.text, cases[i].text))
			fail_msg("%s: %s", cases[i].new, error.text);
		free(bad);
	}
	free(text);
	snapshot_unref(s);
}

static void
test_line_number(void **state)
{
	struct snapshot *s = versioned(small, true);
	char *text = text_of(s),
	     *bad = replaced(text, "\"table\",\"schema\"", "\"x\",\"y\"");
	char place[32];
	unsigned line = 1;

	(void)state;
	for (const char *c = bad; c < strstr(bad, "\"x\",\"y\""); c++)
		line += *c == '\n';
	snprintf(place, sizeof place, "f:%u: ", line);
	assert_null(read_text(bad));
	assert_memory_equal(error.text, place, strlen(place));
	free(bad);
	free(text);
	snapshot_unref(s);
}

static void
test_files(void **state)
{
	struct snapshot *s = versioned(small, true), *back;
	char directory[] = "/tmp/pgdriftd-test-XXXXXX", *path, *missing;

	(void)state;
	assert_non_null(mkdtemp(directory));
	path = xasprintf("%s/a.snapshot", directory);
	missing = xasprintf("%s/none/a.snapshot", directory);
	assert_true(snapfile_save(s, path, &error));
	assert_true(snapfile_save(s, path, &error));
	back = snapfile_load(path, &error);
	assert_non_null(back);
	assert_same(s, back);
	assert_false(snapfile_save(s, missing, &error));
	assert_int_equal(error.code, ERR_IO);
	assert_null(snapfile_load(missing, &error));
	assert_int_equal(error.code, ERR_IO);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0); /* nothing was left beside it */
	free(path);
	free(missing);
	snapshot_unref(s);
	snapshot_unref(back);
}

/* A device stays one; a directory is none to write into. */
static void
test_no_files(void **state)
{
	struct snapshot *s = versioned(small, true);
	char directory[] = "/tmp/pgdriftd-test-XXXXXX", *fifo;
	struct stat st;
	char first;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(directory));
	fifo = xasprintf("%s/fifo", directory);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	fd = open(fifo, O_RDWR | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_true(snapfile_save(s, fifo, &error));
	assert_int_equal(read(fd, &first, 1), 1);
	assert_int_equal(first, '{');
	close(fd);
	assert_int_equal(stat(fifo, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_false(snapfile_save(s, directory, &error));
	assert_int_equal(unlink(fifo), 0);
	assert_int_equal(rmdir(directory), 0);
	free(fifo);
	snapshot_unref(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_line_number),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_no_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
