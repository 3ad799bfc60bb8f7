/* Each environment's part is rendered when it is another.  The whole is sent as the
 * pieces that it is kept in; what a filter or a limit leaves is copied together. */
#include "http/overview.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "http/mosaic.h"

/* A piece is about as long as what deflate looks back at. */
enum { TOGETHER = 16 };

struct overview {
	struct held *held;
	struct mosaic *members;
};

static void
render(size_t column, size_t place, const struct published_environment *e,
	struct strbuf *out)
{
	cJSON *o = status_member(e);
	char *text = json_print(o);

	(void)column;
	if (place)
		strbuf_addc(out, ',');
	strbuf_add(out, text);
	free(text);
	cJSON_Delete(o);
}

struct overview *
overview_new(struct held *held)
{
	const struct mosaic_options o = {1, TOGETHER, render, held};
	struct overview *v = xcalloc(1, sizeof *v);

	v->held = held;
	v->members = mosaic_new(&o);
	return v;
}

void
overview_free(struct overview *v)
{
	if (!v)
		return;
	mosaic_free(v->members);
	free(v);
}

/* All up to the first environment. */
static void
add_head(const struct published *p, const struct status_count *c,
	const struct overview_wish *w, struct strbuf *out)
{
	cJSON *o = status_head(p, c);
	char *text;

	json_add_str(o, "external_url", w->external->url);
	status_receivers(o, w->receiving, w->n_receiving);
	text = json_print(o);
	strbuf_addn(out, text, strlen(text) - 1);
	strbuf_add(out, ",\"environments\":[");
	free(text);
	cJSON_Delete(o);
}

/* The same request for what comes behind `last`. */
static char *
next_path(const struct target *t, const char *last)
{
	struct strbuf b = {0};

	strbuf_add(&b, "/status?");
	for (size_t i = 0; i < t->keys.n; i++) {
		if (!strcmp(t->keys.v[i], "after"))
			continue;
		text_url(&b, t->keys.v[i]);
		strbuf_addc(&b, '=');
		text_url(&b, t->values.v[i]);
		strbuf_addc(&b, '&');
	}
	strbuf_add(&b, "after=");
	text_url(&b, last);
	return strbuf_take(&b);
}

/* A header is read by clients that hold it against the address they asked (RFC 8288);
 * links within a document are paths of the daemon, wherever it is reached.  What is
 * encoded needs no quoting in JSON either. */
static void
add_next(const struct overview_wish *w, const char *last, struct answer *out)
{
	const char *base = w->external->path ? w->external->path : "";
	char *next = last ? next_path(w->target, last) : NULL, *link;

	if (!next) {
		strbuf_add(&out->body, ",\"links\":{\"next\":null}");
		return;
	}
	strbuf_printf(&out->body, ",\"links\":{\"next\":\"%s\"}", next);
	link = xasprintf("<%s%s>; rel=\"next\"", base, next);
	answer_header(out, "Link", link);
	free(link);
	free(next);
}

static void
add_member(const struct overview *v, size_t place, bool first, struct strbuf *out)
{
	size_t n;
	const char *text = mosaic_text(v->members, 0, place, &n);
	size_t comma = *text == ',';

	if (!first)
		strbuf_addc(out, ',');
	strbuf_addn(out, text + comma, n - comma);
}

static void
write_some(const struct overview *v, const struct published *p,
	const struct overview_wish *wish, struct answer *out)
{
	const char *last = NULL;
	size_t n = 0, place = wish->from;

	for (; place < p->n_environments; place++) {
		const struct published_environment *e = p->environments[place];

		if (!status_wants(&wish->filter, e))
			continue;
		if (wish->limit && n == wish->limit)
			break;
		add_member(v, place, !n++, &out->body);
		last = e->name;
	}
	strbuf_addc(&out->body, ']');
	if (wish->limit)
		add_next(wish, place < p->n_environments ? last : NULL, out);
	strbuf_add(&out->body, "}\n");
}

static void
take_text(const struct overview *v, struct strbuf *text, struct rope *out)
{
	rope_take(out, piece_new(v->held, text->s, text->len));
	strbuf_clear(text);
}

static void
write_all(const struct overview *v, struct answer *out)
{
	take_text(v, &out->body, &out->pieces);
	mosaic_column(v->members, 0, &out->pieces);
	strbuf_add(&out->body, "]}\n");
	take_text(v, &out->body, &out->pieces);
	strbuf_free(&out->body);
}

void
overview_write(struct overview *v, const struct published *p,
	const struct overview_wish *wish, struct answer *out)
{
	struct status_count count = {.some = status_is_filter(&wish->filter)};

	mosaic_update(v->members, p);
	for (size_t i = 0; i < p->n_environments; i++)
		if (status_wants(&wish->filter, p->environments[i]))
			status_count(&count, p->environments[i]);
	answer_text(out, 200, "");
	out->type = answer_type_json;
	add_head(p, &count, wish, &out->body);
	if (count.n == p->n_environments && !wish->from && !wish->limit)
		write_all(v, out);
	else
		write_some(v, p, wish, out);
}
