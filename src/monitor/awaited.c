/* See awaited.h. */
#include "monitor/awaited.h"

#include "base/mem.h"

static bool
expects_files(const struct conf_environment *c)
{
	return c->expect == EXPECT_SNAPSHOT || c->expect == EXPECT_SNAPSHOTS;
}

static bool
is_directory(const struct conf_environment *c)
{
	return c->expect == EXPECT_SNAPSHOTS;
}

void
awaited_ask(struct environment *env, const struct expectation_sources *from)
{
	const struct conf_environment *c = env->conf;

	env->looking = true;
	env->looks[0] = graphs_look(from->graphs, c->migrations);
	if (expects_files(c))
		env->looks[1] =
			expected_look(from->files, c->expect_target, is_directory(c));
}

static bool
is_over(const struct environment *env, const struct expectation_sources *from)
{
	const struct conf_environment *c = env->conf;

	for (size_t i = 0; i < COUNT_OF(env->refers); i++)
		if (env->refers[i] && env->refers[i]->looking)
			return false;
	return graphs_has_looked(from->graphs, c->migrations, env->looks[0]) &&
	       (!expects_files(c) || expected_has_looked(from->files, c->expect_target,
					     is_directory(c), env->looks[1]));
}

struct environment *
awaited_next(const struct expectation_sources *from)
{
	for (size_t i = 0; i < from->n_environments; i++)
		if (from->environments[i]->looking &&
			is_over(from->environments[i], from))
			return from->environments[i];
	return NULL;
}

bool
awaited_is_unread(const struct environment *env, const struct expectation_sources *from)
{
	const struct conf_environment *c = env->conf;

	return graphs_is_unread(from->graphs, c->migrations) ||
	       (expects_files(c) && expected_is_unread(from->files, c->expect_target,
					    is_directory(c)));
}
