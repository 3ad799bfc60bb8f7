/* Files of Python's configparser.ConfigParser, as far as Alembic uses them. */
#ifndef MIGRATIONS_ALEMBIC_INI_H
#define MIGRATIONS_ALEMBIC_INI_H

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strmap.h"

struct ini;

/* Parse `text` (`name` is for messages), keeping `section`.  NULL where ConfigParser
 * refuses it. */
struct ini *
ini_parse(const char *text, const char *name, const char *section, struct err *e);
void ini_free(struct ini *ini);

/* True if there is that section. */
bool ini_has_section(const struct ini *ini);
/* The sections that say where migrations are, in the order of the file. */
const struct strvec *ini_sections(const struct ini *ini);
/* The value in the section, interpolated: `%(here)s` is `here`, other `%(…)s` are keys
 * of the section or of [DEFAULT], `%%` is a percent sign.  *value is NULL where the key
 * is absent; else the caller frees it.  False where the interpolation fails. */
bool ini_get(const struct ini *ini, const char *key, const char *here, char **value,
	struct err *e) MUST_CHECK;

/* Interpolate with `here` alone, as Alembic does for pyproject.toml. */
bool ini_interpolate(
	const char *raw, const char *here, char **value, struct err *e) MUST_CHECK;

#endif
