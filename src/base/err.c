/* Errors are values that travel up to whoever gives up; see err.h. */
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

bool
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return false;
	e->code = code;
	e->sqlstate[0] = '\0';
	e->advice = NULL;
	e->unanswered = false;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	return false;
}

const struct advice *
err_errno_advice(int number)
{
	static const struct advice of_process = {
		"this process has as many open files as it may",
		"raise its limit (`LimitNOFILE=` of the unit, `ulimit -n`), or lower "
		"`max_connections`"};
	static const struct advice of_machine = {
		"this machine has as many open files as it may",
		"see what holds them (`lsof`), or raise its limit (`sysctl "
		"fs.file-max`)"};

	return number == EMFILE ? &of_process : number == ENFILE ? &of_machine : NULL;
}

bool
err_errno(struct err *e, enum err_code code, int number)
{
	const struct advice *advice = err_errno_advice(number);

	err_set(e, advice ? ERR_INTERNAL : code, "%s", strerror(number));
	if (e)
		e->advice = advice;
	return false;
}

char *
err_explained(const struct err *e)
{
	return e->advice ? xasprintf("%s: %s, %s", e->text, e->advice->what,
				   e->advice->next)
			 : xstrdup(e->text);
}

bool
err_prefix(struct err *e, const char *fmt, ...)
{
	char old[sizeof e->text];
	va_list ap;
	size_t n;

	if (!e)
		return false;
	memcpy(old, e->text, sizeof old);
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	snprintf(e->text + n, sizeof e->text - n, ": %s", old);
	return false;
}

const char *
err_reason(enum err_code code)
{
	static const char *const words[] = {
		[ERR_CONNECT] = "connect",
		[ERR_AUTH] = "auth",
		[ERR_TIMEOUT] = "timeout",
		[ERR_PERMISSION] = "permission",
		[ERR_QUERY] = "query",
	};

	if ((size_t)code < sizeof words / sizeof *words && words[code])
		return words[code];
	return "internal";
}
