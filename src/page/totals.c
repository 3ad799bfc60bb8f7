/* See totals.h.  The numbers say in words what the bar shows, so only one of the two is
 * there for those who do not see it, or who go by keys. */
#include "page/totals.h"

#include "page/parts.h"
#include "report/appearance.h"

enum { WIDTH = 1000, NARROWEST = 6, HEIGHT = 10 };

static void
link_to(const struct page *page, const struct choice *c, enum state s,
	struct strbuf *out)
{
	const struct choice_change change = {"state", NULL, state_word(s), false};

	choice_href(page, c, &change, out);
}

/* How wide each is: none so narrow that it is not seen, all of them the whole. */
static void
widths(const struct status_count *all, unsigned out[STATE_COUNT])
{
	unsigned sum = 0, widest = 0;

	for (unsigned s = 0; s < STATE_COUNT; s++) {
		out[s] = all->of[s] ? (unsigned)(all->of[s] * WIDTH / all->n) : 0;
		if (all->of[s] && out[s] < NARROWEST)
			out[s] = NARROWEST;
		sum += out[s];
		if (out[s] > out[widest])
			widest = s;
	}
	out[widest] = out[widest] + WIDTH - sum;
}

static void
bar(const struct page *page, const struct choice *c, const struct status_count *all,
	struct strbuf *out)
{
	unsigned width[STATE_COUNT], x = 0;

	widths(all, width);
	strbuf_printf(out,
		"<svg class=\"bar\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
		"aria-hidden=\"true\">",
		WIDTH, HEIGHT);
	for (int s = 0; s < STATE_COUNT; s++) {
		if (!width[s])
			continue;
		strbuf_add(out, "<a tabindex=\"-1\"");
		link_to(page, c, (enum state)s, out);
		strbuf_add(out, "><title>");
		page_number(out, all->of[s]);
		strbuf_addc(out, ' ');
		page_words(out, state_word((enum state)s));
		strbuf_printf(out,
			"</title><rect class=\"%s\" x=\"%u\" width=\"%u\" "
			"height=\"%d\"/></a>",
			appearance_of((enum state)s)->style, x, width[s], HEIGHT);
		x += width[s];
	}
	strbuf_add(out, "</svg>\n");
}

void
totals_write(const struct page *page, const struct choice *c,
	const struct status_count *all, struct strbuf *out)
{
	if (!all->n)
		return;
	bar(page, c, all, out);
	strbuf_add(out, "<ul class=\"sum\" aria-label=\"States\">");
	for (int s = 0; s < STATE_COUNT; s++) {
		const struct appearance *look = appearance_of((enum state)s);

		if (!all->of[s])
			continue;
		strbuf_printf(out, "<li class=\"%s\"><a", look->style);
		link_to(page, c, (enum state)s, out);
		strbuf_printf(out, "><i aria-hidden=\"true\">%s</i> ", look->sign);
		page_number(out, all->of[s]);
		strbuf_addc(out, ' ');
		page_words(out, state_word((enum state)s));
		strbuf_add(out, "</a></li>");
	}
	strbuf_add(out, "</ul>\n");
}
