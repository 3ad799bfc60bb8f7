/* Prometheus' text exposition 0.0.4, and OpenMetrics 1.0.0, of published state
 * (contract 5).  The same samples in both. */
#ifndef REPORT_METRICS_H
#define REPORT_METRICS_H

#include "base/strbuf.h"
#include "monitor/published.h"
#include "report/process.h"
#include "report/receiving.h"

/* A counted HTTP answer. */
struct metrics_request {
	const char *handler;
	int code;
	uint64_t n;
};

struct metrics_extra {
	const struct metrics_request *requests; /* sorted by handler */
	size_t n_requests;
	const struct receiving *receiving; /* as configured */
	size_t n_receiving;
	const char *libpq_version;     /* NULL: the label is left out */
	const char *version;           /* NULL: the version of this build */
	const char *external_url;      /* NULL: none is configured */
	int64_t certificate_expiry_ms; /* that of the server; 0: plain HTTP */
	uint64_t login_failures;
	const struct process_facts *process; /* NULL: asked for now */
};

/* The families that have samples of each environment come first in the document, in
 * this order.  Their samples are the same in both formats; a family that has none at
 * all is left out, with its head. */
size_t metrics_families(void);
void metrics_head(size_t family, bool openmetrics, struct strbuf *out);
void metrics_samples(
	size_t family, const struct published_environment *e, struct strbuf *out);

/* Append what follows: the families of the whole process, and the end.  `x` NULL is as
 * good as an empty one. */
void metrics_whole(const struct published *p, const struct metrics_extra *x,
	bool openmetrics, struct strbuf *out);

/* Append a label value: backslash, quote and newline escaped, as valid UTF-8. */
void metrics_escape(struct strbuf *out, const char *value);

#endif
