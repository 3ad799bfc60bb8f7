/* See wanted.h. */
#include "http/wanted.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "conf/labels.h"

void
wanted_unknown(const struct request *r, const char *what, const char *name,
	const char *near, struct answer *out)
{
	if (near)
		answer_problem(out, 404, r->instance,
			"no %s named \"%s\"; did you mean \"%s\"?", what, name, near);
	else
		answer_problem(out, 404, r->instance, "no %s named \"%s\"", what, name);
	if (r->name && !strcmp(name, r->name))
		answer_near(out, near);
}

const struct published_environment *
wanted_environment(const struct request *r, const char *name, struct answer *out)
{
	const struct published *p = r->published;
	const struct published_environment *e = published_find(p, name);
	const char **names;

	if (e)
		return e;
	names = xcalloc(p->n_environments + 1, sizeof *names);
	for (size_t i = 0; i < p->n_environments; i++)
		names[i] = p->environments[i]->name;
	wanted_unknown(
		r, "environment", name, text_near(name, names, p->n_environments), out);
	free(names);
	return NULL;
}

void
wanted_refuse(const struct request *r, const char *what, const char *value,
	const char *near, struct answer *out)
{
	answer_problem(out, 400, r->instance, "no %s \"%s\"%s%s%s", what, value,
		near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

bool
wanted_states(const struct request *r, const struct strvec *words, struct answer *out)
{
	const char *known[STATE_COUNT];
	enum state ignored;

	for (int s = 0; s < STATE_COUNT; s++)
		known[s] = state_word((enum state)s);
	for (size_t i = 0; i < words->n; i++) {
		if (state_parse(words->v[i], &ignored))
			continue;
		wanted_refuse(r, "state", words->v[i],
			text_near(words->v[i], known, STATE_COUNT), out);
		return false;
	}
	return true;
}

static bool
any_matches(const struct published *p, const char *glob)
{
	for (size_t i = 0; i < p->n_environments; i++)
		if (text_glob(glob, p->environments[i]->name))
			return true;
	return false;
}

/* Each is the name of one, or a glob that some match. */
static bool
check_environments(
	const struct request *r, const struct strvec *names, struct answer *out)
{
	for (size_t i = 0; i < names->n; i++)
		if (!any_matches(r->published, names->v[i]) &&
			!wanted_environment(r, names->v[i], out))
			return false;
	return true;
}

static bool
parse_number(const char *text, size_t most, size_t *out)
{
	unsigned long n;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	n = strtoul(text, &end, 10);
	if (*end || !n || n > most)
		return false;
	*out = n;
	return true;
}

bool
wanted_number(const struct request *r, const char *key, size_t most, size_t *n,
	struct answer *out)
{
	const char *text = target_value(r->target, key);

	if (!text || parse_number(text, most, n))
		return true;
	answer_problem(out, 400, r->instance, "%s=\"%s\" is no number from 1 to %zu",
		key, text, most);
	return false;
}

/* The names of all labels. */
static void
known_labels(const struct published *p, struct strvec *names)
{
	for (size_t i = 0; i < p->n_environments; i++) {
		const struct strvec *labels = &p->environments[i]->labels;

		for (size_t k = 0; k < labels->n; k++)
			strvec_take(names,
				xstrndup(labels->v[k], label_length(labels->v[k])));
	}
	strvec_sort(names);
	strvec_uniq(names);
}

static bool
is_label(const struct published *p, const char *name)
{
	for (size_t i = 0; i < p->n_environments; i++)
		if (label_find(&p->environments[i]->labels, name))
			return true;
	return false;
}

static bool
check_label_name(const struct request *r, const char *name, struct answer *out)
{
	struct strvec known = {0};

	if (is_label(r->published, name))
		return true;
	known_labels(r->published, &known);
	wanted_refuse(r, "environment has a label", name,
		text_near(name, (const char *const *)known.v, known.n), out);
	strvec_free(&known);
	return false;
}

static bool
check_label(const struct request *r, const char *label, struct answer *out)
{
	size_t n = label_length(label);
	char *name = xstrndup(label, n);
	bool ok = label[n] && check_label_name(r, name, out);

	if (!label[n])
		answer_problem(out, 400, r->instance,
			"label=\"%s\" is not written NAME=VALUE", label);
	free(name);
	return ok;
}

static bool
check_labels(const struct request *r, const struct strvec *labels, struct answer *out)
{
	for (size_t i = 0; i < labels->n; i++)
		if (!check_label(r, labels->v[i], out))
			return false;
	return true;
}

static bool
check_migrations(
	const struct request *r, const struct strvec *names, struct answer *out)
{
	const struct published *p = r->published;
	const char **known = xcalloc(p->n_migrations + 1, sizeof *known);
	bool ok = true;

	for (size_t i = 0; i < p->n_migrations; i++)
		known[i] = p->migrations[i].name;
	for (size_t i = 0; ok && i < names->n; i++) {
		ok = false;
		for (size_t k = 0; !ok && k < p->n_migrations; k++)
			ok = !strcmp(known[k], names->v[i]);
		if (!ok)
			wanted_refuse(r, "migrations", names->v[i],
				text_near(names->v[i], known, p->n_migrations), out);
	}
	free(known);
	return ok;
}

static bool
check_servers(const struct request *r, const struct strvec *servers, struct answer *out)
{
	for (size_t i = 0; i < servers->n; i++) {
		if (status_is_server(servers->v[i]))
			continue;
		answer_problem(out, 400, r->instance,
			"server=\"%s\" is neither HOST nor HOST:PORT, as \"10.0.0.7\" "
			"or \"[fd00::1]:5432\"",
			servers->v[i]);
		return false;
	}
	return true;
}

static bool
check_texts(const struct request *r, const struct strvec *texts, struct answer *out)
{
	for (size_t i = 0; i < texts->n; i++)
		if (!*texts->v[i]) {
			answer_problem(out, 400, r->instance,
				"q is empty: say what is looked for, or leave it out");
			return false;
		}
	return true;
}

static bool
read_group(const struct request *r, struct wanted *w, struct answer *out)
{
	static const char by_label[] = "label:";
	const char *group = target_value(r->target, "group");

	if (group && !*group && w->form)
		group = NULL;
	w->grouped = group;
	if (!group || !strcmp(group, "fingerprint"))
		return true;
	if (strncmp(group, by_label, strlen(by_label)) != 0) {
		answer_problem(out, 400, r->instance,
			"no group \"%s\"; there are \"fingerprint\" and \"label:NAME\"",
			group);
		return false;
	}
	w->group_label = group + strlen(by_label);
	return check_label_name(r, w->group_label, out);
}

/* So many values a parameter may have: what is searched for is held against all that
 * each environment has, while nobody else is answered. */
static size_t
most_of(const char *key)
{
	return !strcmp(key, "label") || !strcmp(key, "q") ? WANTED_MOST
							  : TARGET_MAX_PARAMETERS;
}

/* Each once.  Words of states may be separated by commas. */
static bool
take(const struct request *r, const struct wanted *w, const char *key,
	struct strvec *list, struct answer *out)
{
	struct strvec all = {0};
	size_t most = most_of(key);

	target_values(r->target, key, !strcmp(key, "state"), &all);
	for (size_t i = 0; i < all.n && list->n <= most; i++)
		if ((*all.v[i] || !w->form) && !strvec_has(list, all.v[i]))
			strvec_add(list, all.v[i]);
	strvec_free(&all);
	if (list->n <= most)
		return true;
	answer_problem(out, 400, r->instance,
		"%s has more than %zu values: ask for fewer at once", key, most);
	return false;
}

static bool
take_all(const struct request *r, struct wanted *w, struct answer *out)
{
	if (!take(r, w, "environment", &w->environments, out) ||
		!take(r, w, "state", &w->states, out) ||
		!take(r, w, "label", &w->labels, out) ||
		!take(r, w, "migrations", &w->migrations, out) ||
		!take(r, w, "server", &w->servers, out) ||
		!take(r, w, "q", &w->texts, out))
		return false;
	strvec_sort(&w->labels);
	return true;
}

bool
wanted_read(const struct request *r, struct wanted *w, struct answer *out)
{
	return take_all(r, w, out) && check_environments(r, &w->environments, out) &&
	       wanted_states(r, &w->states, out) && check_labels(r, &w->labels, out) &&
	       check_migrations(r, &w->migrations, out) &&
	       check_servers(r, &w->servers, out) && check_texts(r, &w->texts, out) &&
	       read_group(r, w, out);
}

struct status_filter
wanted_filter(const struct wanted *w)
{
	return (struct status_filter){.environments = &w->environments,
		.states = &w->states,
		.labels = &w->labels,
		.migrations = &w->migrations,
		.servers = &w->servers,
		.texts = &w->texts};
}

void
wanted_free(struct wanted *w)
{
	strvec_free(&w->environments);
	strvec_free(&w->states);
	strvec_free(&w->labels);
	strvec_free(&w->migrations);
	strvec_free(&w->servers);
	strvec_free(&w->texts);
}

void
wanted_make_groups(const struct request *r, const struct wanted *w, struct groups *out)
{
	const struct http_source *s = r->source;
	const struct status_filter f = wanted_filter(w);
	const struct groups_wish wish = {
		&f, w->group_label, s->shape, s->variant, s->arg};

	groups_make(r->published, &wish, out);
}
