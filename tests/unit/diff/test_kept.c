/* What a diff keeps of texts that are too long for all of them to be kept. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "diff/diff.h"
#include "tests/unit/catalog/literal.h"

/* A view `name` whose definition is `text` so many times, and then `end`. */
static char *
view(const char *name, const char *text, size_t n, const char *end)
{
	struct strbuf b = {0};

	strbuf_printf(&b, "view public/%s|definition=", name);
	while (n--)
		strbuf_add(&b, text);
	strbuf_add(&b, end);
	return strbuf_take(&b);
}

/* Two views that changed, `a` in its end only, and one that is new. */
static struct diff *
compare(const char *text, const char *end, size_t max)
{
	char *before[] = {view("a", text, 500, ""), view("b", "short", 1, "")};
	char *after[] = {view("a", text, 500, end), view("b", "sHort", 1, ""),
		view("c", "x", 256, "")};
	struct snapshot *expected = CATALOG(before[0], before[1]);
	struct snapshot *found = CATALOG(after[0], after[1], after[2]);
	struct compare_options o = COMPARE_DEFAULTS;
	struct diff *d;

	o.max_texts = max;
	d = diff_compare(expected, found, &o);
	snapshot_unref(expected);
	snapshot_unref(found);
	for (size_t i = 0; i < COUNT_OF(before); i++)
		free(before[i]);
	for (size_t i = 0; i < COUNT_OF(after); i++)
		free(after[i]);
	assert_int_equal(d->n_findings, 3);
	return d;
}

static void
test_whole(void **state)
{
	struct diff *any = compare("x", "y", 0), *enough = compare("x", "y", 2000);

	(void)state;
	assert_int_equal(strlen(any->findings[0].expected), 500);
	assert_int_equal(strlen(any->findings[0].found), 501);
	assert_true(diff_equal(any, enough));
	diff_unref(any);
	diff_unref(enough);
}

static void
test_beginning(void **state)
{
	struct diff *d = compare("x", "y", 600);
	char hex[HASH_HEX_LEN];
	char text[502], *shown;

	(void)state;
	memset(text, 'x', 500);
	strcpy(text + 500, "y");
	hash_of(text, 501, hex);
	shown = xasprintf(
		"<text of 501 bytes, SHA-256 %s, that begins:> %.100s", hex, text);
	/* There is room for the first one; what is short needs none. */
	assert_int_equal(strlen(d->findings[0].expected), 500);
	assert_string_equal(d->findings[0].found, shown);
	assert_string_equal(d->findings[1].expected, "short");
	assert_string_equal(d->findings[1].found, "sHort");
	assert_int_equal(strlen(d->findings[2].found), 256);
	free(shown);
	diff_unref(d);
}

/* A difference behind what is shown is one. */
static void
test_differ(void **state)
{
	struct diff *a = compare("x", "y", 1), *b = compare("x", "z", 1);

	(void)state;
	assert_string_not_equal(a->findings[0].expected, a->findings[0].found);
	assert_string_equal(a->findings[0].expected, b->findings[0].expected);
	assert_false(diff_equal(a, b));
	diff_unref(a);
	diff_unref(b);
}

/* No character is cut. */
static void
test_characters(void **state)
{
	struct diff *d = compare("\xe2\x82\xac", "y", 1);

	(void)state;
	assert_string_equal(strchr(d->findings[0].found, '>') + 2 + 96, "\xe2\x82\xac");
	diff_unref(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_beginning),
		cmocka_unit_test(test_differ),
		cmocka_unit_test(test_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
