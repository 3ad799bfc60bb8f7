/* Confirmation: a finding is said once it was seen often enough in a row, and what
 * "the same finding" is. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "verdict/verdict.h"

_Static_assert(sizeof((struct confirmation *)0)->key == HASH_HEX_LEN,
	"a confirmation's key holds a hash");

/* With the terminating '\0', so that no two lists of texts run into one another;
 * a missing text is not an empty one. */
static void
add_text(struct hash *h, const char *s)
{
	hash_add(h, s ? "+" : "-", 1);
	if (s)
		hash_add(h, s, strlen(s) + 1);
}

static void
add_number(struct hash *h, size_t n)
{
	hash_add(h, &n, sizeof n);
}

static void
add_finding(struct hash *h, const struct finding *f)
{
	add_number(h, f->kind);
	add_number(h, f->on);
	add_number(h, f->change);
	add_text(h, f->name);
	add_text(h, f->property);
	add_text(h, f->expected);
	add_text(h, f->found);
}

void
verdict_key(const struct verdict_input *in, char *key)
{
	const struct strvec *recorded = in->judgement ? &in->judgement->recorded : NULL;
	struct hash *h = hash_new();

	add_number(h, in->revision);
	add_number(h, in->schema);
	add_number(h, recorded ? recorded->n : 0);
	for (size_t i = 0; recorded && i < recorded->n; i++)
		add_text(h, recorded->v[i]);
	for (size_t i = 0; in->diff && i < in->diff->n_findings; i++)
		add_finding(h, &in->diff->findings[i]);
	hash_finish(h, key);
}

bool
confirmation_step(struct confirmation *c, const char *key, unsigned confirm)
{
	if (!c->seen || strcmp(c->key, key) != 0) {
		c->seen = 0;
		snprintf(c->key, sizeof c->key, "%s", key);
	}
	if (c->seen < confirm || !c->seen)
		c->seen++;
	return c->seen >= confirm;
}

void
confirmation_reset(struct confirmation *c)
{
	*c = (struct confirmation){0};
}
