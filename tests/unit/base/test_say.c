/* err, log, json, hash, rows: what is told to the outside. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rows.h"

static void
test_err(void **state)
{
	struct err e;

	(void)state;
	assert_false(err_set(&e, ERR_AUTH, "no %s", "entry"));
	assert_int_equal(e.code, ERR_AUTH);
	assert_false(err_prefix(&e, "environment %s", "prod"));
	assert_string_equal(e.text, "environment prod: no entry");
	assert_false(err_set(NULL, ERR_AUTH, "nobody listens"));
	assert_string_equal(err_reason(ERR_TIMEOUT), "timeout");
	assert_string_equal(err_reason(ERR_MOVED), "internal");
}

static void
test_long_err(void **state)
{
	char text[3000];
	struct err e;

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	err_set(&e, ERR_IO, "%s", text);
	assert_int_equal(strlen(e.text), sizeof e.text - 1);
	err_prefix(&e, "file");
	assert_int_equal(strncmp(e.text, "file: xxx", 9), 0);
	assert_int_equal(strlen(e.text), sizeof e.text - 1);
}

static const struct log_field fields[] = {
	{"environment", "prod"},
	{"empty", ""},
	{"absent", NULL},
	{"findings", "3", true},
	{"error", "a \"quoted\"\nline \\ \x01 \xff"},
};

static const struct log_record record = {
	.level = LEVEL_ERROR,
	.time_ms = 1789899330000,
	.msg = "database is not stamped",
	.fields = fields,
	.n_fields = COUNT_OF(fields),
};

static void
test_logfmt(void **state)
{
	struct strbuf b = {0};

	(void)state;
	log_format_logfmt(&record, &b);
	assert_string_equal(b.s,
		"time=2026-09-20T10:15:30Z level=error "
		"msg=\"database is not stamped\" environment=prod empty=\"\" "
		"findings=3 "
		"error=\"a \\\"quoted\\\"\\nline \\\\ \\x01 \\\\xff\"\n");
	strbuf_free(&b);
}

/* A value begins no line or field, and turns nothing. */
static void
test_logfmt_hostile(void **state)
{
	static const struct log_field hostile[] = {{"environment", "a\u202eb"},
		{"error", "x\nlevel=error msg=y\u2066\u200b\x1b[2J\xc2\x9b\ufeff\x7f"}};
	const struct log_record r = {.level = LEVEL_INFO,
		.time_ms = 1789899330000,
		.msg = "\u200f",
		.fields = hostile,
		.n_fields = COUNT_OF(hostile)};
	struct strbuf b = {0};

	(void)state;
	log_format_logfmt(&r, &b);
	assert_string_equal(b.s,
		"time=2026-09-20T10:15:30Z level=info msg=\"\\u200f\" "
		"environment=\"a\\u202eb\" error=\"x\\nlevel=error msg=y\\u2066\\u200b"
		"\\x1b[2J\\u009b\\ufeff\\x7f\"\n");
	strbuf_free(&b);
}

static void
test_log_json(void **state)
{
	struct strbuf b = {0};
	cJSON *o;

	(void)state;
	log_format_json(&record, &b);
	o = cJSON_Parse(b.s);
	assert_non_null(o);
	assert_string_equal(json_str(o, "level"), "error");
	assert_string_equal(json_str(o, "error"), "a \"quoted\"\nline \\ \x01 \\xff");
	assert_null(json_str(o, "absent"));
	assert_int_equal(cJSON_GetObjectItem(o, "findings")->valueint, 3);
	cJSON_Delete(o);
	strbuf_free(&b);
}

static bool catch (const struct log_record *r, void *arg)
{
	struct strvec *lines = arg;

	assert_true(r->time_ms > 0);
	strvec_add(lines, r->msg);
	return true;
}

static void
test_sink_and_level(void **state)
{
	struct strvec lines = {0};
	enum log_level level;

	(void)state;
	log_set_sink(catch, &lines);
	log_msg(LEVEL_INFO, "n=%d", 1);
	log_msg(LEVEL_DEBUG, "unseen");
	log_set_level(LEVEL_DEBUG);
	log_msg(LEVEL_DEBUG, "seen");
	log_set_level(LEVEL_INFO);
	log_set_sink(NULL, NULL);
	assert_int_equal(lines.n, 2);
	assert_string_equal(lines.v[0], "n=1");
	assert_string_equal(lines.v[1], "seen");
	strvec_free(&lines);
	assert_true(log_level_parse("warn", &level));
	assert_int_equal(level, LEVEL_WARN);
	assert_false(log_level_parse("loud", &level));
}

static void
test_json(void **state)
{
	cJSON *o = json_object();
	struct strvec list = {0};
	char *text;

	(void)state;
	json_add_str(o, "s", "bad \xff byte");
	json_add_str(o, "n", NULL);
	json_add_time(o, "never", 0);
	json_add_time(o, "at", 1789899330000);
	strvec_add(&list, "a");
	json_add_list(o, "l", &list);
	text = json_print(o);
	assert_string_equal(text,
		"{\"s\":\"bad \\\\xff byte\",\"n\":null,\"never\":null,"
		"\"at\":\"2026-09-20T10:15:30Z\",\"l\":[\"a\"]}");
	free(text);
	strvec_free(&list);
	cJSON_Delete(o);
}

/* FIPS 180-2, appendix B.1. */
static void
test_hash(void **state)
{
	const char *want =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	struct hash *h = hash_new();
	char hex[HASH_HEX_LEN];

	(void)state;
	hash_of("abc", 3, hex);
	assert_string_equal(hex, want);
	hash_add(h, "a", 1);
	hash_add(h, "", 0);
	hash_add(h, "bc", 2);
	hash_finish(h, hex);
	assert_string_equal(hex, want);
}

static void
test_rows(void **state)
{
	static const char *const names[] = {"a", "b"}, *const cells[] = {
							       "1", NULL, "3", "4"};
	const struct rows r = {2, 2, names, cells};

	(void)state;
	assert_int_equal(rows_column(&r, "b"), 1);
	assert_int_equal(rows_column(&r, "c"), -1);
	assert_null(rows_get(&r, 0, 1));
	assert_string_equal(rows_get(&r, 1, 0), "3");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_err),
		cmocka_unit_test(test_long_err),
		cmocka_unit_test(test_logfmt),
		cmocka_unit_test(test_logfmt_hostile),
		cmocka_unit_test(test_log_json),
		cmocka_unit_test(test_sink_and_level),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
