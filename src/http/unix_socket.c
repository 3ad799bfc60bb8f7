/* See unix_socket.h.  A path stays behind when whoever bound it dies, and nobody can
 * bind it then.  That nobody listens there is told by connecting; of two that find this
 * out at the same time only one may go on, so the directory is locked meanwhile. */
#include "http/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

enum { BACKLOG = 511, GROUP_BYTES = 64 << 10 };

static int
new_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

bool
unix_socket_file(const char *path, struct unix_file *out)
{
	struct stat st;

	if (lstat(path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	*out = (struct unix_file){st.st_dev, st.st_ino};
	return true;
}

void
unix_socket_remove(const char *path, const struct unix_file *known)
{
	struct unix_file now;

	if (unix_socket_file(path, &now) && now.dev == known->dev &&
		now.ino == known->ino)
		unlink(path);
}

/* ---- Group and mode ---- */

bool
unix_socket_granted(const char *path, struct unix_grant *out)
{
	struct stat st;

	if (lstat(path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	*out = (struct unix_grant){.mode = st.st_mode & 07777, .gid = st.st_gid};
	return true;
}

static bool
find_group(const char *group, gid_t *gid, struct err *e)
{
	char *end, *buffer = xmalloc(GROUP_BYTES);
	unsigned long n = strtoul(group, &end, 10);
	struct group entry, *found = NULL;

	getgrnam_r(group, &entry, buffer, GROUP_BYTES, &found);
	*gid = found ? found->gr_gid : (gid_t)n;
	free(buffer);
	return found || (*group >= '0' && *group <= '9' && !*end) ||
	       err_set(e, ERR_CONFIG, "socket_group: there is no group \"%s\"", group);
}

/* Why a socket cannot be given to a group; 0: it can.  One without a name is tried:
 * that is refused as a named one would be. */
static int
why_not(gid_t gid)
{
	int fd = new_socket();
	int why =
		fd < 0 || (gid != getegid() && fchown(fd, (uid_t)-1, gid)) ? errno : 0;

	if (fd >= 0)
		close(fd);
	return why;
}

static bool
may_give(const char *group, gid_t gid, struct err *e)
{
	int why = why_not(gid);

	return !why || err_set(e, ERR_CONFIG,
			       "socket_group: a socket cannot be given to \"%s\": %s; "
			       "make the daemon's user a member of it, or leave it out "
			       "and make who connects a member of the daemon's group, "
			       "as has to be with PrivateUsers= of the unit",
			       group, strerror(why));
}

/* The group that a file has that is made there. */
static bool
may_give_back(const char *path, gid_t gid, struct err *e)
{
	int why = why_not(gid);

	return !why || err_set(e, ERR_CONFIG,
			       "unix:%s: it cannot be given the group of its "
			       "directory, which it would have without socket_group: "
			       "%s; restart to have it made anew",
			       path, strerror(why));
}

/* The directory of a socket; the caller frees. */
static char *
directory_of(const char *path)
{
	size_t n = (size_t)(strrchr(path, '/') - path);

	return n ? xstrndup(path, n) : xstrdup("/");
}

/* The group of a file that is made there: of the process, unless the directory hands
 * down its own. */
static gid_t
group_of_new(const char *path)
{
	char *dir = directory_of(path);
	struct stat st;
	bool down = stat(dir, &st) == 0 && st.st_mode & S_ISGID;

	free(dir);
	return down ? st.st_gid : getegid();
}

bool
unix_socket_grant(const char *path, const struct unix_access *a, struct unix_grant *out,
	struct err *e)
{
	struct unix_grant now;

	*out = (struct unix_grant){a->mode, group_of_new(path), a->group != NULL};
	if (a->group)
		return find_group(a->group, &out->gid, e) &&
		       may_give(a->group, out->gid, e);
	return !unix_socket_granted(path, &now) || now.gid == out->gid ||
	       may_give_back(path, out->gid, e);
}

/* By the path, without following a link that somebody has put there meanwhile. */
bool
unix_socket_allow(const char *path, const struct unix_grant *g, struct err *e)
{
	struct unix_grant now;
	bool same = unix_socket_granted(path, &now) && now.gid == g->gid;

	if (!same && fchownat(AT_FDCWD, path, (uid_t)-1, g->gid, AT_SYMLINK_NOFOLLOW))
		return err_set(e, ERR_CONFIG, "cannot set the group of unix:%s: %s",
			path, strerror(errno));
	if (fchmodat(AT_FDCWD, path, g->mode, AT_SYMLINK_NOFOLLOW))
		return err_set(
			e, ERR_CONFIG, "socket_mode: %s: %s", path, strerror(errno));
	return true;
}

/* ---- What is there already ---- */

static bool
is_alive(const struct sockaddr_un *at)
{
	int fd = new_socket();
	bool alive =
		fd >= 0 && (connect(fd, (const struct sockaddr *)at, sizeof *at) == 0 ||
				   errno != ECONNREFUSED);

	if (fd >= 0)
		close(fd);
	return alive;
}

/* Make room at the path. */
static bool
clear_path(const struct sockaddr_un *at, struct err *e)
{
	struct unix_file left;
	struct stat st;

	if (lstat(at->sun_path, &st) < 0 && errno == ENOENT)
		return true;
	if (!unix_socket_file(at->sun_path, &left))
		return err_set(e, ERR_CONFIG,
			"cannot listen on unix:%s: there is something else than a "
			"socket; remove it, or name another path",
			at->sun_path);
	if (is_alive(at))
		return err_set(e, ERR_INTERNAL,
			"cannot listen on unix:%s: another process listens there",
			at->sun_path);
	unix_socket_remove(at->sun_path, &left);
	return true;
}

/* The directory, locked; -1 on error. */
static int
lock_directory(const struct sockaddr_un *at, struct err *e)
{
	char *dir = directory_of(at->sun_path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		err_set(e, ERR_CONFIG, "cannot listen on unix:%s: %s: %s", at->sun_path,
			dir, strerror(errno));
	free(dir);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err_set(e, ERR_INTERNAL,
		"cannot listen on unix:%s: another process is about to listen in that "
		"directory",
		at->sun_path);
	close(fd);
	return -1;
}

/* Nobody gets in before group and mode are what they should be: the file takes the mode
 * of its socket. */
static bool
bind_there(int fd, const struct sockaddr_un *at, const struct unix_access *a,
	struct err *e)
{
	struct unix_file made;
	struct unix_grant grant, now;

	if (!unix_socket_grant(at->sun_path, a, &grant, e))
		return false;
	if (fchmod(fd, 0) < 0 || bind(fd, (const struct sockaddr *)at, sizeof *at) < 0)
		return err_set(e, ERR_CONFIG, "cannot listen on unix:%s: %s",
			at->sun_path, strerror(errno));
	if (!unix_socket_file(at->sun_path, &made) ||
		!unix_socket_granted(at->sun_path, &now))
		return err_set(e, ERR_INTERNAL, "cannot listen on unix:%s: it is gone",
			at->sun_path);
	/* Whatever the file system gives to a new file. */
	if (!a->group)
		grant.gid = now.gid;
	if (unix_socket_allow(at->sun_path, &grant, e) && listen(fd, BACKLOG) == 0)
		return true;
	unix_socket_remove(at->sun_path, &made);
	return false;
}

int
unix_socket_open(
	const struct sockaddr_un *at, const struct unix_access *a, struct err *e)
{
	int dir = lock_directory(at, e), fd = -1;

	if (dir < 0)
		return -1;
	if (clear_path(at, e)) {
		fd = new_socket();
		if (fd < 0)
			err_errno(e, ERR_INTERNAL, errno);
		else if (!bind_there(fd, at, a, e)) {
			close(fd);
			fd = -1;
		}
	}
	close(dir);
	return fd;
}
