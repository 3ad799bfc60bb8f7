/* Loaded before a program (LD_PRELOAD): its allocation number PGDRIFTD_TEST_FAIL_AT
 * fails, and with PGDRIFTD_TEST_FAIL_ALL set each one after that.  How many there were
 * goes to the file PGDRIFTD_TEST_FAIL_COUNT at the end. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static atomic_ulong count, fail_at;
static atomic_int fail_all;

static int
fails(void)
{
	unsigned long n = atomic_fetch_add(&count, 1) + 1, at = atomic_load(&fail_at);

	if (!at || (n != at && (!atomic_load(&fail_all) || n < at)))
		return 0;
	errno = ENOMEM;
	return 1;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *at = getenv("PGDRIFTD_TEST_FAIL_AT");

	atomic_store(&fail_all, getenv("PGDRIFTD_TEST_FAIL_ALL") != NULL);
	atomic_store(&count, 0);
	atomic_store(&fail_at, at ? strtoul(at, NULL, 10) : 0);
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("PGDRIFTD_TEST_FAIL_COUNT");
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
	char digits[24];
	size_t n = sizeof digits;
	unsigned long left = atomic_load(&count);

	for (; left || n == sizeof digits; left /= 10)
		digits[--n] = (char)('0' + left % 10);
	if (fd >= 0 && write(fd, digits + n, sizeof digits - n) >= 0)
		close(fd);
}

void *
malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}
