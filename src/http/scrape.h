/* What /metrics answers, kept in pieces. */
#ifndef HTTP_SCRAPE_H
#define HTTP_SCRAPE_H

#include "http/piece.h"
#include "report/metrics.h"

struct scrape;

struct scrape *scrape_new(struct held *held);
void scrape_free(struct scrape *s); /* NULL is fine */
/* Append the document. */
void scrape_write(struct scrape *s, const struct published *p,
	const struct metrics_extra *x, bool openmetrics, struct rope *out);

#endif
