/* Style, script and icons of the pages: files of their own in this directory, embedded
 * by the build (scripts/embed). */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stddef.h>

struct web_file {
	const char *name; /* "pgdriftd.css" */
	const char *hash; /* hexadecimal digits of its SHA-256: another file, another
			     hash */
	const char *data; /* a NUL follows */
	size_t size;      /* bytes, without it */
};

/* All of them, in the table that the build makes. */
extern const struct web_file web_files[];
extern const size_t web_n_files;

/* NULL if there is none of that name. */
const struct web_file *web_find(const char *name);
/* Its media type by its name; a literal. */
const char *web_type(const struct web_file *f);

#endif
