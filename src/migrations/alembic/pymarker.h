/* Lines that say that a file is not finished: what a merge leaves in it, and what a
 * generator of projects has yet to fill in.  Which of their values will count, nobody
 * can tell. */
#ifndef MIGRATIONS_ALEMBIC_PYMARKER_H
#define MIGRATIONS_ALEMBIC_PYMARKER_H

#include <stdbool.h>
#include <stddef.h>

/* A merge-conflict marker: at least seven of one of `<|=>` at the beginning of a line,
 * then a blank or the end of the line (git's merge.conflictStyle and its attribute
 * conflict-marker-size). */
struct pymarker {
	char sign;
	size_t size; /* how many; 0: there is none */
};

/* The marker that the line at `line` is. */
struct pymarker pymarker_of_line(const char *line);
/* The first line behind `from`, which begins before `to`, that is a marker of `sign`;
 * or NULL. */
const char *pymarker_find(const char *from, const char *to, char sign);
/* The last such line of the whole text, or NULL. */
const char *pymarker_last(const char *text, char sign);

/* True if a tag of a template language stands at `p` (Jinja, cookiecutter, Mako, ERB),
 * which is nothing that Python takes.  `statement`: a statement begins there. */
bool pymarker_is_template(const char *p, bool statement);

#endif
