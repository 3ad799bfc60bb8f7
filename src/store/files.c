/* SQLite finds its log and its index by name, so a database file that was removed or
 * replaced under a process that has it open leaves these to whoever comes next; here
 * they are told apart by what they are. */
#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"

/* ---- Which one ---- */

struct files_id
files_id(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return (struct files_id){0};
	return (struct files_id){st.st_dev, st.st_ino, st.st_size, st.st_mtim};
}

bool
files_same(const struct files_id *a, const struct files_id *b)
{
	return a->dev == b->dev && a->inode == b->inode;
}

bool
files_untouched(const struct files_id *a, const struct files_id *b)
{
	return files_same(a, b) && a->size == b->size &&
	       a->modified.tv_sec == b->modified.tv_sec &&
	       a->modified.tv_nsec == b->modified.tv_nsec;
}

char *
files_log(const char *path)
{
	return xasprintf("%s-wal", path);
}

char *
files_index(const char *path)
{
	return xasprintf("%s-shm", path);
}

/* ---- Creating ---- */

/* What root creates for a daemon that runs as somebody else has to be that one's. */
static bool
give_to_owner(int fd, const char *dir)
{
	struct stat st;

	return geteuid() != 0 ||
	       (stat(dir, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) == 0);
}

/* Else a name may be gone after the machine lost its power. */
static bool
sync_directory(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Below its parent, whose owner it has as well. */
static bool
create_directory(const char *dir)
{
	char *parent;
	bool ok = true;
	int fd;

	if (mkdir(dir, 0750) != 0)
		return errno == EEXIST;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	parent = xasprintf("%s/..", dir);
	if (fd >= 0)
		ok = give_to_owner(fd, parent) && sync_directory(parent);
	free(parent);
	if (fd >= 0)
		close(fd);
	return fd >= 0 && ok;
}

/* Whoever owns the directory could have root write to any file by a link in it. */
static bool
is_strange_link(const char *path, struct err *e)
{
	struct stat st;

	if (geteuid() != 0 || lstat(path, &st) != 0 || !S_ISLNK(st.st_mode) ||
		st.st_uid == 0)
		return false;
	err_set(e, ERR_IO,
		"%s is a symbolic link that uid %ld made, which root does not follow",
		path, (long)st.st_uid);
	return true;
}

static void
remove_companions(const char *path)
{
	char *log = files_log(path), *index = files_index(path);

	(void)unlink(log);
	(void)unlink(index);
	free(log);
	free(index);
}

static int
create_new(const char *dir, const char *path, bool *ok)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) != 0 && errno == ENOENT)
		remove_companions(path);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd >= 0)
		*ok = give_to_owner(fd, dir) && sync_directory(dir);
	return fd;
}

/* SQLite takes owner and permissions of its other files from the first. */
bool
files_create(const char *dir, const char *path, struct err *e)
{
	bool ok = true;
	int fd;

	if (!create_directory(dir))
		return err_set(e, ERR_IO, "cannot create directory %s: %s", dir,
			strerror(errno));
	if (is_strange_link(path, e))
		return false;
	fd = create_new(dir, path, &ok);
	if (fd < 0 && errno == EEXIST)
		fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || !ok)
		err_set(e, ERR_IO, "cannot %s %s: %s", ok ? "open" : "give away", path,
			strerror(errno));
	if (fd >= 0)
		close(fd);
	return fd >= 0 && ok;
}

int
files_create_private(const char *dir, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int error;

	if (fd < 0 || give_to_owner(fd, dir))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int
files_open(const char *path)
{
	return open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
}

static void
remove_if(char *path, const struct files_id *which)
{
	const struct files_id now = files_id(path);

	if (which->inode && files_same(&now, which))
		(void)unlink(path);
	free(path);
}

void
files_remove_stale(
	const char *path, const struct files_id *log, const struct files_id *index)
{
	remove_if(files_log(path), log);
	remove_if(files_index(path), index);
}

/* ---- Locking ---- */

int
files_lock(const char *dir, bool *used)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*used = false;
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	*used = fd >= 0 && errno == EWOULDBLOCK;
	if (fd >= 0)
		close(fd);
	return -1;
}
