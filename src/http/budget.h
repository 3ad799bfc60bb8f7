/* How much time may be spent on guesses, of each client and of all of them.  Pure. */
#ifndef HTTP_BUDGET_H
#define HTTP_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct budget;

struct budget *budget_new(void);
void budget_free(struct budget *b);
/* True if there is some left for that client; else `*retry_s` is when there will be. */
bool budget_is_open(struct budget *b, const char *client, int64_t now_ms, int *retry_s);
/* So much was spent, which may be more than was left. */
void budget_spend(struct budget *b, const char *client, int64_t ms, int64_t now_ms);

#endif
