/* Prometheus' text exposition 0.0.4, and OpenMetrics 1.0.0, of published state. */
#ifndef REPORT_METRICS_H
#define REPORT_METRICS_H

#include "base/strbuf.h"
#include "monitor/published.h"

/* A counted HTTP answer. */
struct metrics_request {
	const char *handler;
	int code;
	uint64_t n;
};

struct metrics_extra {
	const struct metrics_request *requests;
	size_t n_requests;
};

void metrics_write(const struct published *p, const struct metrics_extra *x,
	bool openmetrics, struct strbuf *out);

/* Write one sample family's escaped label value (backslash, quote, newline). */
void metrics_escape(struct strbuf *out, const char *value);

#endif
