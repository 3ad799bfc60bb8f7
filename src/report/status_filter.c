/* Which environments are wanted. */
#include "report/status.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "conf/labels.h"

/* True if that one of the list wants the environment. */
typedef bool wants_fn(const struct published_environment *e, const char *wanted);

static bool
is_named(const struct published_environment *e, const char *glob)
{
	return text_glob(glob, e->name);
}

static bool
has_state(const struct published_environment *e, const char *word)
{
	return !strcmp(word, state_word(e->state));
}

static bool
has_migrations(const struct published_environment *e, const char *name)
{
	return e->migrations && !strcmp(e->migrations, name);
}

/* The length of HOST; a host of IPv6 is in brackets. */
static size_t
host_length(const char *s)
{
	const char *bracket = *s == '[' ? strchr(s, ']') : NULL;
	const char *from = bracket ? bracket : s, *colon = strrchr(from, ':');

	return colon ? (size_t)(colon - s) : strlen(s);
}

bool
status_is_server(const char *s)
{
	size_t n = host_length(s), digits;

	if (!n || (*s == '[' && s[n - 1] != ']') || (*s != '[' && memchr(s, ':', n)))
		return false;
	if (!s[n])
		return true;
	digits = strspn(s + n + 1, "0123456789");
	return digits && digits <= 5 && !s[n + 1 + digits];
}

static bool
has_server(const struct published_environment *e, const char *server)
{
	size_t n = host_length(server);

	if (!e->address)
		return false;
	return server[n] ? !strcmp(e->address, server)
			 : host_length(e->address) == n &&
				   !strncmp(e->address, server, n);
}

/* Of the label that is called as `wish` is; "" if it has none. */
static const char *
value_for(const struct published_environment *e, const char *wish)
{
	size_t n = label_length(wish);

	for (size_t i = 0; i < e->labels.n; i++)
		if (!strncmp(e->labels.v[i], wish, n) && e->labels.v[i][n] == '=')
			return e->labels.v[i] + n + 1;
	return "";
}

static bool
any_contains(const struct strvec *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (text_contains(list->v[i], text))
			return true;
	return false;
}

static bool
shows(const struct published_environment *e, const char *text)
{
	if (text_contains(e->name, text) ||
		(e->address && text_contains(e->address, text)) ||
		(e->migrations && text_contains(e->migrations, text)) ||
		any_contains(&e->revision.recorded, text))
		return true;
	for (size_t i = 0; i < e->labels.n; i++)
		if (text_contains(
			    e->labels.v[i] + label_length(e->labels.v[i]) + 1, text))
			return true;
	return false;
}

static bool
any_wants(const struct strvec *list, wants_fn *wants,
	const struct published_environment *e)
{
	if (!list || !list->n)
		return true;
	for (size_t i = 0; i < list->n; i++)
		if (wants(e, list->v[i]))
			return true;
	return false;
}

/* True if both are of one label. */
static bool
same_name(const char *a, const char *b)
{
	size_t n = label_length(a);

	return n == label_length(b) && !strncmp(a, b, n);
}

/* One of those that are of the name of labels->v[*i]; `*i` is behind them then. */
static bool
has_one_of(
	const struct published_environment *e, const struct strvec *labels, size_t *i)
{
	const char *name = labels->v[*i], *value = value_for(e, name);
	bool has = false;

	for (; *i < labels->n && same_name(name, labels->v[*i]); ++*i)
		has = has || text_glob(labels->v[*i] + label_length(name) + 1, value);
	return has;
}

static bool
all_labels(const struct status_filter *f, const struct published_environment *e)
{
	for (size_t i = 0; f->labels && i < f->labels->n;)
		if (!has_one_of(e, f->labels, &i))
			return false;
	return true;
}

static bool
all_texts(const struct status_filter *f, const struct published_environment *e)
{
	for (size_t i = 0; f->texts && i < f->texts->n; i++)
		if (!shows(e, f->texts->v[i]))
			return false;
	return true;
}

bool
status_is_filter(const struct status_filter *f)
{
	const struct strvec *const lists[] = {f ? f->environments : NULL,
		f ? f->states : NULL, f ? f->labels : NULL, f ? f->migrations : NULL,
		f ? f->servers : NULL, f ? f->texts : NULL};

	for (size_t i = 0; i < COUNT_OF(lists); i++)
		if (lists[i] && lists[i]->n)
			return true;
	return false;
}

bool
status_wants(const struct status_filter *f, const struct published_environment *e)
{
	return !f || (any_wants(f->environments, is_named, e) &&
			     any_wants(f->states, has_state, e) &&
			     any_wants(f->migrations, has_migrations, e) &&
			     any_wants(f->servers, has_server, e) && all_labels(f, e) &&
			     all_texts(f, e));
}
