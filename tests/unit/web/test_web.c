/* What is embedded is what stands in src/web. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "report/appearance.h"
#include "web/web.h"

static void
check_file(const struct web_file *f)
{
	const char *top = getenv("srcdir");
	char *path = xasprintf("%s/src/web/%s", top ? top : ".", f->name);
	char *data = xcalloc(1, f->size + 2), hex[HASH_HEX_LEN];
	FILE *in = fopen(path, "rb");

	assert_non_null(in);
	assert_int_equal(fread(data, 1, f->size + 2, in), f->size);
	fclose(in);
	assert_memory_equal(data, f->data, f->size);
	hash_of(data, f->size, hex);
	assert_memory_equal(hex, f->hash, strlen(f->hash));
	assert_int_equal(strlen(f->hash), 16);
	free(data);
	free(path);
}

static void
test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < web_n_files; i++) {
		check_file(&web_files[i]);
		assert_ptr_equal(web_find(web_files[i].name), &web_files[i]);
	}
	assert_string_equal(
		web_type(web_find("pgdriftd.css")), "text/css; charset=utf-8");
	assert_string_equal(
		web_type(web_find("pgdriftd.js")), "text/javascript; charset=utf-8");
	assert_null(web_find("pgdriftd"));
	assert_null(web_find("../web.c"));
	assert_null(web_find(""));
}

static void
check_holds(const struct web_file *f, const char *part)
{
	if (!strstr(f->data, part))
		fail_msg("not in %s: %s", f->name, part);
}

/* Each state has its icon and its colours, those of everywhere. */
static void
test_states(void **state)
{
	const struct web_file *css = web_find("pgdriftd.css"), *icon;
	const struct appearance *a;

	(void)state;
	for (int s = 0; s < STATE_COUNT; s++) {
		char *name, *colour, *light, *dark;

		a = appearance_of((enum state)s);
		name = xasprintf("icon-%s.svg", a->style);
		colour = xasprintf("#%s", a->colour);
		light = xasprintf("--%s: #%s;", a->style, a->colour);
		dark = xasprintf("--%s: #%s;", a->style, a->dark);
		icon = web_find(name);
		assert_non_null(icon);
		assert_string_equal(web_type(icon), "image/svg+xml");
		check_holds(icon, colour);
		check_holds(css, light);
		check_holds(css, dark);
		free(name);
		free(colour);
		free(light);
		free(dark);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
