/* A revision that was applied is not run again: whether its text still does the same is
 * told by its tokens, so that a formatter changes nothing. */
#include "migrations/alembic/pybody.h"

#include "base/mem.h"
#include "migrations/alembic/pyfile.h"

static bool
ends_line(const struct pytoken *t)
{
	return t->kind == PYTOKEN_NEWLINE || t->kind == PYTOKEN_END;
}

static const struct pytoken *
line_end(const struct pytoken *t)
{
	while (!ends_line(t))
		t++;
	return t;
}

/* ---- Functions ---- */

/* One statement, up to `;` or the end of its line. */
static bool
does_nothing(const struct pytoken *t)
{
	const struct pytoken *next = t + 1;

	if (pytoken_is(t, "return") && pytoken_is(next, "None"))
		next++;
	return (t->kind == PYTOKEN_STRING || pytoken_is(t, "pass") ||
		       pytoken_is(t, "return") || pytoken_is(t, "...")) &&
	       (ends_line(next) || pytoken_is(next, ";"));
}

static bool
line_does_nothing(const struct pytoken *t)
{
	for (; !ends_line(t); t++) {
		if (!does_nothing(t))
			return false;
		while (!ends_line(t) && !pytoken_is(t, ";"))
			t++;
		if (ends_line(t))
			break;
	}
	return true;
}

enum pybody
pybody_of(const struct pytoken *colon)
{
	const struct pytoken *t = colon + 1;

	if (t->kind != PYTOKEN_NEWLINE)
		return line_does_nothing(t) ? PYBODY_EMPTY : PYBODY_CODE;
	t++;
	if (t->kind != PYTOKEN_INDENT)
		return PYBODY_EMPTY;
	for (t++; t->kind != PYTOKEN_DEDENT && t->kind != PYTOKEN_END; t++) {
		if (t->kind == PYTOKEN_INDENT || !line_does_nothing(t))
			return PYBODY_CODE;
		t = line_end(t);
		if (t->kind == PYTOKEN_END)
			break;
	}
	return PYBODY_EMPTY;
}

/* ---- The whole ---- */

/* FNV-1a, 64 bits: nobody has a reason to forge it. */
#define FNV_BEGIN UINT64_C(0xcbf29ce484222325)

static uint64_t
add(uint64_t digest, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		digest = (digest ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
	return (digest ^ 0xff) * UINT64_C(0x100000001b3);
}

/* What a plain literal says, whatever its quotes. */
static uint64_t
add_string(uint64_t digest, const struct pytoken *t)
{
	bool triple = t->len >= 6 && t->at[1] == t->at[0] && t->at[2] == t->at[0];
	size_t quotes = triple ? 3 : 1;

	if ((*t->at != '"' && *t->at != '\'') || memchr(t->at, '\\', t->len) ||
		t->len < 2 * quotes)
		return add(digest, t->at, t->len);
	digest = add(digest, "'", 1);
	return add(digest, t->at + quotes, t->len - 2 * quotes);
}

/* An import, or one of the four names, at the top of the module. */
static bool
is_left_out(const struct pytoken *t)
{
	if (pytoken_is(t, "import") || pytoken_is(t, "from"))
		return true;
	for (size_t i = 0; i < PYNAME_COUNT; i++)
		if (pytoken_is(t, pyname_words[i]))
			return pytoken_is(t + 1, "=") || pytoken_is(t + 1, ":");
	return false;
}

static bool
is_trailing_comma(const struct pytoken *t)
{
	return pytoken_is(t, ",") &&
	       (pytoken_is(t + 1, ")") || pytoken_is(t + 1, "]") ||
		       pytoken_is(t + 1, "}"));
}

uint64_t
pybody_digest(const struct pytokens *t)
{
	uint64_t digest = FNV_BEGIN;
	bool begins = true; /* a line does */
	size_t depth = 0;

	for (const struct pytoken *at = t->v; at->kind != PYTOKEN_END; at++) {
		bool docstring =
			begins && at->kind == PYTOKEN_STRING && ends_line(at + 1);

		if (docstring || (begins && !depth && is_left_out(at))) {
			at = line_end(at);
			if (at->kind == PYTOKEN_END)
				break;
			continue;
		}
		depth += at->kind == PYTOKEN_INDENT;
		depth -= at->kind == PYTOKEN_DEDENT && depth;
		begins = at->kind == PYTOKEN_NEWLINE || at->kind == PYTOKEN_INDENT ||
			 at->kind == PYTOKEN_DEDENT;
		if (begins)
			digest = add(digest, &"nid"[at->kind - PYTOKEN_NEWLINE], 1);
		else if (at->kind == PYTOKEN_STRING)
			digest = add_string(digest, at);
		else if (!is_trailing_comma(at))
			digest = add(digest, at->at, at->len);
	}
	return digest;
}

uint64_t
pybody_source(const struct pytokens *t)
{
	uint64_t digest = FNV_BEGIN;

	for (const struct pytoken *at = t->v; at->kind != PYTOKEN_END; at++)
		if (at->kind == PYTOKEN_NEWLINE || at->kind == PYTOKEN_INDENT ||
			at->kind == PYTOKEN_DEDENT)
			digest = add(digest, &"nid"[at->kind - PYTOKEN_NEWLINE], 1);
		else
			digest = add(digest, at->at, at->len);
	return digest;
}
