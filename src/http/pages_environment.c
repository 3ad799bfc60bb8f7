/* The page of one environment: what of it is asked for, and where that comes from. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "http/pages.h"
#include "http/wanted.h"
#include "page/environment.h"

enum { AFTER_DIGITS = 9 };

/* ---- What is asked for ---- */

static bool
one_of(const struct request *r, const char *key, const char *const *words, size_t n,
	struct answer *out)
{
	const char *value = target_value(r->target, key);

	for (size_t i = 0; value && i < n; i++)
		if (!strcmp(value, words[i]))
			return true;
	if (value)
		wanted_refuse(r, key, value, text_near(value, words, n), out);
	return !value;
}

static bool
check_severity(const struct request *r, struct answer *out)
{
	const char *words[SEVERITY_COSMETIC + 1];

	for (size_t i = 0; i < COUNT_OF(words); i++)
		words[i] = severity_word((enum severity)i);
	return one_of(r, "severity", words, COUNT_OF(words), out);
}

static bool
check_change(const struct request *r, struct answer *out)
{
	const char *words[CHANGE_COUNT];

	for (size_t i = 0; i < COUNT_OF(words); i++)
		words[i] = change_word((enum change)i);
	return one_of(r, "change", words, COUNT_OF(words), out);
}

static bool
check_kind(const struct request *r, struct answer *out)
{
	const char *words[KIND_COUNT];

	for (size_t i = 0; i < COUNT_OF(words); i++)
		words[i] = kind_info((enum kind)i)->word;
	return one_of(r, "kind", words, COUNT_OF(words), out);
}

static bool
read_after(const struct request *r, size_t *after, struct answer *out)
{
	const char *text = target_value(r->target, "after");
	size_t digits = text ? strspn(text, "0123456789") : 0;

	if (!text)
		return true;
	if (!digits || text[digits] || digits > AFTER_DIGITS) {
		answer_problem(out, 400, r->instance,
			"after=\"%s\" is no number of findings that are passed over: "
			"leave it out to begin with the first",
			text);
		return false;
	}
	*after = strtoul(text, NULL, 10);
	return true;
}

/* `*ms` stays as it is where none is given. */
static bool
read_time(const struct request *r, const char *key, int64_t *ms, struct answer *out)
{
	const char *text = target_value(r->target, key);

	if (!text || clock_since(text, r->now_ms, ms))
		return true;
	answer_problem(out, 400, r->instance,
		"%s=\"%s\" is neither a time like 2026-09-20T10:15:30Z nor a duration "
		"like 24h",
		key, text);
	return false;
}

static bool
read_points(const struct request *r, struct page_points *p, struct answer *out)
{
	if (!read_time(r, "from", &p->from_ms, out) ||
		!read_time(r, "to", &p->to_ms, out))
		return false;
	p->given = target_value(r->target, "from") != NULL;
	if (p->given == (target_value(r->target, "to") != NULL))
		return true;
	answer_problem(out, 400, r->instance,
		"two points are compared: give both from and to, or neither");
	return false;
}

static bool
read_wish(const struct request *r, struct page_environment *v, struct answer *out)
{
	v->choice.severity = target_value(r->target, "severity");
	v->choice.change = target_value(r->target, "change");
	v->choice.kind = target_value(r->target, "kind");
	return check_severity(r, out) && check_change(r, out) && check_kind(r, out) &&
	       read_after(r, &v->choice.after, out) &&
	       read_time(r, "before", &v->before_ms, out) &&
	       read_points(r, &v->points, out);
}

/* ---- Where it comes from ---- */

/* All that stays behind until the page is written. */
struct fetched {
	cJSON *story;
	struct points_answer points;
	struct groups groups;
	struct diff *differs;
};

/* A time that was shown is without its milliseconds: a point is its whole second. */
static int64_t
second_end(int64_t ms)
{
	int64_t within = ms % 1000;

	return ms - (within < 0 ? within + 1000 : within) + 999;
}

static void
fetch_points(const struct request *r, struct page_environment *v, struct fetched *f)
{
	const struct points_wish wish = {
		v->e->name, second_end(v->points.from_ms), second_end(v->points.to_ms)};

	if (!v->points.given)
		return;
	if (!r->source->points) {
		v->points.error = "No history is kept.";
		return;
	}
	r->source->points(r->source->arg, &wish, &f->points);
	v->points.diff = f->points.diff;
	v->points.pending = f->points.pending;
	v->points.error = f->points.error;
	v->points.masked = f->points.masked;
}

static bool
is_in(const struct group *g, const struct published_environment *e)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->members[i] == e)
			return true;
	return false;
}

/* Of all groups that environment's alone is held against the largest. */
static void
fetch_kin(const struct request *r, struct page_environment *v, struct fetched *f)
{
	const struct http_source *s = r->source;
	const struct groups_wish wish = {.shape = s->shape, .arg = s->arg};

	groups_make(r->published, &wish, &f->groups);
	v->groups = &f->groups;
	if (!f->groups.n || !s->variant || !v->e->fingerprint || !f->groups.v[0].key ||
		is_in(&f->groups.v[0], v->e))
		return;
	f->differs = s->variant(
		s->arg, f->groups.v[0].members[0], v->e, &v->differs_pending);
	v->differs = f->differs;
}

static void
fetch(const struct request *r, struct page_environment *v, struct fetched *f)
{
	const struct story_wish wish = {v->e->name, v->before_ms, STORY_LIMIT};

	if (r->source->story)
		f->story = r->source->story(r->source->arg, &wish, &v->story_failed);
	v->story = f->story;
	fetch_points(r, v, f);
	fetch_kin(r, v, f);
}

/* What the page says hangs on these as well, which change by themselves. */
static void
add_to_validator(
	const struct page_environment *v, const struct fetched *f, struct answer *out)
{
	const struct page_points *p = &v->points;
	char *story = v->story ? json_print(v->story) : xstrdup("");
	char *all = xasprintf("%s %d %d %lld %lld %d %s %s %d %s", out->validator,
		v->story_failed, p->given, (long long)p->from_ms, (long long)p->to_ms,
		p->pending, f->points.key, p->error ? p->error : "", v->differs_pending,
		story);

	free(out->validator);
	out->validator = all;
	free(story);
}

void
handle_environment_page(const struct request *r, struct answer *out)
{
	const struct page page = pages_begin(r);
	struct page_environment v = {0};
	struct fetched f = {.story = NULL};

	if (!pages_take_query(r, out))
		return;
	v.e = wanted_environment(r, r->name, out);
	if (!v.e || !read_wish(r, &v, out))
		return;
	fetch(r, &v, &f);
	page_environment(&page, &v, &out->body);
	pages_end(r, out);
	add_to_validator(&v, &f, out);
	cJSON_Delete(f.story);
	points_answer_fini(&f.points);
	groups_free(&f.groups);
	diff_unref(f.differs);
}
