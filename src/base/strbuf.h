/* A string that grows. */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stddef.h>

#include "base/err.h"

/* Zero-initialise.  `s` is NULL until something was added, then always ends
 * with '\0'. */
struct strbuf {
	char *s;
	size_t len, cap;
};

void strbuf_add(struct strbuf *b, const char *s);
void strbuf_addn(struct strbuf *b, const char *s, size_t n);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_printf(struct strbuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void strbuf_clear(struct strbuf *b); /* empties, keeps the memory */
void strbuf_free(struct strbuf *b);
/* Hand the string over (never NULL); the buffer is empty afterwards. */
char *strbuf_take(struct strbuf *b);

/* A list of owned strings.  Zero-initialise. */
struct strvec {
	char **v;
	size_t n, cap;
};

void strvec_add(struct strvec *l, const char *s);               /* copies */
void strvec_take(struct strvec *l, char *s);                    /* takes over */
void strvec_copy(struct strvec *to, const struct strvec *from); /* appends copies */
bool strvec_has(const struct strvec *l, const char *s);
bool strvec_equal(const struct strvec *a, const struct strvec *b);
void strvec_sort(struct strvec *l); /* bytewise */
void strvec_uniq(struct strvec *l); /* of a sorted list */
void strvec_join(const struct strvec *l, const char *between, struct strbuf *out);
/* Append the parts of `s` between `separator`, stripped of blanks, empty ones left out.
 */
void strvec_split(struct strvec *l, const char *s, char separator);
void strvec_free(struct strvec *l);

#endif
