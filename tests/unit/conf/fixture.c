#include "tests/unit/conf/fixture.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"

int
fixture_setup_conf(void **state)
{
	char *versions;

	if (fixture_setup(state) != 0)
		return -1;
	fixture_write(*state, "file", "");
	versions = xasprintf("%s/versions", (char *)*state);
	assert_int_equal(mkdir(versions, 0700), 0);
	free(versions);
	return 0;
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
