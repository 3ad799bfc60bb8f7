/* Opening what has to be a file. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/err.h"

/* Open a regular file for reading; a FIFO or a device, which could block, is refused.
 * Returns the descriptor, or -1 (ERR_IO with the path). */
int file_open(const char *path, struct err *e);

#endif
