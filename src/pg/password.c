/* Tokens of cloud providers are passwords of a thousand bytes and live for minutes:
 * no size is assumed, nothing is kept between connects. */
#include "pg/password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "pg/remedies.h"

enum { PASSWORD_MAX = 1024 * 1024 }; /* of a file: over it, it is the wrong file */

/* Editors and echo(1) end a file with a newline; anything else is the password's. */
char *
password_from(const char *text, size_t n, const char *from, struct err *e)
{
	if (n && text[n - 1] == '\n')
		n--;
	if (n && memchr(text, '\0', n))
		err_set(e, ERR_AUTH, "%s: the password holds a NUL byte", from);
	else if (!n)
		err_set(e, ERR_AUTH, "%s: the password is empty", from);
	else
		return xstrndup(text, n);
	return NULL;
}

/* A pipe or a device could keep the loop waiting. */
static bool
check_file(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(e, ERR_AUTH, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_AUTH, "%s: not a regular file", path);
	return true;
}

/* -1 on failure; over PASSWORD_MAX if there is more than fits. */
static ssize_t
read_whole(int fd, char *buf)
{
	size_t n = 0;
	ssize_t got;

	do {
		got = read(fd, buf + n, PASSWORD_MAX + 1 - n);
		if (got > 0)
			n += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	return got < 0 ? -1 : (ssize_t)n;
}

static char *
read_password(int fd, const char *path, struct err *e)
{
	char *buf = xmalloc(PASSWORD_MAX + 1);
	char *password = NULL;
	ssize_t n = read_whole(fd, buf);

	if (n < 0)
		err_set(e, ERR_AUTH, "%s: %s", path, strerror(errno));
	else if (n > PASSWORD_MAX)
		err_set(e, ERR_AUTH, "%s: over %d bytes, not a password", path,
			PASSWORD_MAX);
	else
		password = password_from(buf, (size_t)n, path, e);
	if (n > 0)
		explicit_bzero(buf, (size_t)n);
	free(buf);
	return password;
}

char *
password_read(const char *path, struct err *e)
{
	/* Not blocking, as a pipe would here already. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *password = NULL;

	int error = errno;

	if (fd < 0)
		err_set(e, ERR_AUTH, "%s: %s", path, strerror(error));
	else if (check_file(fd, path, e))
		password = read_password(fd, path, e);
	if (fd >= 0)
		close(fd);
	if (!password)
		e->advice = fd < 0 && error == ENOENT ? remedy_password_missing()
						      : remedy_password_file();
	return password;
}

void
password_free(char *password)
{
	if (!password)
		return;
	explicit_bzero(password, strlen(password));
	free(password);
}
