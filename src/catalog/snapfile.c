/* Reading and writing files of snapshots; see snapfile.h. */
#include "catalog/snapfile.h"

#include <string.h>

#include "base/file.h"
#include "base/save.h"

static struct snapshot *
parse(struct strbuf *text, const char *path, struct err *e)
{
	struct snapshot *s = snapfile_read(text->s, text->len, path, e);

	strbuf_free(text);
	return s;
}

struct snapshot *
snapfile_load(const char *path, struct err *e)
{
	struct strbuf text = {0};

	if (!file_read(path, FILE_MAX_SNAPSHOT, &text, e))
		return NULL;
	return parse(&text, path, e);
}

struct snapshot *
snapfile_load_given(const char *path, struct err *e)
{
	bool is_stdin = !strcmp(path, "-");
	struct strbuf text = {0};

	if (!file_read_given(
		    is_stdin ? "/dev/stdin" : path, FILE_MAX_SNAPSHOT, &text, e))
		return NULL;
	return parse(&text, is_stdin ? "standard input" : path, e);
}

static bool
next_piece(void *arg, struct strbuf *piece)
{
	return snapfile_next(arg, piece);
}

bool
snapfile_save(const struct snapshot *s, const char *path, struct err *e)
{
	struct snapfile_piece p = snapfile_begin(s);
	bool ok = save_pieces(path, next_piece, &p, e);

	snapfile_end(&p);
	return ok;
}

bool
snapfile_save_new(
	const struct snapshot *s, const char *path, bool *exists, struct err *e)
{
	struct snapfile_piece p = snapfile_begin(s);
	struct save_new n = {.path = path, .mode = 0644};
	bool ok = save_new(&n, next_piece, &p, e);

	*exists = n.exists;
	snapfile_end(&p);
	return ok;
}
