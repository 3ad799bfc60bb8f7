/* See process.h.  A number that cannot be had takes all the others with it: half a
 * picture is not worth a special case in whoever shows it. */
#include "report/process.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STAT_SIZE = 1 << 16 };

/* Seconds since the epoch at which the machine was started. */
static bool
parse_boot_time(const char *stat, int64_t *seconds)
{
	const char *line = strstr(stat, "btime ");

	return line && sscanf(line, "btime %" SCNd64, seconds) == 1;
}

bool
process_parse(const char *self_stat, const char *stat, const struct process_units *u,
	struct process_facts *out)
{
	/* The second field is the name in brackets, in which anything may stand. */
	const char *rest = strrchr(self_stat, ')');
	uint64_t user, system, start, virtual_bytes;
	int64_t pages, boot;

	if (!rest || !parse_boot_time(stat, &boot))
		return false;
	/* Fields 14, 15, 22, 23, 24: utime stime … starttime vsize rss. */
	if (sscanf(rest + 1,
		    " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %" SCNu64 " %" SCNu64
		    " %*s %*s %*s %*s %*s %*s %" SCNu64 " %" SCNu64 " %" SCNd64,
		    &user, &system, &start, &virtual_bytes, &pages) != 5)
		return false;
	out->cpu_ms = (int64_t)((user + system) * 1000 / (uint64_t)u->ticks_per_second);
	out->start_time_ms =
		boot * 1000 + (int64_t)(start * 1000 / (uint64_t)u->ticks_per_second);
	out->virtual_bytes = virtual_bytes;
	out->resident_bytes = (uint64_t)pages * (uint64_t)u->page_size;
	return true;
}

static bool
read_text(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return false;
	n = fread(buf, 1, size - 1, f);
	buf[n] = '\0';
	fclose(f);
	return n > 0;
}

static bool
count_fds(uint64_t *n)
{
	DIR *d = opendir("/proc/self/fd");

	if (!d)
		return false;
	*n = 0;
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.')
			++*n;
	closedir(d);
	/* One of them was the directory itself. */
	--*n;
	return true;
}

bool
process_read(struct process_facts *out)
{
	const struct process_units u = {
		.ticks_per_second = sysconf(_SC_CLK_TCK),
		.page_size = sysconf(_SC_PAGESIZE),
	};
	char self_stat[4096], stat[STAT_SIZE];
	struct rlimit limit;

	if (u.ticks_per_second <= 0 || u.page_size <= 0)
		return false;
	if (!read_text("/proc/self/stat", self_stat, sizeof self_stat) ||
		!read_text("/proc/stat", stat, sizeof stat) ||
		!process_parse(self_stat, stat, &u, out))
		return false;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || !count_fds(&out->open_fds))
		return false;
	out->max_fds = limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
	return true;
}
