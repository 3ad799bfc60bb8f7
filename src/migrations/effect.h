/* What an upgrade() does to what is there already, as far as its file says it. */
#ifndef MIGRATIONS_EFFECT_H
#define MIGRATIONS_EFFECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "catalog/kinds.h"

enum effect_kind {
	EFFECT_DROP_TABLE,
	EFFECT_DROP_COLUMN,
	EFFECT_DROP_SCHEMA,
	EFFECT_DROP_FOREIGN_TABLE,
	EFFECT_DROP_MATERIALIZED_VIEW,
	EFFECT_DROP_VIEW,
	EFFECT_DROP_SEQUENCE,
	EFFECT_DROP_TYPE,
	EFFECT_DROP_DOMAIN,
	EFFECT_DROP_FUNCTION,
	EFFECT_DROP_PROCEDURE,
	EFFECT_DROP_EXTENSION,
	EFFECT_DROP_INDEX,
	EFFECT_DROP_CONSTRAINT,
	EFFECT_DROP_TRIGGER,
	EFFECT_DROP_POLICY,
	EFFECT_TRUNCATE,
	EFFECT_DELETE,
	EFFECT_UPDATE, /* without WHERE */
	EFFECT_KIND_COUNT
};

/* Names as the server would fold them; NULL where none is given. */
struct effect {
	enum effect_kind kind;
	bool creates;   /* the object is made, not dropped: what is dropped later was
			 * not there before */
	bool computed;  /* its name cannot be read */
	bool every_row; /* delete and update: no WHERE */
	char *schema;   /* NULL: found by search_path */
	char *name;     /* of the table or other object; of a part its table */
	char *part;     /* column, constraint, trigger, policy */
	unsigned line;
};

struct effects {
	struct effect *v;
	size_t n, cap;
};

/* What is known of an effect by its kind. */
struct effect_info {
	const char *word; /* "drop_table" */
	const char *noun; /* "table" */
	enum kind kind;   /* of the catalog; KIND_NONE: no kind of it */
	bool counts;      /* something that was there is gone; else only where an ignore
			   * rule covers it */
	bool is_code;     /* it holds no data: made again, nothing was lost */
};
const struct effect_info *effect_info(enum effect_kind kind);

/* Takes over the strings of `e`. */
void effects_add(struct effects *l, struct effect e);
void effects_free(struct effects *l);
void effect_free(struct effect *e); /* its strings */
/* True if what the i-th of them is about was there before, and is gone afterwards, or
 * another in each row: neither made before it, nor code that is made again. */
bool effects_destroys(const struct effects *l, size_t i);
/* Append "public.orders.note", quoted as quote_ident() would. */
void effect_name(struct strbuf *out, const struct effect *e);

#endif
