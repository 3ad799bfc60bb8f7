/* Any bytes as a snapshot file: no crash, no hang, a reason wherever one is refused,
 * and one that is taken is written as it was read. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/snapfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_again(const struct snapshot *s)
{
	struct strbuf once = {0}, twice = {0};
	struct err e = {0};
	struct snapshot *back;

	snapfile_write(s, &once);
	back = snapfile_read(once.s, once.len, "x", &e);
	if (!back || strcmp(back->fingerprint, s->fingerprint) != 0)
		abort();
	snapfile_write(back, &twice);
	if (strcmp(once.s, twice.s) != 0)
		abort();
	snapshot_unref(back);
	strbuf_free(&once);
	strbuf_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmalloc(size + 1);
	struct err e = {0};
	struct snapshot *s;

	memcpy(text, data, size);
	text[size] = '\0';
	s = snapfile_read(text, size, "x", &e);
	if (s)
		check_again(s);
	else if (!*e.text)
		abort();
	snapshot_unref(s);
	free(text);
	return 0;
}
