/* The families of the environments are columns of a mosaic, the same in both formats;
 * their heads are pieces that never change, and what is of the process is written anew.
 */
#include "http/scrape.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http/mosaic.h"

/* Enough to compress well, few enough not to render much for one. */
enum { TOGETHER = 64, FORMATS = 2 };

struct scrape {
	struct held *held;
	struct mosaic *samples;
	struct piece **heads[FORMATS]; /* of each family */
};

static void
render(size_t column, size_t place, const struct published_environment *e,
	struct strbuf *out)
{
	(void)place;
	metrics_samples(column, e, out);
}

static struct piece **
make_heads(bool openmetrics)
{
	struct piece **heads = xcalloc(metrics_families(), sizeof(struct piece *));
	struct strbuf text = {0};

	for (size_t f = 0; f < metrics_families(); f++) {
		strbuf_clear(&text);
		metrics_head(f, openmetrics, &text);
		heads[f] = piece_new(NULL, text.s, text.len);
	}
	strbuf_free(&text);
	return heads;
}

struct scrape *
scrape_new(struct held *held)
{
	const struct mosaic_options o = {metrics_families(), TOGETHER, render, held};
	struct scrape *s = xcalloc(1, sizeof *s);

	s->held = held;
	s->samples = mosaic_new(&o);
	for (int i = 0; i < FORMATS; i++)
		s->heads[i] = make_heads(i);
	return s;
}

void
scrape_free(struct scrape *s)
{
	if (!s)
		return;
	for (int i = 0; i < FORMATS; i++) {
		for (size_t f = 0; f < metrics_families(); f++)
			piece_unref(s->heads[i][f]);
		free(s->heads[i]);
	}
	mosaic_free(s->samples);
	free(s);
}

void
scrape_write(struct scrape *s, const struct published *p, const struct metrics_extra *x,
	bool openmetrics, struct rope *out)
{
	struct strbuf text = {0};

	mosaic_update(s->samples, p);
	for (size_t f = 0; f < metrics_families(); f++) {
		if (!mosaic_has(s->samples, f))
			continue;
		rope_share(out, s->heads[openmetrics][f]);
		mosaic_column(s->samples, f, out);
	}
	metrics_whole(p, x, openmetrics, &text);
	rope_take(out, piece_new(s->held, text.s, text.len));
	strbuf_free(&text);
}
