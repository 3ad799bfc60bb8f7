/* Reads one database over and over, for the system tests: tests/again DSN [keep].  At
 * each line of standard input it is read as a daemon does that has read it before, and
 * as one that has not.  Prints how the former went ("all", "some", "none" was read) and
 * whether both found the same catalog, or the first line of their files that differs.
 * With `keep` the former keeps its session, while the latter never does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/library.h"
#include "catalog/snapfile.h"
#include "reading/reading.h"

enum { TRIES = 20 };

struct reader {
	struct loop *loop;
	const char *dsn;
	struct library *kept_in;
	bool keeps;
	struct link_kept kept;
	struct facts *facts; /* that were read */
	struct err err;
};

static void
on_read(void *arg, struct facts *facts, const struct err *e)
{
	struct reader *r = arg;

	r->facts = facts;
	if (e)
		r->err = *e;
	loop_stop(r->loop);
}

/* As in a daemon that has looked at other catalogs since. */
static void
look_elsewhere(struct library *l)
{
	struct snapshot *s[4];
	struct err e;

	for (size_t i = 0; i < COUNT_OF(s); i++)
		s[i] = library_keep(
			l, builder_finish(builder_new(120000 + 10000 * (int)i, "other"),
				   false, &e));
	for (size_t i = 0; i < COUNT_OF(s); i++)
		snapshot_unref(s[i]);
}

static struct facts *
read_once(struct reader *r, const struct facts *last)
{
	const struct reading_options o = {.target = {.dsn = r->dsn,
						  .application_name = "again",
						  .connect_timeout_ms = 10000},
		.version_schema = "public",
		.version_table = "alembic_version",
		.timeout_ms = 60000,
		.statement_timeout_ms = 60000,
		.lock_timeout_ms = 10000,
		.max_bytes = (int64_t)1 << 30,
		.catalog = true,
		.revision_optional = true,
		.even_migrating = true,
		.kept_in = r->kept_in,
		.kept = r->keeps && last ? &r->kept : NULL,
		.last = last};
	struct reading *reading;

	for (int i = 0; i < TRIES; i++) {
		r->err = (struct err){ERR_NONE};
		reading = reading_start(r->loop, &o, on_read, r);
		loop_run(r->loop);
		reading_free(reading);
		if (r->err.code != ERR_MOVED)
			break;
	}
	if (r->err.code != ERR_NONE) {
		fprintf(stderr, "again: %s\n", r->err.text);
		exit(1);
	}
	look_elsewhere(r->kept_in);
	return r->facts;
}

static void
print_difference(const char *a, const char *b)
{
	const char *line = a;

	for (; *a && *a == *b; a++, b++)
		if (*a == '\n')
			line = a + 1;
	b -= a - line;
	printf("%.*s instead of %.*s\n", (int)strcspn(line, "\n"), line,
		(int)strcspn(b, "\n"), b);
}

static void
compare(const struct facts *again, const struct facts *fresh)
{
	struct strbuf a = {0}, b = {0};

	snapfile_write(again->snapshot, &a);
	snapfile_write(fresh->snapshot, &b);
	printf("%s ", again->reused ? "none" : again->in_part ? "some" : "all");
	if (strcmp(a.s, b.s) != 0)
		print_difference(a.s, b.s);
	else
		puts("same");
	fflush(stdout);
	strbuf_free(&a);
	strbuf_free(&b);
}

int
main(int argc, char **argv)
{
	struct reader r = {.loop = loop_new(),
		.dsn = argc > 1 ? argv[1] : "",
		.keeps = argc > 2,
		.kept_in = library_new()};
	struct facts *last = read_once(&r, NULL), *again, *fresh;
	char line[16];

	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		again = read_once(&r, last);
		fresh = read_once(&r, NULL);
		compare(again, fresh);
		facts_free(last);
		facts_free(fresh);
		last = again;
	}
	facts_free(last);
	link_kept_close(&r.kept);
	library_unref(r.kept_in);
	loop_free(r.loop);
	return 0;
}
