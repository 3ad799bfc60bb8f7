/* Both configuration and command line take such lists, and say the same of a wrong one.
 */
#include "base/mapping.h"

#include <stdlib.h>
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

char *
mapping_here(const struct strvec *map, const char *there)
{
	for (size_t i = 0; i < map->n; i++)
		if (!strcmp(there_of(map->v[i]), there))
			return xstrndup(map->v[i], here_length(map->v[i]));
	return xstrdup(mapping_there(map, there) ? "" : there);
}

static void
add_pair(const char *a, const char *b, struct strvec *out)
{
	if (*a && *b && strcmp(a, b) != 0)
		strvec_take(out, xasprintf("%s=%s", a, b));
}

void
mapping_join(const struct strvec *a, const struct strvec *b, struct strvec *out)
{
	for (size_t i = 0; i < a->n; i++) {
		char *here = xstrndup(a->v[i], here_length(a->v[i]));
		char *other = mapping_here(b, there_of(a->v[i]));

		add_pair(here, other, out);
		free(here);
		free(other);
	}
	for (size_t i = 0; i < b->n; i++) {
		const char *there = there_of(b->v[i]);
		char *other = xstrndup(b->v[i], here_length(b->v[i]));

		/* That it has another name in `a` too was seen above. */
		if (!mapping_takes(a, there) && !mapping_there(a, there))
			add_pair(there, other, out);
		free(other);
	}
}
