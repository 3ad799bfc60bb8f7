#include "tests/unit/conf/fixture.h"

#include "tests/unit/unit.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

int
fixture_setup(void **state)
{
	char *dir = xstrdup("/tmp/test_conf.XXXXXX");
	char *versions = NULL;

	if (!mkdtemp(dir))
		return -1;
	versions = xasprintf("%s/versions", dir);
	if (mkdir(versions, 0700) != 0)
		return -1;
	free(versions);
	fixture_write(dir, "file", "");
	*state = dir;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

int
fixture_teardown(void **state)
{
	int rc = nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return rc;
}

void
fixture_write(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	char *slash = strrchr(path, '/');
	FILE *f;

	*slash = '\0';
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	*slash = '/';
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	free(path);
}

struct conf *
fixture_load(const char *dir)
{
	struct conf_errors errors = {0};
	char *path = xasprintf("%s/pgdriftd.conf", dir);
	struct conf *c = conf_load(path, &errors);

	for (size_t i = 0; i < errors.messages.n; i++)
		print_error("%s\n", errors.messages.v[i]);
	assert_non_null(c);
	assert_int_equal(errors.messages.n, 0);
	conf_errors_free(&errors);
	free(path);
	return c;
}

struct conf *
fixture_load_text(const char *dir, const char *text)
{
	fixture_write(dir, "pgdriftd.conf", text);
	return fixture_load(dir);
}

char *
fixture_errors(const char *dir)
{
	struct conf_errors errors = {0};
	char *path = xasprintf("%s/pgdriftd.conf", dir);
	char *prefix = xasprintf("%s/", dir), *at;
	struct strbuf all = {0};
	struct conf *c;

	c = conf_load(path, &errors);
	if (c)
		fail_msg("%s was taken", path);
	strvec_join(&errors.messages, "\n", &all);
	while ((at = strstr(all.s, prefix)) != NULL)
		memmove(at, at + strlen(prefix), strlen(at + strlen(prefix)) + 1);
	conf_errors_free(&errors);
	free(path);
	free(prefix);
	return strbuf_take(&all);
}
