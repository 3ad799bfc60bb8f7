/* See web.h. */
#include "web/web.h"

#include <string.h>

#include "base/mem.h"

const struct web_file *
web_find(const char *name)
{
	for (size_t i = 0; i < web_n_files; i++)
		if (!strcmp(web_files[i].name, name))
			return &web_files[i];
	return NULL;
}

const char *
web_type(const struct web_file *f)
{
	static const struct {
		const char *end, *type;
	} types[] = {
		{".css", "text/css; charset=utf-8"},
		/* RFC 9239, 6 */
		{".js", "text/javascript; charset=utf-8"},
		{".svg", "image/svg+xml"},
	};
	const char *end = strrchr(f->name, '.');

	for (size_t i = 0; end && i < COUNT_OF(types); i++)
		if (!strcmp(end, types[i].end))
			return types[i].type;
	return "application/octet-stream";
}
