/* Turns are counted from the present one backwards: those of the next process begin
 * somewhere else. */
#include "monitor/flapped.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

/* ---- Numbers: JSON has none of 64 bits ---- */

static void
add_key(cJSON *o, uint64_t key)
{
	char text[17];

	snprintf(text, sizeof text, "%016" PRIx64, key);
	json_add_str(o, "key", text);
}

static uint64_t
key_of(const cJSON *o)
{
	const char *text = json_str(o, "key");

	return text ? strtoull(text, NULL, 16) : 0;
}

static uint64_t
number_of(const cJSON *o, const char *key)
{
	int64_t n;

	return json_whole(o, key, &n) ? (uint64_t)n : 0;
}

static bool
is_true(const cJSON *o, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, key));
}

/* ---- Writing ---- */

static void
add_age(cJSON *list, uint64_t key, uint64_t age)
{
	cJSON *o;

	if (age >= FLAPPING_WINDOW)
		return;
	o = json_object();
	add_key(o, key);
	json_add_num(o, "age", (double)age);
	json_push(list, o);
}

static void
write_names(cJSON *o, const struct flapping *f)
{
	cJSON *list = json_add_array(o, "names");

	for (size_t i = 0; i < FLAPPING_NAMES; i++) {
		const struct flapping_name *n = &f->names[i];
		cJSON *item;

		if (!n->name)
			continue;
		item = json_object();
		add_key(item, n->key);
		json_add_str(item, "name", n->name);
		json_add_str(item, "rule", n->rule);
		json_add_bool(item, "flaps", n->flaps);
		json_push(list, item);
	}
}

void
flapped_write(cJSON *o, const struct flapping *f, const struct confirmation *c)
{
	cJSON *list;

	if (!f->on && !f->busy)
		return;
	o = json_add_object(o, "flapping");
	json_add_bool(o, "on", f->on);
	json_add_num(o, "busy", f->busy);
	json_add_num(o, "longest", (double)f->longest);
	json_add_str(o, "text", f->text);
	write_names(o, f);
	list = json_add_array(o, "gone");
	for (size_t i = 0; i < FLAPPING_GONE; i++)
		if (f->gone[i].turn)
			add_age(list, f->gone[i].key, f->turn - f->gone[i].turn);
	list = json_add_array(o, "there");
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].since)
			add_age(list, c->v[i].key, f->turn - c->v[i].since);
}

/* ---- Reading ---- */

static void
read_names(const cJSON *o, struct flapping *f)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(o, "names"))
	{
		const char *name = json_str(item, "name");

		if (!name || f->n_names == FLAPPING_NAMES)
			continue;
		f->names[f->n_names++] = (struct flapping_name){.key = key_of(item),
			.name = xstrdup(name),
			.rule = xstrdup_null(json_str(item, "rule")),
			.flaps = is_true(item, "flaps")};
	}
}

/* As old as one that was not yet seen in the first turn cannot be. */
static uint64_t
turn_of(const struct flapping *f, const cJSON *item)
{
	uint64_t age = number_of(item, "age");

	return f->turn - (age < FLAPPING_WINDOW ? age : FLAPPING_WINDOW - 1);
}

void
flapped_read(const cJSON *o, struct flapping *f, struct confirmation *c)
{
	const cJSON *item;
	const char *text;

	o = cJSON_GetObjectItemCaseSensitive(o, "flapping");
	text = json_str(o, "text");
	f->busy = (uint32_t)(number_of(o, "busy") & FLAPPING_BITS);
	f->on = is_true(o, "on") && text;
	if (!f->on && !f->busy)
		return;
	f->turn = FLAPPING_WINDOW;
	f->longest = number_of(o, "longest");
	f->text = f->on ? xstrdup(text) : NULL;
	read_names(o, f);
	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(o, "gone"))
	{
		if (f->n_gone == FLAPPING_GONE)
			break;
		f->gone[f->n_gone].key = key_of(item);
		f->gone[f->n_gone++].turn = turn_of(f, item);
	}
	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(o, "there"))
	{
		struct thing *t = confirmation_find(c, key_of(item));

		if (t)
			t->since = turn_of(f, item);
	}
}
