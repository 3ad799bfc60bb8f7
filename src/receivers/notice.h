/* What a receiver is told of one environment: a change, as plain data that outlives the
 * published state it was made of. */
#ifndef RECEIVERS_NOTICE_H
#define RECEIVERS_NOTICE_H

#include "base/json.h"
#include "monitor/published.h"

enum notice_status {
	NOTICE_PROBLEM,
	NOTICE_RESOLVED, /* what was told is over */
	NOTICE_TEST,     /* of nothing: a person wants to see one */
	NOTICE_STATUS_COUNT
};

/* Who is to look when, as etc/prometheus/alerts.yml has it: whoever is on call now, in
 * working hours, or nobody in particular. */
enum notice_urgency { URGENCY_INFO, URGENCY_WARNING, URGENCY_CRITICAL, URGENCY_COUNT };

enum { NOTICE_ID_LEN = 33 };

struct notice {
	char id[NOTICE_ID_LEN]; /* the same for the same change, over restarts */
	enum notice_status status;
	char *environment;
	char *state;    /* its word; NULL: it is not watched any more */
	char *previous; /* what the receiver was told before; NULL: nothing */
	char *severity; /* of the worst confirmed finding; NULL: there is none */
	bool is_error;  /* it would be a line of level `error` */
	enum notice_urgency urgency;
	int64_t since_ms, at_ms; /* when the state began, and when it was seen to */
	char *text;              /* one sentence, with the name at its begin */
	char *hint;              /* or NULL */
	size_t findings;
	struct strvec revision, expected;
	struct strvec labels, metric_labels; /* "NAME=VALUE" */
	int64_t unsaid; /* changes before it that were not told any more */
};

const char *notice_status_word(enum notice_status s);
/* "critical", "warning", "info" */
const char *notice_urgency_word(enum notice_urgency u);

/* Of a published state; the caller frees, as with all of these. */
struct notice *notice_of(const struct published_environment *e,
	enum notice_status status, int64_t now_ms);
/* Of one that nobody watches any more, to end what `told` began. */
struct notice *notice_gone(const struct notice *told, int64_t now_ms);
struct notice *notice_test(const char *receiver, int64_t now_ms);
void notice_free(struct notice *n); /* NULL is fine */

/* The worst severity of what is confirmed of it, or NULL: nothing is. */
const char *notice_severity(const struct published_environment *e);

/* As it is stored. */
char *notice_print(const struct notice *n);
/* NULL: it is not what notice_print() wrote. */
struct notice *notice_parse(const char *text);
/* Its members but the labels of metrics, in a document for receivers. */
void notice_json(const struct notice *n, cJSON *o);

#endif
