#include "tests/unit/unit.h"

#include "migrations/alembic/pyvalue.h"

struct world {
	struct arena *arena;
	struct pynames names;
	struct pyenv env;
};

static void
begin(struct world *w)
{
	w->arena = arena_new();
	pynames_init(&w->names, w->arena);
	w->env = (struct pyenv){0};
}

static void
end(struct world *w)
{
	pyenv_free(&w->env);
	pynames_fini(&w->names);
	arena_free(w->arena);
}

static void
bind(struct world *w, struct pyenv *e, const char *name, const char *text)
{
	pyenv_bind(e, &w->names, name,
		(struct pybinding){.value = text ? pyvalue_text(w->arena, text) : NULL,
			.line = 1});
}

/* The text of a name, "?" where it is not certain, "-" where it is not bound. */
static const char *
text_of(const struct world *w, const struct pyenv *e, const char *name)
{
	const struct pybinding *b = pyenv_get(e, &w->names, name);

	if (!b)
		return "-";
	return b->value->kind == PYVALUE_TEXT ? b->value->text : "?";
}

static void
test_names(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	assert_string_equal(text_of(&w, &w.env, "a"), "-");
	for (char name[] = "a"; *name <= 'z'; (*name)++)
		bind(&w, &w.env, name, name);
	assert_string_equal(text_of(&w, &w.env, "a"), "a");
	assert_string_equal(text_of(&w, &w.env, "z"), "z");
	bind(&w, &w.env, "a", NULL);
	assert_string_equal(text_of(&w, &w.env, "a"), "-");
	w.names.loops = 1;
	bind(&w, &w.env, "b", "b");
	assert_string_equal(text_of(&w, &w.env, "b"), "?");
	end(&w);
}

static void
test_meet(void **state)
{
	struct world w;
	struct pyenv other;

	(void)state;
	begin(&w);
	bind(&w, &w.env, "same", "x");
	bind(&w, &w.env, "gone", "x");
	bind(&w, &w.env, "other", "x");
	other = pyenv_copy(&w.env);
	bind(&w, &other, "same", "x");
	bind(&w, &other, "gone", NULL);
	bind(&w, &other, "other", "y");
	bind(&w, &other, "new", "x");
	pyenv_meet(&w.env, other, &w.names);
	assert_string_equal(text_of(&w, &w.env, "same"), "x");
	assert_string_equal(text_of(&w, &w.env, "gone"), "?");
	assert_string_equal(text_of(&w, &w.env, "other"), "?");
	assert_string_equal(text_of(&w, &w.env, "new"), "?");
	end(&w);
}

static void
test_dead_ends(void **state)
{
	struct world w;
	struct pyenv dead, alive;

	(void)state;
	begin(&w);
	bind(&w, &w.env, "a", "x");
	dead = pyenv_copy(&w.env);
	bind(&w, &dead, "a", "y");
	dead.dead = true;
	alive = pyenv_copy(&dead);
	pyenv_meet(&w.env, dead, &w.names);
	assert_string_equal(text_of(&w, &w.env, "a"), "x");
	pyenv_meet(&alive, pyenv_copy(&w.env), &w.names);
	assert_false(alive.dead);
	assert_string_equal(text_of(&w, &alive, "a"), "x");
	pyenv_free(&alive);
	end(&w);
}

static void
test_since(void **state)
{
	struct world w;
	struct pyenv body, raised;
	unsigned serial;

	(void)state;
	begin(&w);
	bind(&w, &w.env, "before", "x");
	bind(&w, &w.env, "twice", "x");
	serial = w.names.serial;
	body = pyenv_copy(&w.env);
	bind(&w, &body, "twice", "y");
	bind(&w, &body, "twice", "x");
	bind(&w, &body, "new", "x");
	raised = pyenv_since(&w.env, serial, &w.names);
	assert_string_equal(text_of(&w, &raised, "before"), "x");
	assert_string_equal(text_of(&w, &raised, "twice"), "?");
	assert_string_equal(text_of(&w, &raised, "new"), "?");
	pyenv_free(&raised);
	pyenv_free(&body);
	end(&w);
}

static void
test_spoil(void **state)
{
	struct world w;
	struct pyvalue *list;

	(void)state;
	begin(&w);
	list = pyvalue_new(w.arena, PYVALUE_SEQUENCE);
	pyenv_bind(&w.env, &w.names, "a", (struct pybinding){.value = list});
	pyenv_bind(&w.env, &w.names, "b", (struct pybinding){.value = list});
	assert_true(pyvalue_equal(list, pyvalue_new(w.arena, PYVALUE_SEQUENCE)));
	pyvalue_spoil(list, "changed");
	assert_string_equal(pyenv_get(&w.env, &w.names, "b")->value->why, "changed");
	assert_false(pyvalue_equal(list, list));
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_meet),
		cmocka_unit_test(test_dead_ends),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_spoil),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
