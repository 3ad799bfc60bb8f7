/* See choice.h.  All that is chosen stands in the address, so that whoever is given it
 * sees the same. */
#include "page/choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"
#include "conf/labels.h"
#include "page/parts.h"
#include "report/appearance.h"

enum { OFFERED = 100 }; /* values of a field */

enum field { TEXT, STATE, MIGRATIONS, SERVER, LABEL, ENVIRONMENT, FIELDS };

static const struct {
	const char *key, *word;
} fields[FIELDS] = {
	[TEXT] = {"q", "with"},
	[STATE] = {"state", "state"},
	[MIGRATIONS] = {"migrations", "migrations"},
	[SERVER] = {"server", "server"},
	[LABEL] = {"label", "label"},
	[ENVIRONMENT] = {"environment", "name"},
};

static const struct strvec *
chosen(const struct choice *c, enum field f)
{
	static const struct strvec none;
	const struct status_filter *s = c->filter;
	const struct strvec *list = NULL;

	switch (f) {
	case TEXT:
		list = s->texts;
		break;
	case STATE:
		list = s->states;
		break;
	case MIGRATIONS:
		list = s->migrations;
		break;
	case SERVER:
		list = s->servers;
		break;
	case LABEL:
		list = s->labels;
		break;
	default:
		list = s->environments;
		break;
	}
	return list ? list : &none;
}

/* ---- Addresses ---- */

struct address {
	struct strbuf *out;
	size_t n;
};

static void
add_pair(struct address *a, const char *key, const char *value)
{
	strbuf_printf(a->out, "%s%s=", a->n++ ? "&amp;" : "?", key);
	text_url(a->out, value);
}

/* True if both are of one label. */
static bool
same_label(const char *a, const char *b)
{
	size_t n = label_length(a);

	return n == label_length(b) && !strncmp(a, b, n);
}

static bool
is_left_out(const struct choice_change *change, const char *key, const char *value)
{
	if (!change->key || strcmp(change->key, key) != 0)
		return false;
	if (change->without)
		return !strcmp(change->without, value);
	return !change->with || strcmp(key, fields[LABEL].key) != 0 ||
	       same_label(change->with, value);
}

static void
add_kept(struct address *a, const struct choice_change *change, const char *key,
	const char *value)
{
	if (!is_left_out(change, key, value))
		add_pair(a, key, value);
}

static void
add_groups(
	struct address *a, const struct choice *c, const struct choice_change *change)
{
	const char *label = c->groups ? c->groups->label : NULL;
	char *value;

	if (!c->groups || change->one_by_one)
		return;
	value = label ? xasprintf("label:%s", label) : xstrdup("fingerprint");
	add_kept(a, change, "group", value);
	free(value);
}

void
choice_href(const struct page *page, const struct choice *c,
	const struct choice_change *change, struct strbuf *out)
{
	struct address a = {.out = out};

	strbuf_printf(out, " href=\"%s", page->root);
	for (int f = 0; f < FIELDS; f++) {
		const struct strvec *list = chosen(c, (enum field)f);

		for (size_t i = 0; i < list->n; i++)
			add_kept(&a, change, fields[f].key, list->v[i]);
	}
	add_groups(&a, c, change);
	if (c->rows != CHOICE_ROWS) {
		char rows[24];

		snprintf(rows, sizeof rows, "%zu", c->rows);
		add_kept(&a, change, "limit", rows);
	}
	if (change->key && change->with)
		add_pair(&a, change->key, change->with);
	strbuf_addc(out, '"');
}

/* ---- What there is to choose ---- */

struct offers {
	struct strvec labels, label_names, servers;
};

/* One of the lists while it is made. */
struct offering {
	struct strvec *list;
	struct strmap *seen;
	struct strbuf text; /* the value that is looked at */
};

static struct offering
offering_begin(struct strvec *list)
{
	return (struct offering){list, strmap_new(), {0}};
}

/* Each once, no more than are offered, and none that is another than it looks. */
static void
offer(struct offering *o, const char *value, size_t n)
{
	char *shown;

	if (o->list->n == OFFERED)
		return;
	strbuf_clear(&o->text);
	strbuf_addn(&o->text, value, n);
	if (strmap_has(o->seen, o->text.s))
		return;
	strmap_put(o->seen, o->text.s, o->list);
	shown = text_line(o->text.s, 0);
	if (!strcmp(o->text.s, shown))
		strvec_add(o->list, shown);
	free(shown);
}

static void
offering_end(struct offering *o)
{
	strvec_sort(o->list);
	strmap_free(o->seen);
	strbuf_free(&o->text);
}

static void
offers_make(const struct published *p, struct offers *o)
{
	struct offering labels = offering_begin(&o->labels),
			names = offering_begin(&o->label_names),
			servers = offering_begin(&o->servers);

	for (size_t i = 0; i < p->n_environments; i++) {
		const struct published_environment *e = p->environments[i];

		for (size_t k = 0; k < e->labels.n; k++) {
			const char *label = e->labels.v[k];

			offer(&names, label, label_length(label));
			offer(&labels, label, strlen(label));
		}
		if (e->address)
			offer(&servers, e->address, strlen(e->address));
	}
	offering_end(&labels);
	offering_end(&names);
	offering_end(&servers);
}

static void
offers_free(struct offers *o)
{
	strvec_free(&o->labels);
	strvec_free(&o->label_names);
	strvec_free(&o->servers);
}

/* ---- The form ---- */

/* ` value="…"`: what is sent again stays as it is. */
static void
value_of(struct strbuf *out, const char *s)
{
	strbuf_add(out, " value=\"");
	for (; *s; s++)
		switch (*s) {
		case '&':
			strbuf_add(out, "&amp;");
			break;
		case '"':
			strbuf_add(out, "&quot;");
			break;
		case '<':
			strbuf_add(out, "&lt;");
			break;
		default:
			strbuf_addc(out, *s);
		}
	strbuf_addc(out, '"');
}

static void
hidden(struct strbuf *out, const char *key, const char *value)
{
	strbuf_printf(out, "<input type=\"hidden\" name=\"%s\"", key);
	value_of(out, value);
	strbuf_add(out, ">");
}

/* What has no field of its own: all of them, or those behind the first. */
static void
hidden_rest(struct strbuf *out, const struct choice *c, enum field f, size_t from)
{
	const struct strvec *list = chosen(c, f);

	for (size_t i = from; i < list->n; i++)
		hidden(out, fields[f].key, list->v[i]);
}

static const char *
first(const struct choice *c, enum field f)
{
	const struct strvec *list = chosen(c, f);

	return list->n ? list->v[0] : NULL;
}

static void
state_boxes(const struct choice *c, const struct status_count *all, struct strbuf *out)
{
	const struct strvec *states = chosen(c, STATE);

	strbuf_add(out, "<fieldset><legend>State</legend>");
	for (int s = 0; s < STATE_COUNT; s++) {
		const char *word = state_word((enum state)s);
		bool on = strvec_has(states, word);

		if (!all->of[s] && !on)
			continue;
		strbuf_printf(out,
			"<label class=\"box %s\"><input type=\"checkbox\" "
			"name=\"state\" id=\"state-%s\" value=\"%s\"%s> ",
			appearance_of((enum state)s)->style, word, word,
			on ? " checked" : "");
		page_words(out, word);
		strbuf_add(out, " <span class=\"soft\">");
		page_number(out, all->of[s]);
		strbuf_add(out, "</span></label>");
	}
	strbuf_add(out, "</fieldset>\n");
}

static void
option(struct strbuf *out, const char *value, const char *text, bool on)
{
	strbuf_add(out, "<option");
	value_of(out, value);
	strbuf_printf(out, "%s>", on ? " selected" : "");
	page_name(out, text, 80);
	strbuf_add(out, "</option>");
}

static void
label_option(struct strbuf *out, const char *name, bool on)
{
	char *value = xasprintf("label:%s", name), *text = xasprintf("label %s", name);

	option(out, value, text, on);
	free(value);
	free(text);
}

/* What is chosen is among them, whether it is offered or not. */
static void
group_select(const struct choice *c, const struct offers *o, struct strbuf *out)
{
	const char *label = c->groups ? c->groups->label : NULL;

	strbuf_add(out, "<label>Group by <select name=\"group\" id=\"group\">");
	option(out, "", "nothing", false);
	option(out, "fingerprint", "catalog", c->groups && !label);
	for (size_t i = 0; i < o->label_names.n; i++)
		label_option(out, o->label_names.v[i],
			label && !strcmp(label, o->label_names.v[i]));
	if (label && !strvec_has(&o->label_names, label))
		label_option(out, label, true);
	strbuf_add(out, "</select></label>\n");
}

static void
migrations_select(const struct page *page, const struct choice *c, struct strbuf *out)
{
	const struct published *p = page->published;
	const char *on = first(c, MIGRATIONS);

	hidden_rest(out, c, MIGRATIONS, p->n_migrations ? 1 : 0);
	if (!p->n_migrations)
		return;
	strbuf_add(out, "<label>Migrations <select name=\"migrations\" "
			"id=\"of-migrations\">");
	option(out, "", "any", false);
	for (size_t i = 0; i < p->n_migrations; i++)
		option(out, p->migrations[i].name, p->migrations[i].name,
			on && !strcmp(on, p->migrations[i].name));
	strbuf_add(out, "</select></label>\n");
}

/* A text for which values are offered; where there are none, what is chosen stays. */
static void
offered_field(const struct choice *c, enum field f, const char *title,
	const struct strvec *values, struct strbuf *out)
{
	const char *key = fields[f].key, *on = first(c, f);

	hidden_rest(out, c, f, values->n ? 1 : 0);
	if (!values->n)
		return;
	strbuf_printf(out,
		"<label>%s <input name=\"%s\" id=\"of-%s\" list=\"%ss\" "
		"autocomplete=\"off\"",
		title, key, key, key);
	value_of(out, on ? on : "");
	strbuf_printf(out, "></label><datalist id=\"%ss\">", key);
	for (size_t i = 0; i < values->n; i++) {
		strbuf_add(out, "<option");
		value_of(out, values->v[i]);
		strbuf_add(out, "></option>");
	}
	strbuf_add(out, "</datalist>\n");
}

void
choice_form(const struct page *page, const struct choice *c,
	const struct status_count *all, struct strbuf *out)
{
	struct offers o = {0};
	const char *text = first(c, TEXT);

	offers_make(page->published, &o);
	strbuf_printf(out,
		"<form id=\"filter\" class=\"filter\" method=\"get\" action=\"%s\" "
		"role=\"search\" aria-label=\"Environments\" data-live>\n"
		"<label>Search <input type=\"search\" name=\"q\" id=\"q\" "
		"autocomplete=\"off\"",
		page->root);
	value_of(out, text ? text : "");
	strbuf_add(out, "></label>\n");
	state_boxes(c, all, out);
	group_select(c, &o, out);
	migrations_select(page, c, out);
	offered_field(c, SERVER, "Server", &o.servers, out);
	offered_field(c, LABEL, "Label", &o.labels, out);
	hidden_rest(out, c, TEXT, 1);
	hidden_rest(out, c, ENVIRONMENT, 0);
	if (c->rows != CHOICE_ROWS)
		strbuf_printf(out,
			"<input type=\"hidden\" name=\"limit\" value=\"%zu\">",
			c->rows);
	strbuf_add(out, "<button>Show</button>\n</form>\n");
	offers_free(&o);
}

/* ---- What is chosen ---- */

static void
active(const struct page *page, const struct choice *c, enum field f, const char *value,
	struct strbuf *out)
{
	const struct choice_change change = {fields[f].key, value, NULL, false};

	strbuf_add(out, "<li><a class=\"chip\"");
	choice_href(page, c, &change, out);
	strbuf_printf(
		out, "><span class=\"unseen\">Without </span>%s ", fields[f].word);
	if (f == STATE)
		page_words(out, value);
	else
		page_code(out, value, 80);
	strbuf_add(out, " <span aria-hidden=\"true\">×</span></a></li>");
}

void
choice_active(const struct page *page, const struct choice *c, struct strbuf *out)
{
	if (!status_is_filter(c->filter))
		return;
	strbuf_add(out, "<ul class=\"active\" id=\"active\" aria-label=\"Filters\">");
	for (int f = 0; f < FIELDS; f++) {
		const struct strvec *list = chosen(c, (enum field)f);

		for (size_t i = 0; i < list->n; i++)
			active(page, c, (enum field)f, list->v[i], out);
	}
	strbuf_printf(out, "<li><a href=\"%s\">Show all</a></li></ul>\n", page->root);
}
