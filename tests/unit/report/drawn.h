/* Pictures of migrations in the test's directory, and whether their text is sound. */
#ifndef TESTS_UNIT_REPORT_DRAWN_H
#define TESTS_UNIT_REPORT_DRAWN_H

#include "report/picture.h"
#include "tests/unit/migrations/fixture.h"

struct drawn_picture {
	struct migrations *h;
	struct strvec standing;
	struct drawing *d;
	struct picture p;
};

/* Draw what is in the directory, named "app"; with `lines` written first, as
 * fixture_graph() has them, or NULL.  `fold` as in drawing.h.  drawn_done() it. */
void drawn_read(struct drawn_picture *drawn, const char *dir, const char *lines,
	const struct picture_marker *markers, size_t n);
void drawn_done(struct drawn_picture *drawn);

/* Fail unless `s` is a well-formed document of XML without a DTD. */
void drawn_check_xml(const char *s);
/* Fail unless `s` is a graph of DOT in which each name and value is quoted or plain. */
void drawn_check_dot(const char *s);
/* Fail unless `part` is in the text, so many times. */
void drawn_check_count(const char *text, const char *part, size_t n);

#endif
