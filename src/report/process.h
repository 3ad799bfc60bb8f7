/* What the kernel says of this process: the `process_*` metrics that Prometheus'
 * client libraries share.  Source: proc(5). */
#ifndef REPORT_PROCESS_H
#define REPORT_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

struct process_facts {
	int64_t cpu_ms;        /* user and system */
	int64_t start_time_ms; /* since the epoch */
	uint64_t resident_bytes, virtual_bytes;
	uint64_t open_fds, max_fds; /* max_fds UINT64_MAX: no limit */
};

/* Ask /proc.  False where it is not mounted, or says something unexpected. */
bool process_read(struct process_facts *out);

/* What the texts of /proc/self/stat and /proc/stat say; fills all but the fds. */
struct process_units {
	long ticks_per_second, page_size;
};
bool process_parse(const char *self_stat, const char *stat,
	const struct process_units *u, struct process_facts *out);

#endif
