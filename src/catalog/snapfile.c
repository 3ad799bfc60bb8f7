/* Reading and writing files of snapshots; see snapfile.h. */
#include "catalog/snapfile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/save.h"

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

bool
snapfile_save(const struct snapshot *s, const char *path, struct err *e)
{
	struct strbuf text = {0};
	bool ok;

	snapfile_write(s, &text);
	ok = save_text(path, &text, e);
	strbuf_free(&text);
	return ok;
}
