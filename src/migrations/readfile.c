/* A directory of migrations belongs to someone else: it may hold a FIFO that nobody
 * writes to, a device, or a file of gigabytes. */
#include "migrations/readfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool
is_wanted(const struct stat *st, struct err *e)
{
	static const struct {
		mode_t type;
		const char *what;
	} others[] = {{S_IFIFO, "it is a FIFO"}, {S_IFSOCK, "it is a socket"},
		{S_IFDIR, "it is a directory"}, {S_IFCHR, "it is a device"},
		{S_IFBLK, "it is a device"}};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if ((st->st_mode & S_IFMT) == others[i].type)
			return err_set(e, ERR_IO, "%s", others[i].what);
	if (st->st_size > READFILE_MAX)
		return err_set(e, ERR_IO, "it is larger than 16 MiB");
	return true;
}

static bool
read_all(int fd, struct strbuf *out, struct err *e)
{
	char buf[16384];
	ssize_t n;

	strbuf_add(out, "");
	do {
		n = read(fd, buf, sizeof buf);
		if (n > 0)
			strbuf_addn(out, buf, (size_t)n);
		if (out->len > READFILE_MAX)
			return err_set(e, ERR_IO, "it is larger than 16 MiB");
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n == 0 || err_set(e, ERR_IO, "%s", strerror(errno));
}

bool
readfile(const char *path, struct strbuf *out, struct stat *st, struct err *e)
{
	bool ok;
	int fd;

	/* To open a device can do something: look before, and again afterwards. */
	if (stat(path, st) < 0)
		return err_set(e, ERR_IO, "%s", strerror(errno));
	if (!is_wanted(st, e))
		return false;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, ERR_IO, "%s", strerror(errno));
	ok = fstat(fd, st) == 0 ? is_wanted(st, e)
				: err_set(e, ERR_IO, "%s", strerror(errno));
	ok = ok && read_all(fd, out, e);
	close(fd);
	return ok;
}
