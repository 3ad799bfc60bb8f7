#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static void
test_utf8(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{"", true},
		{"plain", true},
		{"Rôle 日本 😀", true},
		{"\xff", false},
		{"\xc0\xaf", false},
		{"\xe0\x80\xaf", false},
		{"\xed\xa0\x80", false},
		{"\xf4\x90\x80\x80", false},
		{"cut \xe6\x97", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(text_is_utf8(cases[i].text, strlen(cases[i].text)),
			cases[i].valid);
}

static void
test_clean(void **state)
{
	static const struct {
		const char *in;
		size_t max;
		const char *out;
	} cases[] = {
		{"", 0, ""},
		{"a\xff"
		 "b",
			0, "a\\xffb"},
		{"abcdef", 3, "abc…"},
		{"abc", 3, "abc"},
		{"日本語", 4, "日…"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *got = text_cleaned(cases[i].in, cases[i].max);

		assert_string_equal(got, cases[i].out);
		free(got);
	}
}

static void
test_visible(void **state)
{
	static const struct {
		const char *in;
		size_t max;
		const char *keep, *out;
	} cases[] = {
		{"", 0, "", ""},
		{"R\xc3\xb4le 日本 😀\xc2\xa0|", 0, "", "R\xc3\xb4le 日本 😀\\u00a0|"},
		{"a\nb\r\tc", 0, "", "a\\nb\\r\\tc"},
		{"a\nb\r\tc", 0, "\t\n", "a\nb\\r\tc"},
		{"\x1b[2J\x07\x7f", 0, "", "\\x1b[2J\\x07\\x7f"},
		{"\xc2\x9b\xc2\x85", 0, "", "\\u009b\\u0085"},
		{"\xe2\x80\xaeresu\xe2\x81\xa6", 0, "", "\\u202eresu\\u2066"},
		{"\xe2\x80\x8b\xef\xbb\xbf\xe2\x80\xa8", 0, "",
			"\\u200b\\ufeff\\u2028"},
		{"\xf3\xa0\x80\xa1\xff", 0, "", "\\U000e0021\\xff"},
		{"abc\ndef", 5, "", "abc\\n…"},
		{"abcdefghijklmnopqrstuvwxyz", 5, "", "abcde…"},
		{"äääääääääääää", 5, "", "ää…"},
		{"abcdefghijklm", 13, "", "abcdefghijklm"},
		{"abcdefghijkl\n", 13, "", "abcdefghijkl\\…"},
		{"\n\n\n\n\n\n\n\n\n\n\n\n\n\n", 4, "", "\\n\\n…"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf b = {0};

		text_visible(&b, cases[i].in, cases[i].max, cases[i].keep);
		assert_string_equal(b.s, cases[i].out);
		strbuf_free(&b);
	}
}

/* The character of that number, which the caller frees. */
static char *
utf8(unsigned code)
{
	if (code < 0x80)
		return xasprintf("%c", (char)code);
	if (code < 0x800)
		return xasprintf(
			"%c%c", (char)(0xc0 | code >> 6), (char)(0x80 | (code & 0x3f)));
	return xasprintf("%c%c%c", (char)(0xe0 | code >> 12),
		(char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f)));
}

/* Marks of direction, characters without width, controls: all that may deceive. */
static void
test_all_unseen(void **state)
{
	static const struct {
		unsigned first, last;
	} ranges[] = {{0x01, 0x1f}, {0x7f, 0x9f}, {0x61c, 0x61c}, {0x200b, 0x200f},
		{0x202a, 0x202e}, {0x2060, 0x2060}, {0x2066, 0x2069}, {0xfeff, 0xfeff}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ranges); i++)
		for (unsigned c = ranges[i].first; c <= ranges[i].last; c++) {
			char *one = utf8(c), *line = text_line(one, 0);

			assert_int_equal(text_unseen(one), strlen(one));
			assert_int_equal(*line, '\\');
			assert_int_equal(
				strlen(line), c == '\n' || c == '\r' || c == '\t' ? 2
					      : c < 0x80                          ? 4
										  : 6);
			free(one);
			free(line);
		}
}

/* Marks that are drawn over others, as few as any language has of them. */
static void
test_marks(void **state)
{
	static const char acute[] = "\xcc\x81";
	static const char *const cases[][2] = {
		{"e\xcc\x81", "e\xcc\x81"},
		{"\xcc\x81", "\\u0301"},
		{"a \xcc\x81", "a \\u0301"},
		{"a.\xcc\x81", "a.\\u0301"},
		{"\xe2\x80\xae\xcc\x81", "\\u202e\\u0301"},
		{"\xd7\x91\xd6\xb0", "\xd7\x91\xd6\xb0"},
	};
	struct strbuf flood = {0};
	char *line;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		line = text_line(cases[i][0], 0);
		assert_string_equal(line, cases[i][1]);
		free(line);
	}
	strbuf_add(&flood, "x");
	for (int i = 0; i < 7; i++)
		strbuf_add(&flood, acute);
	strbuf_add(&flood, "y");
	line = text_line(flood.s, 0);
	assert_string_equal(
		line, "x\xcc\x81\xcc\x81\xcc\x81\xcc\x81\\u0301\\u0301\\u0301y");
	free(line);
	strbuf_free(&flood);
}

/* The same for JSON and HTML; what is harmless stays. */
static void
test_visible_in_documents(void **state)
{
	static const char *const cases[][3] = {
		{"a<b>&\"'\t\n", NULL, "a&lt;b&gt;&amp;&quot;&#39;\t\n"},
		{"\"\xc3\xa4\"\n", "\"\xc3\xa4\"\n", "&quot;\xc3\xa4&quot;\n"},
		{"\x7f\xc2\x9b"
		 "31m",
			"\\u007f\\u009b31m", "\\x7f\\u009b31m"},
		{"a\xe2\x80\xae"
		 "b",
			"a\\u202eb", "a\\u202eb"},
		{"\xe2\x80\x8b\xef\xb8\x8f\xe3\x85\xa4", "\\u200b\\ufe0f\\u3164",
			"\\u200b\\ufe0f\\u3164"},
		{"\xf3\xa0\x81\x81", "\\udb40\\udc41", "\\U000e0041"},
		{"\xef\xbf\xbe\xef\xbf\xbf", "\\ufffe\\uffff", "\\ufffe\\uffff"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf json = {0}, html = {0};

		text_json_visible(&json, cases[i][0]);
		text_html(&html, cases[i][0]);
		if (cases[i][1])
			assert_string_equal(json.s, cases[i][1]);
		assert_string_equal(html.s, cases[i][2]);
		strbuf_free(&json);
		strbuf_free(&html);
	}
}

static void
test_glob(void **state)
{
	(void)state;
	assert_true(text_glob("*", ""));
	assert_true(text_glob("a*c", "abbbc"));
	assert_true(text_glob("a*b*c", "aXbYbZc"));
	assert_true(text_glob("?", "日"));
	assert_true(text_glob("app_??", "app_01"));
	assert_false(text_glob("app_??", "app_1"));
	assert_false(text_glob("a*c", "abcd"));
	assert_false(text_glob("", "a"));
	assert_true(text_is_glob("a*") && text_is_glob("?"));
	assert_false(text_is_glob("") || text_is_glob("a[b]\\"));
}

static void
test_contains(void **state)
{
	static const struct {
		const char *s, *part;
		bool is;
	} cases[] = {
		{"Orders", "orders", true},
		{"orders", "RD", true},
		{"orders", "", true},
		{"", "", true},
		{"", "a", false},
		{"aab", "ab", true},
		{"ab", "abc", false},
		{"[x", "{X", false},
		{"\xc3\x84 b", "\xc3\x84 B", true},
		{"\xc3\x84", "\xc3\xa4", false},
		{"*", "?", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(text_contains(cases[i].s, cases[i].part), cases[i].is);
}

static void
test_near(void **state)
{
	static const char *const names[] = {"prod", "dev", "staging"};
	static const char *const shops[] = {
		"a_shop_of_long_name_1", "shop_eu_1", "shop_us_2", "shop_eu_3"};

	(void)state;
	assert_string_equal(text_near("prdo", names, 3), "prod");
	assert_string_equal(text_near("stagin", names, 3), "staging");
	assert_string_equal(text_near("dve", names, 3), "dev");
	assert_null(text_near("elsewhere", names, 3));
	/* The nearest, of those the first; what is too far is none, however long. */
	assert_string_equal(text_near("shop_eu_2", shops, 4), "shop_eu_1");
	assert_string_equal(text_near("hsop_us_2", shops, 4), "shop_us_2");
	assert_string_equal(text_near("shop_eu_1", shops, 4), "shop_eu_1");
	assert_string_equal(text_near("shop_us_22x", shops, 4), "shop_us_2");
	assert_null(text_near("x", shops, 4));
	assert_null(text_near("zzzz_us_2zzz", shops, 4));
	assert_null(text_near("", names, 0));
}

static void
test_ident(void **state)
{
	static const char *const cases[][2] = {
		{"users", "users"},
		{"Users", "\"Users\""},
		{"select", "\"select\""},
		{"name", "name"},
		{"between", "\"between\""},
		{"a\"b", "\"a\"\"b\""},
		{"1a", "\"1a\""},
		{"a$b", "\"a$b\""},
		{"", "\"\""},
		/* Not by each server */
		{"normalize", "normalize"},
		{"json_table", "json_table"},
		{"system_user", "system_user"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf b = {0};

		text_ident(&b, cases[i][0]);
		assert_string_equal(b.s, cases[i][1]);
		strbuf_free(&b);
	}
}

static void
test_qualified(void **state)
{
	struct strbuf b = {0};

	(void)state;
	text_qualified(&b, "public", "My Table");
	assert_string_equal(b.s, "public.\"My Table\"");
	strbuf_free(&b);
}

static void
test_literal(void **state)
{
	struct strbuf b = {0};

	(void)state;
	text_literal(&b, "it's");
	strbuf_addc(&b, ' ');
	text_literal(&b, "a\\b");
	assert_string_equal(b.s, "'it''s' E'a\\\\b'");
	strbuf_free(&b);
}

static void
test_replace(void **state)
{
	char text[] = "`a``b";

	(void)state;
	text_replace(text, '`', '\'');
	assert_string_equal(text, "'a''b");
	text_replace(text, 'x', 'y');
	assert_string_equal(text, "'a''b");
}

static void
test_same(void **state)
{
	char copy[] = "a";

	(void)state;
	assert_true(text_same("a", copy));
	assert_true(text_same(NULL, NULL));
	assert_false(text_same("a", "A"));
	assert_false(text_same("", NULL));
	assert_false(text_same(NULL, ""));
}

static void
test_url(void **state)
{
	struct strbuf b = {0};

	(void)state;
	text_url(&b, "a/b c?é\"");
	assert_string_equal(b.s, "a%2Fb%20c%3F%C3%A9%22");
	strbuf_clear(&b);
	text_url(&b, "A-Z_0.9~");
	assert_string_equal(b.s, "A-Z_0.9~");
	strbuf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_visible),
		cmocka_unit_test(test_all_unseen),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_visible_in_documents),
		cmocka_unit_test(test_glob),
		cmocka_unit_test(test_contains),
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_ident),
		cmocka_unit_test(test_qualified),
		cmocka_unit_test(test_literal),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_url),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
