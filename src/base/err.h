/* What went wrong in the outside world, and the class that users see of it. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

/* The first six are the `reason` words of pgdriftd_check_failures_total. */
enum err_code {
	ERR_NONE,
	ERR_CONNECT,
	ERR_AUTH,
	ERR_TIMEOUT,
	ERR_PERMISSION,
	ERR_QUERY,
	ERR_INTERNAL,
	ERR_MOVED,  /* the catalog moved while it was read: throw away, try again */
	ERR_CONFIG, /* bad configuration */
	ERR_IO,     /* a file or directory */
	ERR_FORMAT, /* a file that is not what it should be */
};

/* What a known failure means, and what is to be done about it. */
struct advice {
	const char *what, *next;
};

struct err {
	enum err_code code;
	char sqlstate[6]; /* of the server, else "" */
	bool unanswered;  /* the server takes a connection and does not answer */
	char text[1024];  /* one line, no secret in it, no trailing newline */
	const struct advice
		*advice; /* static, where more is known than by code; or NULL */
};

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

/* Fill `e` (NULL: nothing is kept) and return false, so that a caller can
 * `return err_set(e, …)`.  A text over the size is cut. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The same with the text of an errno value.  Where this process or its machine has no
 * descriptor left, nothing is wrong with what was to be opened: the code is
 * ERR_INTERNAL whatever `code` is, and the advice says how to get more. */
bool err_errno(struct err *e, enum err_code code, int number);
/* That advice; NULL for any other number. */
const struct advice *err_errno_advice(int number);
/* Text and advice in one, for where nothing else is kept; the caller frees. */
char *err_explained(const struct err *e);

/* Put "…: " before the text that is there.  Returns false. */
bool err_prefix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The reason word of contract 5 for `code`: "connect", …, "internal" for the
 * classes that no check of a database ends with. */
const char *err_reason(enum err_code code);

#endif
