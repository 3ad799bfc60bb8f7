/* Writes the source of pgdriftd.conf(5) to standard output: docs/manual LONGER, where
 * LONGER is docs/keys.man.  A program of its own, as nobody needs it who has the page.
 */
#include <stdio.h>

#include "base/file.h"
#include "conf/manual.h"

int
main(int argc, char **argv)
{
	struct strbuf longer = {0}, page = {0};
	struct err e;

	if (argc != 2) {
		fputs("usage: docs/manual docs/keys.man\n", stderr);
		return 64;
	}
	if (!file_read(argv[1], FILE_MAX_CONF, &longer, &e) ||
		!conf_manual(longer.s, &page, &e)) {
		fprintf(stderr, "%s: %s\n", argv[1], e.text);
		return 1;
	}
	puts(".\\\" Made by `make documents` from src/conf/keys.c and docs/keys.man.");
	fputs(page.s, stdout);
	strbuf_free(&longer);
	strbuf_free(&page);
	return fflush(stdout) ? 1 : 0;
}
