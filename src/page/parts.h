/* The small pieces that the page is made of.  Pure; each appends HTML, escaped. */
#ifndef PAGE_PARTS_H
#define PAGE_PARTS_H

#include <stdint.h>

#include "base/strbuf.h"
#include "diff/finding.h"
#include "verdict/verdict.h"

/* "revision_mismatch" as "revision mismatch". */
void page_words(struct strbuf *out, const char *word);
void page_badge(struct strbuf *out, enum state s);
/* The attributes of what shows an environment, by which the script tells readers of
 * screens that it has come to another state. */
void page_watched(struct strbuf *out, const char *name, enum state s);
/* How long from `from_ms` to `to_ms`, in its largest unit: "12 s", "5 min", "3 h",
 * "4 d". */
void page_span(struct strbuf *out, int64_t from_ms, int64_t to_ms);
/* A <time> that shows how long ago, the moment itself as its title; 0 is "never". */
void page_ago(struct strbuf *out, int64_t ms, int64_t now_ms);
/* Text of any origin, at most `max` bytes (0: all), `backquoted` parts as <code>; one
 * of several words is a command, which the script offers to copy. */
void page_prose(struct strbuf *out, const char *s, size_t max);
/* The same as one line without quotes and copying, as a first impression. */
void page_plain(struct strbuf *out, const char *s, size_t max);
/* A name, in which every character is seen. */
void page_name(struct strbuf *out, const char *s, size_t max);
/* A name as one <code>, in which every character is seen; NULL is a dash. */
void page_code(struct strbuf *out, const char *s, size_t max);
/* The same of a text, whose lines stay. */
void page_value(struct strbuf *out, const char *s, size_t max);
/* The first `most` ids, each shortened to `max` bytes, and how many more there are;
 * "none". */
void page_ids(struct strbuf *out, const struct strvec *ids, size_t most, size_t max);
/* "12,345". */
void page_number(struct strbuf *out, size_t n);
/* "1 finding", "2 findings". */
void page_count(struct strbuf *out, size_t n, const char *one, const char *many);
/* What is known of a finding beside the comparison. */
struct page_marks {
	bool confirmed;
	int64_t since_ms; /* 0: not shown */
	int64_t now_ms;
};
/* A list item of it: what of which object, and what was expected and found. */
void page_finding(struct strbuf *out, const struct finding *f, struct page_marks marks);

#endif
