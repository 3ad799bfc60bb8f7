/* What a `receiver` block has to hold beyond single values. */
#ifndef CONF_RECEIVER_H
#define CONF_RECEIVER_H

#include "conf/check.h"

/* NULL, or why a receiver cannot be reached by that URL, or below it where it is a
 * base, and what to do: a sentence that repeats nothing of it, as it may be a secret.
 * Static.
 */
const char *receiver_url_wrong(const char *url, bool is_base);

/* True of the word of a state. */
bool receiver_is_state(const char *word);
/* Add what is wrong with the receivers of a configuration to `errors`. */
void receivers_check(const struct check *c, struct conf_errors *errors);

#endif
