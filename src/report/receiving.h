/* How notifications fare, for metrics and /status: plain data of whoever sends them. */
#ifndef REPORT_RECEIVING_H
#define REPORT_RECEIVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct receiving_count {
	const char *word;
	uint64_t n;
};

struct receiving {
	const char *name, *kind;
	struct receiving_count
		results[8]; /* of changes; ended by a word that is NULL */
	uint64_t failures;  /* tries that failed */
	size_t queued;
	size_t standing;         /* problems that it was told and that are not over */
	int64_t last_success_ms; /* 0: never */
	bool up;                 /* the last try, if there was any, succeeded */
	const char *last_error;  /* why it did not, without a secret; or NULL */
};

#endif
