/* Loaded before a program (LD_PRELOAD): whoever looks at a path that begins with
 * PGDRIFTD_TEST_HELD is held as long as somebody has the file PGDRIFTD_TEST_GATE locked
 * (flock(2)), as on a network file system that does not answer. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void
pass(const char *path)
{
	const char *held = getenv("PGDRIFTD_TEST_HELD");
	const char *gate = getenv("PGDRIFTD_TEST_GATE");

	int fd;

	if (!held || !gate || strncmp(path, held, strlen(held)) != 0)
		return;
	fd = open(gate, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_SH) != 0)
		abort();
	close(fd);
}

int
stat(const char *restrict path, struct stat *restrict st)
{
	static int (*next)(const char *, struct stat *);

	pass(path);
	if (!next)
		next = (int (*)(const char *, struct stat *))dlsym(RTLD_NEXT, "stat");
	return next(path, st);
}

DIR *
opendir(const char *path)
{
	static DIR *(*next)(const char *);

	pass(path);
	if (!next)
		next = (DIR * (*)(const char *)) dlsym(RTLD_NEXT, "opendir");
	return next(path);
}
