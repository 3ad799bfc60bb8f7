/* See size.h. */
#include "base/size.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static const struct {
	const char *name, *brief;
	int64_t bytes;
} units[] = {
	{"TiB", "TB", INT64_C(1) << 40},
	{"GiB", "GB", INT64_C(1) << 30},
	{"MiB", "MB", INT64_C(1) << 20},
	{"KiB", "kB", INT64_C(1) << 10},
	{"", "B", 1},
};

/* 0: there is none of that name. */
static int64_t
unit(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (!strcasecmp(name, units[i].name) ||
			!strcasecmp(name, units[i].brief))
			return units[i].bytes;
	return 0;
}

bool
size_parse(const char *text, int64_t *bytes)
{
	const int64_t most = INT64_C(1) << 50;
	size_t digits = strspn(text, "0123456789");
	size_t name = digits + strspn(text + digits, " ");
	int64_t n = digits && digits <= 16 ? strtoll(text, NULL, 10) : -1;
	int64_t u = unit(text + name);

	if (n < 0 || !u || n > most / u)
		return false;
	*bytes = n * u;
	return true;
}

const char *
size_format(int64_t bytes, char *buf, size_t size)
{
	size_t i = 0;

	while (bytes % units[i].bytes || (!bytes && units[i].bytes > 1))
		i++;
	snprintf(buf, size, "%" PRId64 "%s", bytes / units[i].bytes, units[i].name);
	return buf;
}
