/* The four names that Alembic takes from a version file, read without running it. */
#ifndef MIGRATIONS_ALEMBIC_PYFILE_H
#define MIGRATIONS_ALEMBIC_PYFILE_H

#include <stddef.h>

#include "base/strbuf.h"
#include "migrations/alembic/pydoc.h"
#include "migrations/alembic/pyops.h"

/* Parents of one revision, its labels, …: merges have two. */
enum { PYFILE_MAX_ITEMS = 1000 };

enum pyname {
	PYNAME_REVISION,
	PYNAME_DOWN_REVISION,
	PYNAME_BRANCH_LABELS,
	PYNAME_DEPENDS_ON,
	PYNAME_COUNT
};

/* The names as Python spells them. */
extern const char *const pyname_words[PYNAME_COUNT];

enum pyfield_state {
	PYFIELD_ABSENT,    /* the module has no such name */
	PYFIELD_READ,      /* `items` are its strings */
	PYFIELD_WRONG,     /* certain, but Alembic cannot use it: `why` */
	PYFIELD_UNREADABLE /* only running the module could tell: `why` */
};

struct pyfield {
	enum pyfield_state state;
	unsigned line;       /* of the binding that counts */
	struct strvec items; /* None: none; a string: one; else the elements */
	bool none;           /* None, or an empty sequence, or (None,) */
	bool holds_none;     /* (None,) */
	bool text;           /* one plain string, not a sequence */
	char *why;           /* "bound by an import" */
	bool conflict;       /* because a merge or a template is unfinished */
};

struct pyfile {
	bool empty;           /* blanks and comments only */
	const char *too_long; /* why not all of it was read; then nothing else counts */
	const char *refused;  /* why the text is no sound module, or NULL */
	unsigned refused_line;
	bool loads; /* Python imports it all the same: markers are inside a string */
	struct pyfield fields[PYNAME_COUNT];
	struct pyops ops;
	struct pydoc doc;
	uint64_t digest; /* pybody_digest() */
	uint64_t source; /* pybody_source() */
};

/* Read the bytes of a module.  Never fails: what cannot be read is said in `out`,
 * which pyfile_free() empties. */
void pyfile_read(const char *bytes, size_t n, struct pyfile *out);
void pyfile_free(struct pyfile *f);

#endif
