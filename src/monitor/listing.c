/* A line is a name, escaped.  One with a / is none, so an earlier program skips it. */
#include "monitor/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/discovered.h"

static const char of_schemas[] = "/schemas";

char *
listing_write(const struct conf_environment *template, const char *system,
	const struct strvec *names)
{
	struct strbuf b = {0};

	strbuf_add(&b, system);
	if (conf_template_of_schemas(template))
		strbuf_printf(&b, "\n%s", of_schemas);
	for (size_t i = 0; i < names->n; i++) {
		char *escaped = conf_name_escape(names->v[i]);

		strbuf_printf(&b, "\n%s", escaped);
		free(escaped);
	}
	return strbuf_take(&b);
}

static bool
is_fit(const struct conf_environment *template, const char *name)
{
	char *why = conf_template_refuses(template, name);

	free(why);
	return !why && conf_template_wants(template, name);
}

char *
listing_read(
	const struct conf_environment *template, const char *text, struct strvec *names)
{
	size_t n = strcspn(text, "\n");
	struct strvec lines = {0};
	bool same_kind;

	strvec_split(&lines, text + n, '\n');
	same_kind =
		strvec_has(&lines, of_schemas) == conf_template_of_schemas(template);
	for (size_t i = 0; same_kind && i < lines.n; i++) {
		char *name = conf_name_read(lines.v[i]);

		if (name && is_fit(template, name))
			strvec_take(names, name);
		else
			free(name);
	}
	strvec_sort(names);
	strvec_free(&lines);
	return xstrndup(text, n);
}

char *
listing_place(const char *name)
{
	return xasprintf("%s/", name);
}

char *
listing_known(struct store *s, const char *name, int64_t *success_ms, struct err *e)
{
	char *place = name ? listing_place(name) : NULL, *text = NULL;

	*e = (struct err){0};
	if (place)
		text = store_known(s, place, success_ms, e);
	free(place);
	return text;
}
