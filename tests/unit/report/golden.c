#include "tests/unit/report/golden.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"

static char *
read_all(const char *path)
{
	FILE *f = fopen(path, "r");
	struct strbuf b = {0};
	char part[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		strbuf_addn(&b, part, n);
	fclose(f);
	return strbuf_take(&b);
}

static void
write_all(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

void
golden_check(const char *name, const char *text)
{
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/tests/unit/report/%s", srcdir ? srcdir : ".", name);
	char *expected;

	if (getenv("GOLDEN_WRITE"))
		write_all(path, text);
	expected = read_all(path);
	assert_string_equal(text, expected);
	free(expected);
	free(path);
}
