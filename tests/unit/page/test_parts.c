/* The pieces of the dashboard. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "page/parts.h"

static void
check(struct strbuf *b, const char *expected)
{
	assert_string_equal(b->s, expected);
	strbuf_free(b);
}

static void
test_span(void **state)
{
	static const struct {
		int64_t ms;
		const char *expected;
	} cases[] = {{0, "0 s"}, {-5000, "0 s"}, {59999, "59 s"}, {119000, "119 s"},
		{120000, "2 min"}, {7199000, "119 min"}, {7200000, "2 h"},
		{172799000, "47 h"}, {172800000, "2 d"}, {8640000000, "100 d"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf b = {0};

		page_span(&b, 1000000, 1000000 + cases[i].ms);
		check(&b, cases[i].expected);
	}
}

static void
test_ago(void **state)
{
	struct strbuf b = {0};

	(void)state;
	page_ago(&b, 0, 5);
	check(&b, "never");
	page_ago(&b, 1000, 13000);
	check(&b, "<time class=\"age\" datetime=\"1970-01-01T00:00:01Z\" "
		  "title=\"1970-01-01T00:00:01Z\">12 s</time>");
}

static void
test_prose(void **state)
{
	struct strbuf b = {0};

	(void)state;
	page_prose(&b, "run `alembic stamp <x>` & wait", 0);
	check(&b, "run <code data-copy>alembic stamp &lt;x&gt;</code> &amp; wait");
	page_prose(&b, "set `expect`, open `end of it", 0);
	check(&b, "set <code>expect</code>, open <code>end of it</code>");
	page_prose(&b, "<script>alert('x')</script>\xff", 0);
	check(&b, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\\xff");
	page_prose(&b, "abcdefgh", 4);
	check(&b, "abcd…");
}

/* Whatever is not seen, or would turn or move what is around it. */
static void
test_hostile(void **state)
{
	static const char name[] =
		"a\u202eb\u2066\u200e\u061c\u200b\ufeff\n\x1b\x7f\xc2\x85<";
	static const char seen[] =
		"a\\u202eb\\u2066\\u200e\\u061c\\u200b\\ufeff\\n\\x1b"
		"\\x7f\\u0085&lt;";
	struct strbuf b = {0};
	char *code = xasprintf("<code>%s</code>", seen);

	(void)state;
	page_name(&b, name, 0);
	check(&b, seen);
	page_code(&b, name, 0);
	check(&b, code);
	/* The lines of these stay, which HTML does not show. */
	page_prose(&b, "x\n`\u202e\x1b`", 0);
	check(&b, "x\n<code>\\u202e\\x1b</code>");
	page_value(&b, "x\n\u2069\x1b", 0);
	check(&b, "<code>x\n\\u2069\\x1b</code>");
	page_name(&b, "abcdefgh", 4);
	check(&b, "abcd…");
	free(code);
}

static void
test_code_and_words(void **state)
{
	struct strbuf b = {0};

	(void)state;
	page_code(&b, NULL, 0);
	check(&b, "–");
	page_code(&b, "a<b`c", 0);
	check(&b, "<code>a&lt;b`c</code>");
	page_words(&b, "materialized_view");
	check(&b, "materialized view");
	page_count(&b, 1, "object", "objects");
	strbuf_addc(&b, ' ');
	page_count(&b, 0, "object", "objects");
	check(&b, "1 object 0 objects");
}

static void
test_plain(void **state)
{
	struct strbuf b = {0};

	(void)state;
	page_plain(&b, "run `alembic stamp <x>`,\n\u202ethen", 0);
	assert_string_equal(b.s, "run alembic stamp &lt;x&gt;,\\n\\u202ethen");
	strbuf_clear(&b);
	page_plain(&b, "", 10);
	assert_string_equal(b.s, "");
	strbuf_free(&b);
}

static void
test_badge(void **state)
{
	struct strbuf b = {0};

	(void)state;
	page_badge(&b, STATE_REVISION_MISMATCH);
	check(&b, "<span class=\"badge mismatch\"><i aria-hidden=\"true\">⇄</i>"
		  "revision mismatch</span>");
	page_watched(&b, "a\"\u202e", STATE_REVISION_MISMATCH);
	check(&b, " data-environment=\"a&quot;\\u202e\" "
		  "data-state=\"revision mismatch\"");
}

static void
test_ids(void **state)
{
	struct strvec ids = {0};
	struct strbuf b = {0};

	(void)state;
	page_ids(&b, &ids, 2, 10);
	check(&b, "<span class=\"soft\">none</span>");
	strvec_split(&ids, "a<|b|c|d", '|');
	page_ids(&b, &ids, 4, 10);
	check(&b, "<code>a&lt;</code> <code>b</code> <code>c</code> <code>d</code>");
	page_ids(&b, &ids, 1, 10);
	check(&b, "<code>a&lt;</code> and 3 more");
	strvec_free(&ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_span),
		cmocka_unit_test(test_ago),
		cmocka_unit_test(test_prose),
		cmocka_unit_test(test_code_and_words),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_badge),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
