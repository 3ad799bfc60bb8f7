/* Which characters nobody sees, or takes for others.  Pure. */
#ifndef BASE_UNSEEN_H
#define BASE_UNSEEN_H

#include <stdbool.h>
#include <stdint.h>

/* True of a control, a line separator, a mark that turns the direction of writing, what
 * has no width, a blank that is not the usual one, and what is no character or one by
 * private agreement only. */
bool unseen_is(uint32_t code);
/* True of a mark that is drawn over the character before it, in any script. */
bool unseen_is_mark(uint32_t code);

#endif
