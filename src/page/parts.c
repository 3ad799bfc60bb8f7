/* See parts.h. */
#include "page/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "report/appearance.h"

enum { VALUE_MAX = 160 };

void
page_words(struct strbuf *out, const char *word)
{
	appearance_words(out, word);
}

void
page_badge(struct strbuf *out, enum state s)
{
	const struct appearance *look = appearance_of(s);

	strbuf_printf(out, "<span class=\"badge %s\"><i aria-hidden=\"true\">%s</i>",
		look->style, look->sign);
	page_words(out, state_word(s));
	strbuf_add(out, "</span>");
}

void
page_watched(struct strbuf *out, const char *name, enum state s)
{
	strbuf_add(out, " data-environment=\"");
	page_name(out, name, 0);
	strbuf_add(out, "\" data-state=\"");
	page_words(out, state_word(s));
	strbuf_addc(out, '"');
}

void
page_span(struct strbuf *out, int64_t from_ms, int64_t to_ms)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	int64_t s = to_ms > from_ms ? (to_ms - from_ms) / 1000 : 0;

	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (s >= 2 * units[i].seconds || i + 1 == COUNT_OF(units)) {
			strbuf_printf(out, "%lld %s", (long long)(s / units[i].seconds),
				units[i].unit);
			return;
		}
}

void
page_ago(struct strbuf *out, int64_t ms, int64_t now_ms)
{
	char when[CLOCK_RFC3339_LEN];

	if (!ms) {
		strbuf_add(out, "never");
		return;
	}
	clock_rfc3339(ms, when);
	strbuf_printf(
		out, "<time class=\"age\" datetime=\"%s\" title=\"%s\">", when, when);
	page_span(out, ms, now_ms);
	strbuf_add(out, "</time>");
}

/* A whole one of several words; what was cut off is none to copy. */
static bool
is_command(const char *quoted)
{
	size_t n = strcspn(quoted, "`");

	return quoted[n] && memchr(quoted, ' ', n);
}

void
page_prose(struct strbuf *out, const char *s, size_t max)
{
	struct strbuf clean = {0};
	char *at;
	bool code = false;

	text_visible(&clean, s, max, "\t\r\n");
	at = clean.s;

	for (;;) {
		size_t n = strcspn(at, "`");
		bool end = !at[n];

		at[n] = '\0';
		text_html(out, at);
		if (end)
			break;
		at += n + 1;
		strbuf_add(out, code             ? "</code>"
				: is_command(at) ? "<code data-copy>"
						 : "<code>");
		code = !code;
	}
	if (code)
		strbuf_add(out, "</code>");
	strbuf_free(&clean);
}

void
page_plain(struct strbuf *out, const char *s, size_t max)
{
	struct strbuf b = {0};

	strbuf_add(&b, "");
	for (; *s; s++)
		if (*s != '`')
			strbuf_addc(&b, *s);
	page_name(out, b.s, max);
	strbuf_free(&b);
}

void
page_name(struct strbuf *out, const char *s, size_t max)
{
	char *line = text_line(s, max);

	text_html(out, line);
	free(line);
}

/* Of a text the lines stay. */
static void
add_code(struct strbuf *out, const char *s, size_t max, const char *keep)
{
	struct strbuf clean = {0};

	if (!s) {
		strbuf_add(out, "–");
		return;
	}
	text_visible(&clean, s, max, keep);
	strbuf_add(out, "<code>");
	text_html(out, clean.s);
	strbuf_add(out, "</code>");
	strbuf_free(&clean);
}

void
page_code(struct strbuf *out, const char *s, size_t max)
{
	add_code(out, s && !*s ? "''" : s, max, "");
}

void
page_value(struct strbuf *out, const char *s, size_t max)
{
	add_code(out, s, max, "\t\n");
}

void
page_ids(struct strbuf *out, const struct strvec *ids, size_t most, size_t max)
{
	if (!ids->n)
		strbuf_add(out, "<span class=\"soft\">none</span>");
	for (size_t i = 0; i < ids->n && i < most; i++) {
		strbuf_add(out, i ? " " : "");
		page_code(out, ids->v[i], max);
	}
	if (ids->n > most)
		strbuf_printf(out, " and %zu more", ids->n - most);
}

void
page_number(struct strbuf *out, size_t n)
{
	if (n >= 1000) {
		page_number(out, n / 1000);
		strbuf_printf(out, ",%03zu", n % 1000);
	} else {
		strbuf_printf(out, "%zu", n);
	}
}

void
page_count(struct strbuf *out, size_t n, const char *one, const char *many)
{
	strbuf_printf(out, "%zu %s", n, n == 1 ? one : many);
}

static void
finding_value(struct strbuf *out, const char *label, const char *value)
{
	strbuf_printf(out, "<span class=\"soft\">%s</span><span>", label);
	page_value(out, value, VALUE_MAX);
	strbuf_add(out, "</span>");
}

static void
add_marks(struct strbuf *out, struct page_marks marks)
{
	if (marks.since_ms) {
		strbuf_add(out, " <span class=\"soft\">for ");
		page_ago(out, marks.since_ms, marks.now_ms);
		strbuf_add(out, "</span>");
	}
	if (!marks.confirmed)
		strbuf_add(out, " <span class=\"soft\">not confirmed yet</span>");
}

void
page_finding(struct strbuf *out, const struct finding *f, struct page_marks marks)
{
	const char *change = change_word(f->change);

	strbuf_printf(out, "<li><span class=\"change %s\">%s</span>", change, change);
	page_words(out, kind_info(f->kind)->word);
	strbuf_addc(out, ' ');
	page_code(out, f->name, VALUE_MAX);
	if (f->property) {
		strbuf_addc(out, ' ');
		page_words(out, f->property);
	}
	if (f->renamed) {
		strbuf_printf(out, " <span class=\"soft\">looks renamed %s</span> ",
			f->change == CHANGE_MISSING ? "to" : "from");
		page_code(out, f->renamed, VALUE_MAX);
	}
	add_marks(out, marks);
	if (f->note) {
		strbuf_add(out, " <span class=\"soft\">");
		page_prose(out, f->note, VALUE_MAX);
		strbuf_add(out, "</span>");
	}
	if (f->change == CHANGE_CHANGED) {
		strbuf_add(out, "<div class=\"values\">");
		finding_value(out, "expected", f->expected);
		finding_value(out, "found", f->found);
		strbuf_add(out, "</div>");
	}
	strbuf_add(out, "</li>\n");
}
