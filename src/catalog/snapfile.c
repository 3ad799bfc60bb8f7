/* Reading and writing files of snapshots; see snapfile.h. */
#include "catalog/snapfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static bool
io_error(struct err *e, const char *what, const char *path)
{
	return err_set(e, ERR_IO, "cannot %s %s: %s", what, path, strerror(errno));
}

static bool
read_all(int fd, struct strbuf *out)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof buf)) != 0) {
		if (n > 0)
			strbuf_addn(out, buf, (size_t)n);
		else if (errno != EINTR)
			return false;
	}
	return true;
}

struct snapshot *
snapfile_load(const char *path, struct err *e)
{
	int fd = file_open(path, e);
	struct strbuf text = {0};
	struct snapshot *s = NULL;

	if (fd < 0)
		return NULL;
	if (read_all(fd, &text))
		s = snapfile_read(text.s ? text.s : "", text.len, path, e);
	else
		io_error(e, "read", path);
	close(fd);
	strbuf_free(&text);
	return s;
}

static bool
write_all(int fd, const char *s, size_t n)
{
	while (n) {
		ssize_t done = write(fd, s, n);

		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			s += done;
			n -= (size_t)done;
		}
	}
	return true;
}

/* A rename lasts once its directory is on disk. */
static bool
sync_directory(const char *path)
{
	char *copy = xstrdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && !fsync(fd);

	if (fd >= 0)
		close(fd);
	free(copy);
	return ok;
}

static bool
write_beside(const char *beside, const struct strbuf *text)
{
	int fd;
	bool ok;

	unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return false;
	ok = write_all(fd, text->s, text->len) && !fsync(fd);
	return !close(fd) && ok;
}

/* Something that is no file, such as /dev/null or a FIFO, is written into: it must not
 * be replaced by one. */
static bool
write_into(const char *path, const struct strbuf *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = write_all(fd, text->s, text->len);
	return !close(fd) && ok;
}

static bool
is_no_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

bool
snapfile_save(const struct snapshot *s, const char *path, struct err *e)
{
	char *beside = xasprintf("%s.%ld.new", path, (long)getpid());
	struct strbuf text = {0};
	bool ok;

	snapfile_write(s, &text);
	if (is_no_file(path))
		ok = write_into(path, &text);
	else
		ok = write_beside(beside, &text) && !rename(beside, path) &&
		     sync_directory(path);
	if (!ok) {
		io_error(e, "write", path);
		unlink(beside);
	}
	strbuf_free(&text);
	free(beside);
	return ok;
}
