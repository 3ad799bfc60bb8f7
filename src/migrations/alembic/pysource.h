/* The text of a Python source file, as Python's own reader makes it of the bytes. */
#ifndef MIGRATIONS_ALEMBIC_PYSOURCE_H
#define MIGRATIONS_ALEMBIC_PYSOURCE_H

#include <stddef.h>

struct pysource {
	char *text; /* UTF-8 where the bytes allowed it; lines end with '\n' */
	size_t len;
	/* Why Python refuses these bytes, or NULL, and the line it is on. */
	const char *refused;
	unsigned refused_line;
};

/* Decode by byte order mark or coding cookie (PEP 263), UTF-8 without; CRLF and CR
 * become LF; the text ends before the first NUL byte.  pysource_free() it. */
void pysource_decode(const char *bytes, size_t n, struct pysource *out);
void pysource_free(struct pysource *s);

#endif
