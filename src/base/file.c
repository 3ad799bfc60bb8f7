/* See file.h. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

/* How often a file that is being written is read. */
enum { MOST_TRIES = 3, FIRST_SIZE = 4096 };

/* ---- What it is ---- */

static bool
too_large(size_t max, struct err *e)
{
	if (max >= 1 << 20)
		return err_set(e, ERR_IO, "it is larger than %zu MiB", max >> 20);
	return err_set(e, ERR_IO, "it is larger than %zu KiB", max >> 10);
}

static bool
is_wanted(const struct stat *st, size_t max, struct err *e)
{
	static const struct {
		mode_t type;
		const char *what;
	} others[] = {{S_IFIFO, "it is a FIFO"}, {S_IFSOCK, "it is a socket"},
		{S_IFDIR, "it is a directory"}, {S_IFCHR, "it is a device"},
		{S_IFBLK, "it is a device"}};

	for (size_t i = 0; i < COUNT_OF(others); i++)
		if ((st->st_mode & S_IFMT) == others[i].type)
			return err_set(e, ERR_IO, "%s", others[i].what);
	if (st->st_size > 0 && (size_t)st->st_size > max)
		return too_large(max, e);
	return true;
}

static bool
failed(struct err *e)
{
	return err_errno(e, ERR_IO, errno);
}

bool
file_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
	       a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

int
file_exhausted(void)
{
	int fd = open("/", O_PATH | O_CLOEXEC), why = errno;

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	return err_errno_advice(why) ? why : 0;
}

bool
file_check(const char *path, size_t max, struct err *e)
{
	struct stat st;

	return stat(path, &st) < 0 || is_wanted(&st, max, e);
}

/* ---- What it holds ---- */

/* It may be a key: nothing is left behind where the memory moves. */
static void
make_room(struct strbuf *b, size_t size)
{
	char *s;

	if (b->cap >= size)
		return;
	s = xmalloc(size);
	if (b->s) {
		memcpy(s, b->s, b->len);
		explicit_bzero(b->s, b->cap);
		free(b->s);
	}
	b->s = s;
	b->cap = size;
}

static void
forget(struct strbuf *b)
{
	if (b->s)
		explicit_bzero(b->s, b->cap);
	strbuf_free(b);
}

/* To the end, or to one byte more than `max`. */
static bool
read_all(int fd, size_t max, struct strbuf *out, struct err *e)
{
	ssize_t n;

	out->len = 0;
	do {
		/* Also for the byte that tells the end, and for '\0'. */
		if (out->cap - out->len < 3)
			make_room(out, 2 * out->cap);
		n = read(fd, out->s + out->len, out->cap - out->len - 1);
		if (n > 0)
			out->len += (size_t)n;
		if (out->len > max)
			return too_large(max, e);
	} while (n > 0 || (n < 0 && errno == EINTR));
	out->s[out->len] = '\0';
	return n == 0 || failed(e);
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* A kernel before 6.13 gives a change the time of its last tick (1 to 10 ms), and some
 * file systems give it whole seconds: of two changes within that the second one shows
 * in nothing that stat(2) tells.  Who looks goes by what has rested for longer. */
enum { TICK_NS = 20000000, SECOND_NS = 1000000000, MOST_RESTS = 10 };

/* Wait until the next change shows.  False if there is nothing to wait for. */
static bool
rest(const struct stat *st)
{
	const struct timespec *at = &st->st_ctim;
	int64_t span_ns = TICK_NS + (at->tv_nsec ? 0 : SECOND_NS), age_ns;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec < at->tv_sec || now.tv_sec > at->tv_sec + 2)
		return false;
	age_ns = (int64_t)(now.tv_sec - at->tv_sec) * SECOND_NS + now.tv_nsec -
		 at->tv_nsec;
	if (age_ns < 0 || age_ns >= span_ns)
		return false;
	span_ns -= age_ns;
	nanosleep(&(struct timespec){.tv_sec = (time_t)(span_ns / SECOND_NS),
			  .tv_nsec = (long)(span_ns % SECOND_NS)},
		NULL);
	return true;
}

bool
file_stat(const char *path, struct stat *st)
{
	int tries = MOST_RESTS;

	do {
		if (stat(path, st) < 0)
			return false;
	} while (tries-- && rest(st));
	return true;
}

/* As it was from the first byte to the last. */
static bool
read_whole(int fd, size_t max, struct strbuf *out, struct stat *st, struct err *e)
{
	struct stat after;

	make_room(out, FIRST_SIZE);
	for (int i = 0; i < MOST_TRIES; i++) {
		if (fstat(fd, st) < 0 || lseek(fd, 0, SEEK_SET) < 0)
			return failed(e);
		if (!is_wanted(st, max, e))
			return false;
		make_room(out, (size_t)st->st_size + 3);
		if (!read_all(fd, max, out, e))
			return false;
		if (fstat(fd, &after) < 0)
			return failed(e);
		if (is_same(st, &after))
			return true;
	}
	return err_set(e, ERR_IO, "it is being written: it changed while it was read");
}

bool
file_take(const char *path, size_t max, struct strbuf *out, struct stat *st,
	struct err *e)
{
	struct stat now;
	bool ok;
	int fd;

	if (st && !file_stat(path, st))
		*st = (struct stat){0};
	/* To open a device can do something: look before, and again afterwards. */
	if (stat(path, &now) < 0)
		return failed(e);
	if (!is_wanted(&now, max, e))
		return false;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return failed(e);
	ok = read_whole(fd, max, out, &now, e);
	close(fd);
	if (!ok)
		forget(out);
	return ok;
}

bool
file_read(const char *path, size_t max, struct strbuf *out, struct err *e)
{
	return file_take(path, max, out, NULL, e) || err_prefix(e, "%s", path);
}

/* ---- What somebody waits for ---- */

/* A FIFO, the end of a pipe, or a terminal behind /dev/stdin. */
static bool
can_be_awaited(const char *path, const struct stat *st)
{
	return S_ISFIFO(st->st_mode) || S_ISSOCK(st->st_mode) ||
	       (S_ISCHR(st->st_mode) && !strcmp(path, "/dev/stdin"));
}

static bool
read_awaited(const char *path, size_t max, struct strbuf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return failed(e);
	make_room(out, FIRST_SIZE);
	ok = read_all(fd, max, out, e);
	close(fd);
	if (!ok)
		forget(out);
	return ok;
}

bool
file_read_given(const char *path, size_t max, struct strbuf *out, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0 || !can_be_awaited(path, &st))
		return file_read(path, max, out, e);
	return read_awaited(path, max, out, e) || err_prefix(e, "%s", path);
}

/* ---- Directories ---- */

bool
file_names(const char *dir, size_t max, struct strvec *out, struct err *e)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;
	bool ok = true;

	if (!d)
		return failed(e);
	errno = 0;
	while (ok && (entry = readdir(d))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (out->n == max)
			ok = err_set(e, ERR_IO, "it holds more than %zu files", max);
		else
			strvec_add(out, entry->d_name);
	}
	if (ok && errno)
		ok = failed(e);
	closedir(d);
	strvec_sort(out);
	return ok;
}
