/* The parts of the page of one environment, in their order on it.  Each appends a
 * <section>, or nothing. */
#ifndef PAGE_ENVIRONMENT_PARTS_H
#define PAGE_ENVIRONMENT_PARTS_H

#include "page/environment.h"

/* What pages are kept to, roughly. */
enum { ENVIRONMENT_BYTES = 160 * 1024 };

void environment_axes(
	const struct page *page, const struct page_environment *v, struct strbuf *out);
void environment_findings(
	const struct page *page, const struct page_environment *v, struct strbuf *out);
void environment_ignored(
	const struct page *page, const struct page_environment *v, struct strbuf *out);
void environment_points(
	const struct page *page, const struct page_environment *v, struct strbuf *out);
void environment_story(
	const struct page *page, const struct page_environment *v, struct strbuf *out);
void environment_kin(
	const struct page *page, const struct page_environment *v, struct strbuf *out);

/* What is known of a finding beside what it says. */
struct finding_view {
	const struct page *page;
	bool confirmed;
	int64_t since_ms;   /* 0: not known */
	size_t *effort;     /* of diff/marks.h */
	const char *prefix; /* of its id on the page, one of each list */
};
/* A list item of it, with both sides and what differs marked within them. */
void environment_finding(
	const struct finding *f, const struct finding_view *v, struct strbuf *out);
/* A paragraph of what could not be compared; nothing where all of it was. */
void environment_not_decided(const struct diff *d, struct strbuf *out);
/* Two texts side by side; one of them NULL: it alone is. */
void environment_sides(const struct finding *f, size_t *effort, struct strbuf *out);

#endif
