/* Amounts of memory as people write them. */
#ifndef BASE_SIZE_H
#define BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIZE_MIB = 1024 * 1024 };

/* "64MiB", "64 MiB", "1GiB", "512kB", "1048576" (bytes), as postgresql.conf has them:
 * units are powers of 1024, with or without the "i", in upper or lower case.  False
 * (nothing stored) for anything else, and for over 1 PiB. */
bool size_parse(const char *text, int64_t *bytes);
/* The shortest form that size_parse() reads back: "256MiB", "1536KiB", "1000". */
const char *size_format(int64_t bytes, char *buf, size_t size);

#endif
