/* What names of a module are bound to, as far as it is certain without running it. */
#ifndef MIGRATIONS_ALEMBIC_PYVALUE_H
#define MIGRATIONS_ALEMBIC_PYVALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strmap.h"

enum pyvalue_kind {
	PYVALUE_NONE,
	PYVALUE_TEXT,
	PYVALUE_SEQUENCE, /* tuple, list or set */
	PYVALUE_OTHER,    /* a constant of another type */
	PYVALUE_UNKNOWN   /* only running the module could tell */
};

/* Shared by all names that are bound to the same object, so that a change of a list
 * through one name is seen through the others. */
struct pytoken;

/* A table that a value stands for: a Table, or what batch_alter_table() gives. */
struct pytable {
	const char *schema; /* NULL: none is given */
	const char *name;   /* NULL: computed */
	bool batch;
};

struct pyvalue {
	enum pyvalue_kind kind;
	const char *text;       /* PYVALUE_TEXT */
	struct pyvalue **items; /* PYVALUE_SEQUENCE */
	size_t n_items;
	bool unordered;  /* a set */
	bool unsure;     /* it, or something in it, is PYVALUE_UNKNOWN */
	const char *why; /* PYVALUE_UNKNOWN: "bound by an import" */
	bool conflict;   /* PYVALUE_UNKNOWN: because a merge or a template is unfinished
			  */
	/* PYVALUE_UNKNOWN: the expression that gave it, and the table that it stands
	 * for; or NULL. */
	const struct pytoken *from, *to;
	const struct pytable *table;
};

struct pyvalue *pyvalue_new(struct arena *a, enum pyvalue_kind kind);
struct pyvalue *pyvalue_text(struct arena *a, const char *text);
struct pyvalue *pyvalue_unknown(struct arena *a, const char *why);
/* Certain, and certainly the same. */
bool pyvalue_equal(const struct pyvalue *a, const struct pyvalue *b);
/* Forget what it was; everybody who shares it forgets too. */
void pyvalue_spoil(struct pyvalue *v, const char *why);

/* ---- Names ---- */

struct pybinding {
	struct pyvalue *value; /* NULL: not bound */
	unsigned line;
	unsigned serial; /* which act of binding: another one, another number */
};

/* One state of the names.  Branches of the module work on copies. */
struct pyenv {
	struct pybinding *v; /* by slot */
	size_t n;
	bool dead;      /* this point is never reached */
	bool may_raise; /* something ran that could have ended in an exception */
};

/* The names of a module, each with a slot. */
struct pynames {
	struct arena *arena;
	struct strmap *slots;
	size_t n, cap;
	struct pytouch {
		unsigned serial, line;
	} * touched;     /* by slot: when a name was bound last, on any way */
	unsigned serial; /* of the last act of binding */
	size_t work;     /* bindings that were copied for branches */
	unsigned loops;  /* enclosing loops: nothing bound in one is certain */
};

void pynames_init(struct pynames *names, struct arena *a);
void pynames_fini(struct pynames *names);

/* NULL where the name is not bound. */
const struct pybinding *
pyenv_get(const struct pyenv *e, const struct pynames *names, const char *name);
/* `value` NULL: unbind. */
void pyenv_bind(struct pyenv *e, struct pynames *names, const char *name,
	struct pybinding binding);
struct pyenv pyenv_copy(const struct pyenv *e);
/* Where two ways meet: what differs is not certain any more.  Takes over `b`. */
void pyenv_meet(struct pyenv *a, struct pyenv b, const struct pynames *names);
/* The state somewhere behind `before`: what was bound after `serial`, on any way, is
 * not certain. */
struct pyenv
pyenv_since(const struct pyenv *before, unsigned serial, const struct pynames *names);
void pyenv_free(struct pyenv *e);

#endif
