/* A server prints an expression from its tree, and each major version has other words
 * for some: `timezone('UTC', x)` or `(x AT TIME ZONE 'UTC')`, a column with or without
 * the name of its table.  But no server writes another literal, name, function or
 * operator than it was given.  So the words are held side by side, once what is known
 * to be printed otherwise has been put into one form (rewrite.c): another word is a
 * difference.  Casts and brackets are no words of their own, since the server adds
 * some: where nothing else differs, it cannot be told. */
#include "diff/across.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diff/locale.h"
#include "diff/rewrite.h"
#include "diff/words.h"

enum { MAJOR = 10000, UNQUALIFIED_SINCE = 160000 };

bool
across_same_major(int expected, int found)
{
	return expected / MAJOR == found / MAJOR;
}

/* ---- Expressions ---- */

struct printed {
	int version;
	struct strbuf text; /* rewritten */
	struct words words;
	size_t at; /* the word that is looked at */
};

struct walk {
	struct printed side[2];
	bool extracted;   /* numeric there and double precision here may be the same */
	bool unqualified; /* one side leaves out the name of a query's only relation */
	bool exact;       /* nothing was passed over that may mean something */
};

static const struct word *
now(const struct printed *p)
{
	return p->at < p->words.n ? &p->words.v[p->at] : NULL;
}

static bool
is_now(const struct printed *p, enum word_type type)
{
	const struct word *w = now(p);

	return w && w->type == type;
}

static bool
is_text(const struct word *w, const char *text)
{
	return w->n == strlen(text) && !memcmp(w->s, text, w->n);
}

/* True if a relation of that name, or alias, is in the text: not just a schema. */
static bool
is_named(const struct words *w, const struct word *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (words_same(&w->v[i], name) && !words_qualifier(w, i))
			return true;
	return false;
}

static void
pass_qualifier(struct walk *k, struct printed *p)
{
	if (!k->unqualified || p->version >= UNQUALIFIED_SINCE ||
		!is_named(&p->words, now(p)))
		k->exact = false;
	p->at += 2;
}

/* A cast that the function of the other type brings along. */
static bool
follows_extract(const struct walk *k, const struct word *cast)
{
	return k->extracted &&
	       (is_text(cast, "numeric") || is_text(cast, "double precision"));
}

static bool
pass_cast(struct walk *k, struct printed *p)
{
	if (!is_now(p, WORD_CAST))
		return false;
	if (!follows_extract(k, now(p)))
		k->exact = false;
	p->at++;
	return true;
}

static bool
pass_bracket(struct walk *k, struct printed *p)
{
	if (!is_now(p, WORD_OPEN) && !is_now(p, WORD_CLOSE))
		return false;
	k->exact = false;
	p->at++;
	return true;
}

/* An argument that was printed without its implicit cast. */
static bool
pass_argument_end(struct printed *p, struct printed *other)
{
	if (!is_now(p, WORD_ARGUMENT_END))
		return false;
	p->at++;
	if (is_now(other, WORD_ARGUMENT_END))
		other->at++;
	else if (is_now(other, WORD_CAST))
		other->at++;
	return true;
}

/* Go on by what is the same, or may be passed over; false: a difference. */
static bool
step(struct walk *k)
{
	struct printed *a = &k->side[0], *b = &k->side[1];
	bool qualifier = words_qualifier(&a->words, a->at);

	if (qualifier != words_qualifier(&b->words, b->at) && now(a) && now(b)) {
		pass_qualifier(k, qualifier ? a : b);
		return true;
	}
	if (now(a) && now(b) && words_same(now(a), now(b))) {
		a->at++;
		b->at++;
		return true;
	}
	return pass_argument_end(a, b) || pass_argument_end(b, a) || pass_cast(k, a) ||
	       pass_cast(k, b) || pass_bracket(k, a) || pass_bracket(k, b);
}

/* Before 16 the tables of a view are renamed if they are called like OLD and NEW. */
static bool
has_renamed_table(const struct walk *k)
{
	static const struct word old = {WORD_NAME, "old_1", 5};
	static const struct word new = {WORD_NAME, "new_1", 5};

	return k->unqualified && (is_named(&k->side[0].words, &old) ||
					 is_named(&k->side[0].words, &new) ||
					 is_named(&k->side[1].words, &old) ||
					 is_named(&k->side[1].words, &new));
}

static enum across
walk(struct walk *k)
{
	while (now(&k->side[0]) || now(&k->side[1]))
		if (!step(k))
			return has_renamed_table(k) ? ACROSS_UNKNOWN : ACROSS_DIFFERENT;
	return k->exact ? ACROSS_SAME : ACROSS_UNKNOWN;
}

static bool
on_both_sides_of(int line, const int version[static 2])
{
	return (version[0] < line) != (version[1] < line);
}

static enum across
compare_expressions(
	const int version[static 2], const char *expected, const char *found)
{
	const char *text[2] = {expected, found};
	struct walk k = {.exact = true,
		.unqualified = on_both_sides_of(UNQUALIFIED_SINCE, version)};
	enum across result;

	for (size_t i = 0; i < 2; i++) {
		struct printed *p = &k.side[i];

		p->version = version[i];
		k.extracted |= rewrite_apply(text[i], version, &p->text);
		words_read(&p->words, p->text.s);
	}
	result = walk(&k);
	for (size_t i = 0; i < 2; i++) {
		words_free(&k.side[i].words);
		strbuf_free(&k.side[i].text);
	}
	return result;
}

void
across_key(const int version[static 2], const char *value, struct strbuf *out)
{
	bool unqualified = on_both_sides_of(UNQUALIFIED_SINCE, version);
	struct strbuf text = {0};
	struct words words = {0};

	rewrite_apply(value, version, &text);
	words_read(&words, text.s);
	for (size_t i = 0; i < words.n; i++) {
		const struct word *w = &words.v[i];

		if (w->type > WORD_TEXT || (unqualified && words_qualifier(&words, i)))
			continue;
		strbuf_addc(out, ' ');
		strbuf_addn(out, w->s, w->n);
	}
	words_free(&words);
	strbuf_free(&text);
}

/* ---- What a version has of its own ---- */

/* Properties that a server before `since` has no value of, though nothing differs. */
struct addition {
	const char *property;
	int since;
	const char *value; /* what is the default then; NULL: any */
};

static bool
is_addition(const struct property *p, const int version[static 2], const char *expected,
	const char *found)
{
	static const struct addition additions[] = {
		{"not_null_constraint", 180000, NULL},
		{"streaming", 180000, "parallel"},
	};
	int newer = version[0] < version[1];
	const char *old = newer ? expected : found, *new = newer ? found : expected;

	for (size_t i = 0; i < COUNT_OF(additions); i++) {
		const struct addition *a = &additions[i];

		if (!strcmp(p->name, a->property) && version[!newer] < a->since &&
			version[newer] >= a->since && !old && new &&
			(!a->value || !strcmp(new, a->value)))
			return true;
	}
	return false;
}

static enum across
compare_of_version(const struct property *p, const int version[static 2],
	const char *expected, const char *found)
{
	if (is_addition(p, version, expected, found))
		return ACROSS_SAME;
	if (expected && found && !strcmp(p->name, "icu_locale"))
		return locale_same(expected, found) ? ACROSS_SAME : ACROSS_UNKNOWN;
	return ACROSS_DIFFERENT;
}

bool
across_is_exact(const struct property *p, const int version[static 2])
{
	return across_same_major(version[0], version[1]) ||
	       (p->canon != CANON_OF_VERSION && p->canon != CANON_EXPRESSION &&
		       p->canon != CANON_ITEMS);
}

enum across
across_compare(const struct property *p, const int version[static 2],
	const char *expected, const char *found)
{
	if (text_same(expected, found))
		return ACROSS_SAME;
	if (across_is_exact(p, version))
		return ACROSS_DIFFERENT;
	if (p->canon == CANON_OF_VERSION)
		return compare_of_version(p, version, expected, found);
	return expected && found ? compare_expressions(version, expected, found)
				 : ACROSS_DIFFERENT;
}
