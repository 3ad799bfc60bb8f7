/* See save.h.  Beside, fsync, rename: but only where a file is to be. */
#include "base/save.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { MOST_LINKS = 40 };

/* Where the text comes from. */
struct pieces {
	bool (*next)(void *arg, struct strbuf *text);
	void *arg;
};

static bool
write_piece(int fd, const struct strbuf *text)
{
	for (size_t at = 0; at < text->len;) {
		ssize_t n = write(fd, text->s + at, text->len - at);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool
write_all(int fd, const struct pieces *from)
{
	struct strbuf text = {0};
	bool more = true, ok = true;

	while (more && ok) {
		strbuf_clear(&text);
		more = from->next(from->arg, &text);
		ok = write_piece(fd, &text);
	}
	strbuf_free(&text);
	return ok;
}

/* The path's directory, with its slash. */
static char *
directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup("./");
}

/* A rename lasts once its directory is on disk. */
static bool
sync_directory(const char *path)
{
	char *directory = directory_of(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && !fsync(fd);

	if (fd >= 0)
		close(fd);
	free(directory);
	return ok;
}

/* What lies behind a descriptor of /proc is somebody's open file, not a place. */
static bool
is_descriptor(const char *path)
{
	return !strncmp(path, "/proc/", 6) || !strncmp(path, "/dev/fd/", 8);
}

/* Where a link, and each that it leads to, leads; NULL and errno if that is a loop or
 * cannot be read.  The caller frees. */
static char *
follow(const char *path)
{
	char *now = xstrdup(path), target[PATH_MAX];
	struct stat st;

	for (int i = 0; i < MOST_LINKS; i++) {
		ssize_t n;
		char *directory, *next;

		if (is_descriptor(now) || lstat(now, &st) != 0 || !S_ISLNK(st.st_mode))
			return now;
		n = readlink(now, target, sizeof target - 1);
		if (n < 0)
			break;
		target[n] = '\0';
		directory = *target == '/' ? xstrdup("") : directory_of(now);
		next = xasprintf("%s%s", directory, target);
		free(directory);
		free(now);
		now = next;
	}
	free(now);
	errno = ELOOP;
	return NULL;
}

/* Give the new file the owner and the mode of the one it is to replace.  Who may not
 * give files away still keeps the group, for which the mode is meant. */
static bool
take_after(int fd, const struct stat *old)
{
	struct stat own;

	if (fstat(fd, &own) != 0)
		return false;
	if (own.st_uid != old->st_uid && fchown(fd, old->st_uid, old->st_gid) == 0)
		own.st_gid = old->st_gid;
	if (own.st_gid != old->st_gid && fchown(fd, (uid_t)-1, old->st_gid) != 0)
		return false;
	return !fchmod(fd, old->st_mode & 07777);
}

/* close() that leaves the reason of an error before. */
static bool
closed(int fd, bool ok)
{
	int why = errno;
	bool done = !close(fd);

	if (!ok)
		errno = why;
	return ok && done;
}

static bool
write_new(const char *path, const struct stat *old, const struct pieces *from)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, old ? 0600 : 0666);

	return fd >= 0 && closed(fd, (!old || take_after(fd, old)) &&
					     write_all(fd, from) && !fsync(fd));
}

/* Hidden: who reads all files of the directory has not to take half of one for one. */
static char *
name_beside(const char *path)
{
	char *directory = directory_of(path);
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char *beside = xasprintf("%s.%s.%ld.new", directory, name, (long)getpid());

	free(directory);
	return beside;
}

/* Put a new file in the place of `old` (NULL: of none). */
static bool
replace(const char *path, const struct stat *old, const struct pieces *from)
{
	char *beside = name_beside(path);
	bool ok;
	int why;

	unlink(beside);
	ok = write_new(beside, old, from) && !rename(beside, path) &&
	     sync_directory(path);
	why = errno;
	if (!ok)
		unlink(beside);
	free(beside);
	errno = why;
	return ok;
}

static bool
write_into(const char *path, const struct pieces *from)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);

	return fd >= 0 && closed(fd, write_all(fd, from));
}

bool
save_pieces(const char *path, bool (*next)(void *arg, struct strbuf *text), void *arg,
	struct err *e)
{
	const struct pieces from = {next, arg};
	char *place = follow(path);
	struct stat st;
	bool ok = false, known = place && !stat(place, &st);

	if (place && (is_descriptor(place) || (known && !S_ISREG(st.st_mode))))
		ok = write_into(place, &from);
	else if (place && (known || errno == ENOENT))
		ok = replace(place, known ? &st : NULL, &from);
	if (!ok)
		err_set(e, ERR_IO, "cannot write %s: %s", path, strerror(errno));
	free(place);
	return ok;
}

/* Where there are no hard links, whoever else writes there at this very moment is
 * written over. */
static bool
put_in_place(const char *beside, const char *path)
{
	struct stat st;

	if (link(beside, path) == 0)
		return unlink(beside) == 0;
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return false;
	if (lstat(path, &st) == 0) {
		errno = EEXIST;
		return false;
	}
	return errno == ENOENT && rename(beside, path) == 0;
}

static bool
write_with_mode(const char *path, mode_t mode, const struct pieces *from)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd >= 0 &&
	       closed(fd, write_all(fd, from) && !fchmod(fd, mode) && !fsync(fd));
}

bool
save_new(struct save_new *n, bool (*next)(void *arg, struct strbuf *text), void *arg,
	struct err *e)
{
	const struct pieces from = {next, arg};
	char *beside = name_beside(n->path);
	bool ok;
	int why;

	unlink(beside);
	ok = write_with_mode(beside, n->mode, &from) && put_in_place(beside, n->path) &&
	     sync_directory(n->path);
	why = errno;
	n->exists = !ok && why == EEXIST;
	if (!ok) {
		unlink(beside);
		err_set(e, ERR_IO, "cannot write %s: %s", n->path, strerror(why));
	}
	free(beside);
	return ok;
}
