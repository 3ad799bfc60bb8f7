/* See ddl.h.  Archives are told by how they begin: that of `pg_dump -Fc`, and the first
 * name in the tar file of `pg_dump -Ft`. */
#include "build/ddl.h"

#include <string.h>

#include "base/file.h"
#include "build/includes.h"

static bool
begins(const struct strbuf *text, const char *with)
{
	return text->len >= strlen(with) && !memcmp(text->s, with, strlen(with));
}

static bool
is_whole(const char *path, const struct strbuf *text, struct err *e)
{
	struct include found;

	if (!includes_find(text->s, text->len, &found))
		return true;
	return err_set(e, ERR_FORMAT,
		"%s:%u: %s: nobody would see that the file which it includes has "
		"changed; write one file that holds all, as `pg_dump -s` does",
		path, found.line, found.word);
}

bool
ddl_read(const char *path, struct ddl *out, struct err *e)
{
	struct strbuf text = {0};
	bool ok = file_read(path, FILE_MAX_SNAPSHOT, &text, e);

	if (ok) {
		hash_of(text.s, text.len, out->digest);
		out->archive = begins(&text, "PGDMP") || begins(&text, "toc.dat");
		ok = out->archive || is_whole(path, &text, e);
	}
	strbuf_free(&text);
	return ok;
}
