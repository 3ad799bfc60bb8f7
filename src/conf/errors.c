/* One form for all messages, so that an editor can jump to the place. */
#include "conf/errors.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "conf/redact.h"

static void add(struct strvec *to, struct conf_place at, const char *fmt, va_list ap)
	PRINTF_LIKE(3, 0);

static void
add(struct strvec *to, struct conf_place at, const char *fmt, va_list ap)
{
	struct strbuf b = {0}, shown = {0};
	char *text;

	if (to->n == CONF_MAX_ERRORS)
		return;
	text = xvasprintf(fmt, ap);
	text_visible(&b, at.file, 0, "");
	if (at.line)
		strbuf_printf(&b, ":%u", at.line);
	strbuf_add(&b, ": ");
	/* A value that stands at the wrong key may be a connection string. */
	conf_redact_words(text, &shown);
	text_visible(&b, shown.s, 0, "");
	strvec_take(to, strbuf_take(&b));
	strbuf_free(&shown);
	free(text);
}

void
conf_error(struct conf_errors *e, struct conf_place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(&e->messages, at, fmt, ap);
	va_end(ap);
}

void
conf_warning(struct conf_errors *e, struct conf_place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(&e->warnings, at, fmt, ap);
	va_end(ap);
}

void
conf_suggest(struct strbuf *out, const char *near)
{
	if (near)
		strbuf_printf(out, "; did you mean \"%s\"?", near);
}

void
conf_errors_free(struct conf_errors *e)
{
	strvec_free(&e->messages);
	strvec_free(&e->warnings);
}
