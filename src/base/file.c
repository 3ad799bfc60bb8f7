/* See file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
file_open(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	else if (S_ISREG(st.st_mode))
		return fd;
	else
		err_set(e, ERR_IO, "%s: %s", path,
			S_ISDIR(st.st_mode) ? "is a directory" : "not a regular file");
	if (fd >= 0)
		close(fd);
	return -1;
}
