/* Any bytes as a version file: no crash, no hang, and every answer complete. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pyfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_field(const struct pyfield *f)
{
	bool given_up = f->state == PYFIELD_WRONG || f->state == PYFIELD_UNREADABLE;

	if (given_up != (f->why != NULL) || (f->items.n && f->state != PYFIELD_READ) ||
		(f->state != PYFIELD_ABSENT && !f->line) ||
		(f->state == PYFIELD_READ && f->none != !f->items.n))
		abort();
}

static void
check_effect(const struct effect *e)
{
	bool named = e->schema || e->name || e->part;

	if (!e->line || (size_t)e->kind >= EFFECT_KIND_COUNT || e->computed == named)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Exactly as long as the input: a read behind its end is seen. */
	char *bytes = xmalloc(size ? size : 1);
	struct pyfile f;

	if (size)
		memcpy(bytes, data, size);
	pyfile_read(bytes, size, &f);
	for (size_t i = 0; i < PYNAME_COUNT; i++)
		check_field(&f.fields[i]);
	for (size_t i = 0; i < f.ops.effects.n; i++)
		check_effect(&f.ops.effects.v[i]);
	if ((f.refused != NULL) != (f.refused_line != 0))
		abort();
	pyfile_free(&f);
	free(bytes);
	return 0;
}
