/* Tokens of cloud providers are passwords of a thousand bytes and live for minutes:
 * no size is assumed, nothing is kept between connects. */
#include "pg/password.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "pg/remedies.h"

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

static const struct advice *
advise(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == ENOENT ? remedy_password_missing()
				       : &remedy_password_file;
	return S_ISREG(st.st_mode) && st.st_size > FILE_MAX_PASSWORD
		       ? &remedy_password_large
		       : &remedy_password_file;
}

char *
password_read(const char *path, struct err *e)
{
	struct strbuf text = {0};
	char *password = NULL;

	if (file_read(path, FILE_MAX_PASSWORD, &text, e)) {
		password = password_from(text.s, text.len, path, e);
		explicit_bzero(text.s, text.cap);
		strbuf_free(&text);
	} else if (e->advice) {
		return NULL;
	} else {
		e->code = ERR_AUTH;
	}
	if (!password)
		e->advice = advise(path);
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
