/* The entries of a ledger; of its own files only. */
#ifndef RECEIVERS_ENTRY_H
#define RECEIVERS_ENTRY_H

#include "receivers/ledger.h"

/* That of an environment, which is made if there is none. */
struct ledger_entry *entry_of(struct ledger *l, const char *environment);
/* It is not as it is stored. */
void entry_mark(struct ledger *l, struct ledger_entry *e);
/* The one place where anything moves; takes over `n`, and returns what was there. */
struct notice *entry_exchange(struct ledger *l, struct ledger_entry *e,
	enum ledger_place place, struct notice *n);
/* The same, and it is to be stored: what was there is freed, */
void entry_put(struct ledger *l, struct ledger_entry *e, enum ledger_place place,
	struct notice *n);
/* or is the caller's. */
struct notice *
entry_take(struct ledger *l, struct ledger_entry *e, enum ledger_place place);

#endif
