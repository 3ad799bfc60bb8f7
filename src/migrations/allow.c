/* Written as an ignore rule is: what is meant, and why. */
#include "migrations/allow.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static const char blanks[] = " \t\r\n";

struct allowance {
	enum problem_code code;
	char *what;   /* NULL: every one */
	char *reason; /* NULL: none is given */
};

static void
allowance_free(struct allowance *a)
{
	free(a->what);
	free(a->reason);
}

/* ---- Text ---- */

static bool
unknown_code(const char *word, struct err *e)
{
	const char *words[PROBLEM_COUNT], *near;

	for (size_t i = 0; i < PROBLEM_COUNT; i++)
		words[i] = problem_word((enum problem_code)i);
	near = text_near(word, words, PROBLEM_COUNT);
	if (near)
		return err_set(e, ERR_CONFIG, "%s is no problem code; did you mean %s?",
			word, near);
	return err_set(e, ERR_CONFIG, "%s is no problem code", word);
}

/* The word of `n` bytes at `s`: CODE[:WHAT] */
static bool
parse_subject(struct allowance *a, const char *s, size_t n, struct err *e)
{
	const char *colon = memchr(s, ':', n);
	char *word = xstrndup(s, colon ? (size_t)(colon - s) : n);
	bool ok = problem_parse(word, &a->code) || unknown_code(word, e);

	free(word);
	if (!ok || !colon)
		return ok;
	a->what = xstrndup(colon + 1, n - (size_t)(colon + 1 - s));
	return *a->what || err_set(e, ERR_CONFIG, "nothing follows the colon");
}

/* reason=WORD or reason="TEXT", up to the end. */
static bool
parse_reason(struct allowance *a, const char *s, struct err *e)
{
	static const char key[] = "reason=";
	size_t n = strlen(s);

	while (n && strchr(blanks, s[n - 1]))
		n--;
	if (n < strlen(key) || strncmp(s, key, strlen(key)))
		return err_set(
			e, ERR_CONFIG, "\"%s\" is not written reason=\"TEXT\"", s);
	s += strlen(key);
	n -= strlen(key);
	if (*s != '"' && memchr(s, ' ', n))
		return err_set(e, ERR_CONFIG, "put the reason in quotes");
	if (*s == '"' && (n < 2 || s[n - 1] != '"'))
		return err_set(e, ERR_CONFIG, "a quote is not closed");
	a->reason = *s == '"' ? xstrndup(s + 1, n - 2) : xstrndup(s, n);
	return true;
}

static bool
parse(struct allowance *a, const char *text, struct err *e)
{
	const char *s = text + strspn(text, blanks);
	size_t n = strcspn(s, blanks);
	bool ok;

	*a = (struct allowance){0};
	ok = parse_subject(a, s, n, e);
	s += n;
	s += strspn(s, blanks);
	ok = ok && (!*s || parse_reason(a, s, e));
	if (ok)
		return true;
	allowance_free(a);
	return err_prefix(e, "allow \"%s\"", text);
}

bool
allow_check(const char *text, struct err *e)
{
	struct allowance a;

	if (!parse(&a, text, e))
		return false;
	allowance_free(&a);
	return true;
}

/* ---- Problems ---- */

static bool
covers(const struct allowance *a, const struct problem *p)
{
	const char *slash = strrchr(p->file, '/');

	if (a->code != p->code)
		return false;
	return !a->what || (p->revision && text_glob(a->what, p->revision)) ||
	       text_glob(a->what, p->file) || (slash && text_glob(a->what, slash + 1));
}

/* How many of the `n` problems it allows. */
static size_t
mark(struct problem *v, size_t n, const struct allowance *a)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (!covers(a, &v[i]))
			continue;
		count++;
		v[i].allowed = true;
		if (!v[i].reason)
			v[i].reason = xstrdup_null(a->reason);
	}
	return count;
}

/* True if it allows any.  Which notices there are depends on what is recorded
 * somewhere, too, and other problems on what comes of running the files: of those
 * nothing is said. */
static bool
mark_all(struct migrations *h, const struct allowance *a)
{
	size_t n = mark(h->problems, h->n_problems, a);

	n += mark(h->notices, h->n_notices, a);
	return n || problem_is_notice(a->code) || problem_is_of_running(a->code);
}

/* Keeps the order on both sides. */
static void
move_behind(struct migrations *h)
{
	struct problem *sorted = xcalloc(h->n_problems + 1, sizeof *sorted);
	size_t n = 0;

	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < h->n_problems; i++)
			if (h->problems[i].allowed == side)
				sorted[n++] = h->problems[i];
		if (!side)
			h->n_allowed = h->n_problems - n;
	}
	free(h->problems);
	h->problems = sorted;
	h->n_problems -= h->n_allowed;
}

bool
allow_apply(struct migrations *h, const struct strvec *texts, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; ok && i < texts->n; i++) {
		struct allowance a;

		ok = parse(&a, texts->v[i], e);
		if (!ok)
			break;
		if (!mark_all(h, &a))
			strvec_add(&h->unused_allow, texts->v[i]);
		strvec_add(&h->allow, texts->v[i]);
		allowance_free(&a);
	}
	move_behind(h);
	return ok;
}

bool
allow_covers(
	const struct migrations *h, enum problem_code code, const struct revision *r)
{
	const struct problem p = {.code = code, .file = r->file, .revision = r->id};
	bool covered = false;

	for (size_t i = 0; !covered && i < h->allow.n; i++) {
		struct allowance a;
		struct err e;

		if (!parse(&a, h->allow.v[i], &e))
			continue;
		covered = covers(&a, &p);
		allowance_free(&a);
	}
	return covered;
}

void
allow_mark(const struct migrations *h, struct problem *p)
{
	for (size_t i = 0; i < h->allow.n; i++) {
		struct allowance a;
		struct err e;

		if (!parse(&a, h->allow.v[i], &e))
			continue;
		(void)mark(p, 1, &a);
		allowance_free(&a);
	}
}
