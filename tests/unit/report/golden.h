/* Comparing with files that lie beside the tests. */
#ifndef TESTS_UNIT_REPORT_GOLDEN_H
#define TESTS_UNIT_REPORT_GOLDEN_H

/* Fail unless `text` is what tests/unit/report/NAME holds; with GOLDEN_WRITE in the
 * environment, write it there instead. */
void golden_check(const char *name, const char *text);

#endif
