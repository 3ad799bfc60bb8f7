/* Both configuration and command line take such lists, and say the same of a wrong one.
 */
#include "base/mapping.h"

#include <string.h>

#include "base/mem.h"

static bool
is_entry(const char *entry)
{
	const char *equals = strchr(entry, '=');

	return equals && equals != entry && equals[1] && !strchr(equals + 1, '=');
}

static const char *
there_of(const char *entry)
{
	return strchr(entry, '=') + 1;
}

static size_t
here_length(const char *entry)
{
	return strcspn(entry, "=");
}

static bool
same_here(const char *a, const char *b)
{
	return here_length(a) == here_length(b) && !strncmp(a, b, here_length(a));
}

static char *
entry_wrong(const struct strvec *map, size_t i)
{
	const char *entry = map->v[i];

	if (!is_entry(entry))
		return xasprintf("\"%s\" is not written HERE=THERE", entry);
	if (same_here(entry, there_of(entry)))
		return xasprintf("\"%s\" is one name: leave it out", entry);
	for (size_t k = 0; k < i; k++) {
		if (same_here(map->v[k], entry))
			return xasprintf("\"%s\" and \"%s\": \"%.*s\" cannot be "
					 "compared with two",
				map->v[k], entry, (int)here_length(entry), entry);
		if (!strcmp(there_of(map->v[k]), there_of(entry)))
			return xasprintf("\"%s\" and \"%s\": two cannot be compared "
					 "with one \"%s\"",
				map->v[k], entry, there_of(entry));
	}
	return NULL;
}

char *
mapping_wrong(const struct strvec *map)
{
	char *wrong = NULL;

	for (size_t i = 0; i < map->n && !wrong; i++)
		wrong = entry_wrong(map, i);
	return wrong;
}

const char *
mapping_there(const struct strvec *map, const char *here)
{
	for (size_t i = 0; i < map->n; i++)
		if (same_here(map->v[i], here))
			return there_of(map->v[i]);
	return NULL;
}

bool
mapping_takes(const struct strvec *map, const char *there)
{
	for (size_t i = 0; i < map->n; i++)
		if (!strcmp(there_of(map->v[i]), there))
			return true;
	return false;
}
