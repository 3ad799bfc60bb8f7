/* What happens again and again, and is not told each time. */
#ifndef BASE_RATION_H
#define BASE_RATION_H

#include <stdbool.h>
#include <stdint.h>

/* Ten are told in an hour, and then one an hour.  Zeroed: none was. */
struct ration {
	unsigned n;
	int64_t since_ms;
};

/* True if one more may be told. */
bool ration_take(struct ration *r, int64_t now_ms);
/* True if the one that was just taken was the last for this hour. */
bool ration_is_used_up(const struct ration *r);

#endif
