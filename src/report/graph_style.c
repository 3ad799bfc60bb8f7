/* Plain values, no custom properties: what shows a picture in a wiki, or makes a
 * smaller one of it, knows little of CSS. */
#include "report/graph_style.h"

#include "base/mem.h"
#include "report/appearance.h"

struct ink {
	const char *light, *dark;
};

static const struct ink ground = {"ffffff", "1a2029"}, text = {"1c2330", "e3e7ee"},
			soft = {"5b6474", "98a2b3"}, link = {"1a56b0", "82b1ff"},
			bad = {"c02634", "ff7b86"}, warn = {"9a5b00", "e8b44a"};

/* What holds whatever the colours. */
static const char plain_style[] =
	".graph{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}"
	".graph path{fill:none;stroke-width:1.6}"
	".graph .depends{stroke-dasharray:1 5;stroke-width:2.2;stroke-linecap:round}"
	".graph circle,.graph .fold{stroke-width:2}"
	".graph .nofile circle{stroke-dasharray:2 2}"
	".graph .id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"
	"'DejaVu Sans Mono',monospace}"
	".graph .head .id,.graph .label,.graph .warning,.graph .box text"
	"{font-weight:600}"
	".graph .role{font-weight:600;font-size:11px}"
	".graph .selected circle{stroke-width:4}"
	".graph .selected .id{text-decoration:underline}"
	".graph .box text{font-size:12px}"
	".graph a:hover text,.graph a:focus text{text-decoration:underline}";

/* Later ones win over those before. */
static const struct {
	const char *selector, *property;
	const struct ink *ink;
} inks[] = {
	{".ground", "fill", &ground},
	{"text", "fill", &text},
	{"path", "stroke", &soft},
	{".climbs", "stroke", &bad},
	{"circle,.graph .fold", "stroke", &link},
	{"circle,.graph .fold,.graph .box rect", "fill", &ground},
	{".head circle", "fill", &link},
	{".id", "fill", &link},
	{".label", "fill", &text},
	{".date,.graph .note,.graph .role", "fill", &soft},
	{".waits", "fill", &warn},
	{".archived text,.graph .archived tspan,.graph .nofile tspan", "fill", &soft},
	{".archived circle,.graph .archived .fold,.graph .nofile circle", "stroke",
		&soft},
	{".archived circle", "fill", &ground},
	{".problem circle", "stroke", &bad},
	{".problem.head circle", "fill", &bad},
	{".problem .id,.graph .warning,.graph .loose", "fill", &bad},
	{".destructive", "fill", &warn},
};

static void
add_inks(struct strbuf *out, bool dark)
{
	for (size_t i = 0; i < COUNT_OF(inks); i++)
		strbuf_printf(out, ".graph %s{%s:#%s}", inks[i].selector,
			inks[i].property,
			dark ? inks[i].ink->dark : inks[i].ink->light);
	for (int s = 0; s < STATE_COUNT; s++) {
		const struct appearance *a = appearance_of((enum state)s);
		const char *colour = dark ? a->dark : a->colour;

		strbuf_printf(out,
			".graph .%s rect{stroke:#%s}.graph .%s text{fill:#%s}",
			a->style, colour, a->style, colour);
	}
}

void
graph_style(struct strbuf *out)
{
	strbuf_add(out, plain_style);
	add_inks(out, false);
	strbuf_add(out, "@media(prefers-color-scheme:dark){");
	add_inks(out, true);
	strbuf_addc(out, '}');
}
