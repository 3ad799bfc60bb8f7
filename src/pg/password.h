/* Passwords from files and commands: secrets of any length, wiped after use. */
#ifndef PG_PASSWORD_H
#define PG_PASSWORD_H

#include <stddef.h>

#include "base/err.h"

/* `text` without one newline at its end, as a new string (password_free); NULL and
 * ERR_AUTH, with `from` in the message, if nothing is left or a NUL is in it. */
char *password_from(const char *text, size_t n, const char *from, struct err *e);
/* The same of a file's whole content.  NULL and ERR_AUTH with the path if it cannot be
 * read or is no regular file. */
char *password_read(const char *path, struct err *e);
void password_free(char *password); /* NULL is fine */

#endif
