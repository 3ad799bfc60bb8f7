/* The findings for people: everything that a finding says, in lines that can be
 * read without the program that made them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diff/diff.h"
#include "diff/items.h"
#include "diff/lines.h"
#include "diff/summary.h"

/* Lines of one text that are shown, and where there are hundreds of them; the JSON has
 * all. */
enum { MANY = 100, MAX_LINES = 40, MAX_LINES_OF_MANY = 8 };

enum paint { PLAIN, RED, GREEN, YELLOW, BOLD };

struct page {
	struct strbuf *out;
	bool color;
	size_t max_lines;
	const struct finding *first; /* of those that `confirmed` is about */
	const bool *confirmed;       /* NULL: all are */
};

static void
paint(const struct page *p, enum paint with)
{
	static const char *const codes[] = {[PLAIN] = "\033[0m",
		[RED] = "\033[31m",
		[GREEN] = "\033[32m",
		[YELLOW] = "\033[33m",
		[BOLD] = "\033[1m"};

	if (p->color)
		strbuf_add(p->out, codes[with]);
}

/* Append text from a database: nothing in it may steer a terminal. */
static void
put(const struct page *p, const char *s, size_t n)
{
	char *copy = xstrndup(s, n);

	text_visible(p->out, copy, 0, "\t");
	free(copy);
}

/* The same of a name, which is one line without any tab. */
static void
put_name(const struct page *p, const char *s)
{
	text_visible(p->out, s, 0, "");
}

static bool
is_multiline(const char *s)
{
	return s && strchr(s, '\n');
}

static void
put_left_out(const struct page *p, size_t n)
{
	if (n)
		strbuf_printf(
			p->out, "      … %zu more line%s\n", n, n == 1 ? "" : "s");
}

static void
put_block(const struct page *p, const char *s)
{
	size_t n = 0;

	for (; *s; n++) {
		size_t length = strcspn(s, "\n");

		if (n < p->max_lines) {
			strbuf_add(p->out, "      ");
			put(p, s, length);
			strbuf_addc(p->out, '\n');
		}
		s += length + (s[length] == '\n');
	}
	put_left_out(p, n > p->max_lines ? n - p->max_lines : 0);
}

static void
put_side(const struct page *p, const char *label, const char *s)
{
	if (is_multiline(s)) {
		strbuf_printf(p->out, "    %s\n", label);
		put_block(p, s);
		return;
	}
	strbuf_printf(p->out, "    %-9s ", label);
	if (s)
		put(p, s, strlen(s));
	else
		strbuf_add(p->out, "(not set)");
	strbuf_addc(p->out, '\n');
}

static void
put_sides(const struct page *p, const struct finding *f)
{
	if (f->change != CHANGE_UNEXPECTED)
		put_side(p, "expected:", f->expected);
	if (f->change != CHANGE_MISSING)
		put_side(p, "found:", f->found);
}

/* The lines that only one of two long texts has. */
static void
put_lines(const struct page *p, const struct lines *l)
{
	strbuf_add(p->out, "    - expected, + found:\n");
	for (size_t i = 0; i < l->n && i < p->max_lines; i++) {
		const struct line *line = &l->v[i];
		bool expected = line->side == LINE_EXPECTED;

		strbuf_add(p->out, "    ");
		paint(p, expected ? RED : GREEN);
		strbuf_printf(p->out, "%c%4zu  ", expected ? '-' : '+', line->number);
		put(p, line->text, line->length);
		paint(p, PLAIN);
		strbuf_addc(p->out, '\n');
	}
	put_left_out(p, l->n > p->max_lines ? l->n - p->max_lines : 0);
}

static void
put_items(const struct page *p, const char *label, const struct strvec *items)
{
	struct strbuf b = {0};

	if (!items->n)
		return;
	strvec_join(items, ", ", &b);
	put_side(p, label, b.s);
	strbuf_free(&b);
}

/* What is lacking of a list, which is hard to see in two long ones. */
static void
put_list_difference(const struct page *p, const struct finding *f)
{
	struct items_difference d;

	items_compare(f->expected, f->found, &d);
	put_items(p, "missing:", &d.missing);
	put_items(p, "unexpected:", &d.unexpected);
	if (d.reordered)
		strbuf_add(p->out, "    in another order\n");
	items_free(&d);
}

static void
put_difference(const struct page *p, const struct finding *f)
{
	struct lines l = {0};

	if (f->expected && f->found &&
		(is_multiline(f->expected) || is_multiline(f->found)))
		lines_compare(f->expected, f->found, &l);
	if (l.n)
		put_lines(p, &l);
	else
		put_sides(p, f);
	if (!l.n && f->expected && f->found && items_is_list(f->property))
		put_list_difference(p, f);
	if (f->missing)
		put_side(p, "missing:", f->missing);
	if (f->unexpected)
		put_side(p, "unexpected:", f->unexpected);
	lines_free(&l);
}

/* The property of an object with nothing to say but that it is there. */
static bool
is_bare(const struct finding *f)
{
	const char *text = f->change == CHANGE_MISSING ? f->expected : f->found;

	return f->change != CHANGE_CHANGED && (!text || !*text);
}

static bool
is_confirmed(const struct page *p, const struct finding *f)
{
	return !p->confirmed || p->confirmed[f - p->first];
}

static void
put_finding(const struct page *p, const struct finding *f, const char *word)
{
	static const enum paint paints[] = {[CHANGE_MISSING] = RED,
		[CHANGE_UNEXPECTED] = GREEN,
		[CHANGE_CHANGED] = YELLOW};

	paint(p, paints[f->change]);
	strbuf_printf(p->out, "%-10s", word);
	paint(p, PLAIN);
	strbuf_printf(p->out, " %s ", kind_info(f->kind)->word);
	if (f->on != KIND_NONE)
		strbuf_printf(p->out, "on %s ", kind_info(f->on)->word);
	paint(p, BOLD);
	put_name(p, f->name);
	paint(p, PLAIN);
	if (f->property) {
		strbuf_add(p->out, ": ");
		put(p, f->property, strlen(f->property));
	}
	strbuf_printf(p->out, " (%s%s)\n", severity_word(f->severity),
		is_confirmed(p, f) ? "" : ", not confirmed yet");
	if (f->renamed) {
		strbuf_printf(p->out, "    looks renamed %s ",
			f->change == CHANGE_MISSING ? "to" : "from");
		put_name(p, f->renamed);
		strbuf_addc(p->out, '\n');
	}
	if (f->note) {
		strbuf_add(p->out, "    note: ");
		put(p, f->note, strlen(f->note));
		strbuf_addc(p->out, '\n');
	}
	if (!is_bare(f))
		put_difference(p, f);
}

/* ---- All of them ---- */

/* A finding, and where it stands among all: what goes with one thing goes together. */
struct place {
	const struct finding *finding;
	size_t number;
};

static enum kind
group_kind(const struct finding *f)
{
	return f->within ? f->within_kind : f->kind;
}

static const char *
group_name(const struct finding *f)
{
	return f->within ? f->within : f->name;
}

static int
compare_groups(const struct finding *a, const struct finding *b)
{
	if (group_kind(a) != group_kind(b))
		return group_kind(a) < group_kind(b) ? -1 : 1;
	return strcmp(group_name(a), group_name(b));
}

static int
by_group(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = compare_groups(x->finding, y->finding);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* With an empty line around those that are more than one. */
static void
put_findings(const struct page *p, const struct diff *d, size_t max)
{
	size_t n = max && max < d->n_findings ? max : d->n_findings, size = 0;
	struct place *places = xcalloc(n + 1, sizeof *places);

	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){&d->findings[i], i};
	qsort(places, n, sizeof *places, by_group);
	for (size_t i = 0; i < n; i++) {
		const struct finding *f = places[i].finding;
		bool first = !i || compare_groups(places[i - 1].finding, f) != 0;
		bool more = i + 1 < n && !compare_groups(f, places[i + 1].finding);

		if (i && first && (more || size > 1))
			strbuf_addc(p->out, '\n');
		size = first ? 1 : size + 1;
		put_finding(p, f, change_word(f->change));
	}
	if (n > 1)
		strbuf_addc(p->out, '\n');
	if (n < d->n_findings)
		strbuf_printf(p->out, "… and %zu more, by max_findings\n\n",
			d->n_findings - n);
	free(places);
}

static void
put_notes(const struct page *p, const struct diff *d)
{
	for (size_t i = 0; i < d->unused_rules.n; i++) {
		strbuf_add(p->out, "note: this ignore rule matched nothing: ");
		put(p, d->unused_rules.v[i], strlen(d->unused_rules.v[i]));
		strbuf_addc(p->out, '\n');
	}
	for (size_t i = 0; i < d->expired_rules.n; i++) {
		strbuf_add(p->out, "note: this ignore rule has expired: ");
		put(p, d->expired_rules.v[i], strlen(d->expired_rules.v[i]));
		strbuf_addc(p->out, '\n');
	}
	if (d->reason) {
		strbuf_add(p->out, "note: ");
		put(p, d->reason, strlen(d->reason));
		strbuf_addc(p->out, '\n');
	}
}

static void
put_total(const struct page *p, const struct diff *d)
{
	strbuf_printf(p->out,
		"%zu finding%s: %zu missing, %zu unexpected, %zu changed; %zu "
		"ignored\n",
		d->n_findings, d->n_findings == 1 ? "" : "s",
		d->n_change[CHANGE_MISSING], d->n_change[CHANGE_UNEXPECTED],
		d->n_change[CHANGE_CHANGED], d->n_ignored);
}

void
diff_text(const struct diff *d, bool color, struct strbuf *out)
{
	diff_text_confirmed(d, NULL, 0, color, out);
}

void
diff_text_confirmed(const struct diff *d, const bool *confirmed, size_t max, bool color,
	struct strbuf *out)
{
	struct page p = {.out = out,
		.color = color,
		.max_lines = d->n_findings > MANY ? MAX_LINES_OF_MANY : MAX_LINES,
		.first = d->findings,
		.confirmed = confirmed};

	if (d->n_findings > 1) {
		summary_text(d, out);
		strbuf_addc(out, '\n');
	}
	put_findings(&p, d, max);
	p.confirmed = NULL;
	for (size_t i = 0; i < d->n_undecided; i++)
		put_finding(&p, &d->undecided[i], "undecided");
	put_notes(&p, d);
	put_total(&p, d);
}

void
diff_summary(const struct diff *d, struct strbuf *out)
{
	const struct page p = {.out = out};

	summary_text(d, out);
	put_notes(&p, d);
	put_total(&p, d);
}
