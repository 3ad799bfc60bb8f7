/* pgdriftd snapshot SOURCE: a catalog as a file. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/snapfile.h"
#include "daemon/command.h"
#include "daemon/source.h"

static const char help[] =
	"Write the catalog of a database as a snapshot file.\n"
	"\n"
	"Usage: pgdriftd snapshot SOURCE [OPTION...]\n"
	"\n"
	"SOURCE is a postgresql:// URI, a libpq keyword string (it holds '='), a "
	"snapshot\n"
	"file, env:NAME with a configuration, or env:NAME@TIME as the state directory\n"
	"has it: what it was last seen with by then (2026-11-03T02:00Z, or 7d ago).\n"
	"\n"
	"  -o, --output FILE   write to FILE (whole or not at all), not to standard\n"
	"                      output; a device or a FIFO is written into\n"
	"\n"
	"Exit status: 0, or 2 if the catalog could not be read.\n";

static int
write_snapshot(const struct snapshot *s, const char *path)
{
	struct strbuf text = {0};
	struct snapfile_piece piece;
	struct err e;
	bool more = true;

	if (path) {
		if (!snapfile_save(s, path, &e))
			return command_fail(EXIT_UNDECIDED, "%s", e.text);
		return EXIT_SAME;
	}
	piece = snapfile_begin(s);
	while (more) {
		more = snapfile_next(&piece, &text);
		fwrite(text.s, 1, text.len, stdout);
		strbuf_clear(&text);
	}
	snapfile_end(&piece);
	strbuf_free(&text);
	return EXIT_SAME;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'}, {0}};
	struct source source = {0};
	struct conf *conf = NULL;
	const char *path = NULL;
	int opt, status;

	while ((opt = command_option(&cmd_snapshot, argc, argv, "o:", options)) != -1) {
		if (opt != 'o')
			return EXIT_USAGE;
		path = optarg;
	}
	if (optind + 1 != argc)
		return command_usage(&cmd_snapshot, "snapshot takes one SOURCE");
	source.text = argv[optind];
	if (source_wants_conf(source.text) &&
		!(conf = command_conf_for(cli, &source.text, 1)))
		return EXIT_CONFIG;
	if (source_read(&source, 1, conf))
		status = write_snapshot(source.snapshot, path);
	else
		status = command_fail(EXIT_UNDECIDED, "%s", source.error.text);
	source_fini(&source);
	conf_free(conf);
	return status;
}

const struct command cmd_snapshot = {
	.name = "snapshot",
	.summary = "write a catalog to a snapshot file",
	.help = help,
	.run = run,
};
