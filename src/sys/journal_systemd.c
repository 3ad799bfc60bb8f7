/* The journal by libsystemd; journal_none.c stands in where it is absent. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/fields.h"
#include "sys/journal.h"

bool
journal_is_connected(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	uintmax_t device, inode;
	char rest;

	if (!stream || fstat(STDERR_FILENO, &st) != 0)
		return false;
	if (sscanf(stream, "%ju:%ju%c", &device, &inode, &rest) != 2)
		return false;
	return device == (uintmax_t)st.st_dev && inode == (uintmax_t)st.st_ino;
}

bool
journal_sink(const struct log_record *r, void *arg)
{
	struct strvec fields = {0};
	struct iovec *iov;
	bool ok;

	(void)arg;
	fields_of(r, &fields);
	iov = xcalloc(fields.n, sizeof *iov);
	for (size_t i = 0; i < fields.n; i++) {
		iov[i].iov_base = fields.v[i];
		iov[i].iov_len = strlen(fields.v[i]);
	}
	/* A record that the journal refuses is not lost. */
	ok = sd_journal_sendv(iov, (int)fields.n) >= 0 || log_sink_logfmt(r, NULL);
	free(iov);
	strvec_free(&fields);
	return ok;
}
