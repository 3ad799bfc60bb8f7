/* Every kept input of a fuzz target, where there is no fuzzer: what was found once is
 * looked at in each run of the tests. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
replay(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct strbuf text = {0};
	struct stat st;
	struct err e = {0};
	bool ok = file_take(path, FILE_MAX_MIGRATION, &text, &st, &e);

	if (ok)
		LLVMFuzzerTestOneInput((const uint8_t *)text.s, text.len);
	else
		fprintf(stderr, "%s: %s\n", path, e.text);
	strbuf_free(&text);
	free(path);
	return ok;
}

int
main(void)
{
	const char *srcdir = getenv("srcdir");
	char *dir = xasprintf("%s/tests/fuzz/corpus/%s", srcdir ? srcdir : ".", CORPUS);
	DIR *d = opendir(dir);
	const struct dirent *entry;
	size_t n = 0;
	bool ok = d != NULL;

	while (d && (entry = readdir(d))) {
		if (*entry->d_name == '.')
			continue;
		ok &= replay(dir, entry->d_name);
		n++;
	}
	if (d)
		closedir(d);
	printf("%zu inputs of %s\n", n, dir);
	free(dir);
	return ok && n ? EXIT_SUCCESS : EXIT_FAILURE;
}
