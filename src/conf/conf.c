/* A loaded configuration as a whole: look up, compare, free.  All but names goes by the
 * table of keys. */
#include "conf/conf.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "conf/value.h"

void
conf_free(struct conf *c)
{
	if (!c)
		return;
	conf_value_clear_all(BLOCK_SERVICE, &c->service);
	conf_value_clear_all(BLOCK_HTTP, &c->http);
	for (size_t i = 0; i < c->n_migrations; i++) {
		conf_value_clear_all(BLOCK_MIGRATIONS, &c->migrations[i]);
		free(c->migrations[i].name);
		free(c->migrations[i].place);
	}
	for (size_t i = 0; i < c->n_environments; i++) {
		conf_value_clear_all(BLOCK_ENVIRONMENT, &c->environments[i]);
		free(c->environments[i].name);
		free(c->environments[i].place);
		free(c->environments[i].of_schema);
	}
	for (size_t i = 0; i < c->n_receivers; i++) {
		conf_value_clear_all(BLOCK_RECEIVER, &c->receivers[i]);
		free(c->receivers[i].name);
		free(c->receivers[i].place);
	}
	free(c->migrations);
	free(c->environments);
	free(c->receivers);
	strmap_free(c->migrations_by_name);
	strmap_free(c->environments_by_name);
	strvec_free(&c->files);
	free(c);
}

const struct conf_environment *
conf_environment(const struct conf *c, const char *name)
{
	if (c->environments_by_name)
		return strmap_get(c->environments_by_name, name);
	for (size_t i = 0; i < c->n_environments; i++)
		if (!strcmp(c->environments[i].name, name))
			return &c->environments[i];
	return NULL;
}

const struct conf_migrations *
conf_migrations(const struct conf *c, const char *name)
{
	if (c->migrations_by_name)
		return strmap_get(c->migrations_by_name, name);
	for (size_t i = 0; i < c->n_migrations; i++)
		if (!strcmp(c->migrations[i].name, name))
			return &c->migrations[i];
	return NULL;
}

const struct conf_receiver *
conf_receiver(const struct conf *c, const char *name)
{
	for (size_t i = 0; i < c->n_receivers; i++)
		if (!strcmp(c->receivers[i].name, name))
			return &c->receivers[i];
	return NULL;
}

const char *
conf_environment_near(const struct conf *c, const char *name)
{
	const char **names = xcalloc(c->n_environments + 1, sizeof *names);
	const char *near;

	for (size_t i = 0; i < c->n_environments; i++)
		names[i] = c->environments[i].name;
	near = text_near(name, names, c->n_environments);
	free(names);
	return near;
}

/* But for keys with one of the flags `but`. */
static bool
block_equal(enum conf_block b, unsigned but, const void *left, const void *right)
{
	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].block == b && !(conf_keys[i].flags & but) &&
			!conf_value_equal(&conf_keys[i], left, right))
			return false;
	return true;
}

bool
conf_environment_equal(
	const struct conf_environment *a, const struct conf_environment *b)
{
	return !strcmp(a->name, b->name) && block_equal(BLOCK_ENVIRONMENT, 0, a, b);
}

bool
conf_environment_checked_equal(
	const struct conf_environment *a, const struct conf_environment *b)
{
	return !strcmp(a->name, b->name) &&
	       block_equal(BLOCK_ENVIRONMENT, KEY_SHOWN, a, b);
}

bool
conf_migrations_equal(const struct conf_migrations *a, const struct conf_migrations *b)
{
	return !strcmp(a->name, b->name) && block_equal(BLOCK_MIGRATIONS, 0, a, b);
}

bool
conf_receiver_equal(const struct conf_receiver *a, const struct conf_receiver *b)
{
	return !strcmp(a->name, b->name) && block_equal(BLOCK_RECEIVER, 0, a, b);
}

bool
conf_equal(const struct conf *a, const struct conf *b)
{
	if (a->n_migrations != b->n_migrations ||
		a->n_environments != b->n_environments ||
		a->n_receivers != b->n_receivers)
		return false;
	for (size_t i = 0; i < a->n_receivers; i++)
		if (!conf_receiver_equal(&a->receivers[i], &b->receivers[i]))
			return false;
	for (size_t i = 0; i < a->n_migrations; i++)
		if (!conf_migrations_equal(&a->migrations[i], &b->migrations[i]))
			return false;
	for (size_t i = 0; i < a->n_environments; i++)
		if (!conf_environment_equal(&a->environments[i], &b->environments[i]))
			return false;
	return block_equal(BLOCK_SERVICE, 0, &a->service, &b->service) &&
	       block_equal(BLOCK_HTTP, 0, &a->http, &b->http);
}

void
conf_needs_restart(
	const struct conf *running, const struct conf *loaded, struct strvec *keys)
{
	for (size_t i = 0; i < conf_n_keys; i++) {
		const struct conf_key *k = &conf_keys[i];
		bool http = k->block == BLOCK_HTTP;
		const void *a = http ? (const void *)&running->http : &running->service;
		const void *b = http ? (const void *)&loaded->http : &loaded->service;

		if (k->flags & KEY_RESTART && !conf_value_equal(k, a, b))
			strvec_take(keys, xasprintf("%s.%s", conf_blocks[k->block].name,
						  k->name));
	}
}

bool
conf_wants_none(const struct conf *c)
{
	return !strcmp(c->service.environments, "none");
}
