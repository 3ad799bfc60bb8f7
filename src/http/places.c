/* See places.h. */
#include "http/places.h"

void
places_take(struct places *p)
{
	p->taken++;
}

void
places_leave(struct places *p)
{
	p->taken--;
	p->left(p->arg);
}

bool
places_are_free(const struct places *p, unsigned by_this_door)
{
	unsigned share = p->doors ? p->max / p->doors : p->max;

	return p->taken < p->max && by_this_door < (share ? share : 1);
}
