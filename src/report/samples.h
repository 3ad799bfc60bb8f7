/* What the families of /metrics share: the writer, and the tables they are rows of. */
#ifndef REPORT_SAMPLES_H
#define REPORT_SAMPLES_H

#include "report/metrics.h"

enum family_type { GAUGE, COUNTER, INFO, FAMILY_TYPES };

struct writer;
typedef void family_fn(struct writer *w);
typedef void environment_fn(struct writer *w, const struct published_environment *e);

struct family {
	const char *name; /* without the suffix of its type */
	enum family_type type;
	const char *help;
	environment_fn *each; /* of one environment */
	family_fn *all;       /* or of the whole */
};

struct writer {
	const struct published *p; /* of the whole only, as the next two */
	const struct metrics_extra *x;
	const struct process_facts *process;
	const struct family *family;
	struct strbuf *out;
	bool openmetrics, headed;
	unsigned labels; /* of the sample that is being written */
};

/* HELP and TYPE of the writer's family; the first sample brings them along. */
void sample_head(struct writer *w);
/* A sample of the writer's family: begin, labels, end. */
void sample_begin(struct writer *w);
void sample_label(struct writer *w, const char *name, const char *value);
/* "NAME=VALUE" */
void sample_pair(struct writer *w, const char *pair);
void sample_end(struct writer *w, uint64_t value);
/* Milliseconds as seconds, without a floating-point number on the way. */
void sample_end_seconds(struct writer *w, int64_t ms);

/* Those of an environment, and those of the whole, in the order of the document. */
extern const struct family metrics_of_environment[], metrics_of_whole[];
extern const size_t metrics_n_of_environment, metrics_n_of_whole;

#endif
