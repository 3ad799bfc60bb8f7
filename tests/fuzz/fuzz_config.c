/* Any bytes as an alembic.ini and as a pyproject.toml: no crash, no hang, and a reason
 * wherever something is refused. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/ini.h"
#include "migrations/alembic/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const keys[] = {
	"script_location", "version_locations", "path_separator", "sourceless"};

static void
check_ini(const char *text)
{
	struct err e = {0};
	struct ini *ini = ini_parse(text, "x", "alembic", &e);

	if (!ini && !*e.text)
		abort();
	for (size_t i = 0; ini && i < COUNT_OF(keys); i++) {
		struct err why = {0};
		char *value = NULL;

		if (ini_get(ini, keys[i], "/here", &value, &why) == (*why.text != '\0'))
			abort();
		free(value);
	}
	ini_free(ini);
}

static void
check_toml(const char *text)
{
	struct toml t = {0};

	toml_parse(text, &t);
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const struct toml_value *v = toml_get(&t, keys[i]);

		if (v && strcmp(v->key, keys[i]) != 0)
			abort();
	}
	toml_free(&t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);

	check_ini(text);
	check_toml(text);
	free(text);
	return 0;
}
