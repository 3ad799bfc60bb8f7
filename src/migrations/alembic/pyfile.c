/* From a module's final names to the fields of a revision, by the rules that Alembic
 * applies to them (util.to_tuple, script.revision.tuple_rev_as_scalar). */
#include "migrations/alembic/pyfile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pyblock.h"
#include "migrations/alembic/pysource.h"
#include "migrations/alembic/pystring.h"

const char *const pyname_words[PYNAME_COUNT] = {
	[PYNAME_REVISION] = "revision",
	[PYNAME_DOWN_REVISION] = "down_revision",
	[PYNAME_BRANCH_LABELS] = "branch_labels",
	[PYNAME_DEPENDS_ON] = "depends_on",
};

static void
give_up(struct pyfield *f, enum pyfield_state state, const char *why)
{
	f->state = state;
	f->why = xstrdup(why);
}

static void
take_sequence(struct pyfield *f, const struct pyvalue *v)
{
	if (v->n_items > PYFILE_MAX_ITEMS) {
		give_up(f, PYFIELD_UNREADABLE, "more than 1000 names");
		return;
	}
	/* A single None means what None means. */
	if (!v->n_items || (v->n_items == 1 && v->items[0]->kind == PYVALUE_NONE)) {
		f->none = true;
		f->holds_none = v->n_items;
		return;
	}
	for (size_t i = 0; i < v->n_items; i++) {
		const struct pyvalue *item = v->items[i];

		if (item->kind == PYVALUE_UNKNOWN) {
			give_up(f, PYFIELD_UNREADABLE, item->why);
			f->conflict = item->conflict;
			break;
		}
		if (item->kind != PYVALUE_TEXT) {
			give_up(f, PYFIELD_WRONG,
				"a list of something else than strings");
			break;
		}
		strvec_add(&f->items, item->text);
	}
	if (f->state != PYFIELD_READ) {
		strvec_free(&f->items);
	} else if (v->unordered) {
		strvec_sort(&f->items);
		strvec_uniq(&f->items);
	}
}

static void
take_field(struct pyfield *f, const struct pybinding *b)
{
	if (!b)
		return;
	f->line = b->line;
	f->state = PYFIELD_READ;
	switch (b->value->kind) {
	case PYVALUE_NONE:
		f->none = true;
		break;
	case PYVALUE_TEXT:
		f->text = true;
		strvec_add(&f->items, b->value->text);
		break;
	case PYVALUE_SEQUENCE:
		take_sequence(f, b->value);
		break;
	case PYVALUE_OTHER:
		give_up(f, PYFIELD_WRONG, "a constant that is no string");
		break;
	case PYVALUE_UNKNOWN:
		give_up(f, PYFIELD_UNREADABLE, b->value->why);
		f->conflict = b->value->conflict;
		break;
	}
}

static void
check_strings(struct pytokens *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct pytoken *s = &t->v[i];
		struct strbuf text = {0};

		if (s->kind != PYTOKEN_STRING || !memchr(s->at, '\\', s->len))
			continue;
		if (pystring_decode(s->at, s->len, &text) == PYSTRING_REFUSED)
			pytoken_refuse(t, "a string holds a malformed escape", s->line);
		strbuf_free(&text);
	}
}

static void
run(struct pytokens *t, struct pyfile *out)
{
	struct arena *arena = arena_new();
	struct pynames names;
	struct pyenv env = {0};

	pynames_init(&names, arena);
	pyblock_run(t, &env, &names);
	for (size_t i = 0; i < PYNAME_COUNT; i++)
		take_field(&out->fields[i], pyenv_get(&env, &names, pyname_words[i]));
	pyops_read(t, &env, &names, &out->ops);
	if (names.work > PYBLOCK_MAX_WORK)
		out->too_long = "it has too many names and branches to be followed";
	pyenv_free(&env);
	pynames_fini(&names);
	arena_free(arena);
}

void
pyfile_read(const char *bytes, size_t n, struct pyfile *out)
{
	struct pysource source;
	struct pytokens tokens;

	*out = (struct pyfile){0};
	pysource_decode(bytes, n, &source);
	pytoken_scan(source.text, &tokens);
	if (source.refused)
		pytoken_refuse(&tokens, source.refused, source.refused_line);
	check_strings(&tokens);
	if (tokens.too_many)
		out->too_long = "it is longer than 1000000 words and signs of Python";
	else
		run(&tokens, out);
	pydoc_read(&tokens, &out->doc);
	out->digest = pybody_digest(&tokens);
	out->source = pybody_source(&tokens);
	out->empty = tokens.n == 1;
	out->refused = tokens.error;
	out->refused_line = tokens.error_line;
	out->loads = tokens.loads;
	pytoken_free(&tokens);
	pysource_free(&source);
}

void
pyfile_free(struct pyfile *f)
{
	for (size_t i = 0; i < PYNAME_COUNT; i++) {
		strvec_free(&f->fields[i].items);
		free(f->fields[i].why);
	}
	effects_free(&f->ops.effects);
	pydoc_free(&f->doc);
	*f = (struct pyfile){0};
}
