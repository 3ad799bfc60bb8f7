/* See items.h. */
#include "diff/items.h"

#include <string.h>

#include "base/mem.h"

/* Where the item that starts at `s` ends. */
static const char *
item_end(const char *s)
{
	char quote = '\0';
	int depth = 0;

	for (; *s; s++) {
		if (quote)
			quote = *s == quote ? '\0' : quote;
		else if (*s == '\'' || *s == '"')
			quote = *s;
		else if (*s == '(')
			depth++;
		else if (*s == ')')
			depth--;
		else if (*s == ',' && depth <= 0)
			break;
	}
	return s;
}

bool
items_is_list(const char *property)
{
	static const char *const properties[] = {"labels", "attributes", "options",
		"config", "tables", "publish", "roles"};

	for (size_t i = 0; property && i < COUNT_OF(properties); i++)
		if (!strcmp(property, properties[i]))
			return true;
	return false;
}

void
items_split(const char *text, struct strvec *out)
{
	for (text += strspn(text, " "); *text;) {
		const char *end = item_end(text);

		strvec_take(out, xstrndup(text, (size_t)(end - text)));
		text = end + (*end == ',');
		text += strspn(text, " ");
	}
}

/* What `a` has and `b` has not. */
static void
subtract(const struct strvec *a, const struct strvec *b, struct strvec *out)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strvec_has(b, a->v[i]))
			strvec_add(out, a->v[i]);
}

void
items_compare(const char *expected, const char *found, struct items_difference *out)
{
	struct strvec a = {0}, b = {0};

	*out = (struct items_difference){0};
	items_split(expected, &a);
	items_split(found, &b);
	subtract(&a, &b, &out->missing);
	subtract(&b, &a, &out->unexpected);
	out->reordered = !out->missing.n && !out->unexpected.n && !strvec_equal(&a, &b);
	strvec_free(&a);
	strvec_free(&b);
}

void
items_free(struct items_difference *d)
{
	strvec_free(&d->missing);
	strvec_free(&d->unexpected);
}
