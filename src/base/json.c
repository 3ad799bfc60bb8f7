/* See json.h. */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

void
json_init(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = xmalloc, .free_fn = free});
}

cJSON *
json_object(void)
{
	return must(cJSON_CreateObject());
}

cJSON *
json_array(void)
{
	return must(cJSON_CreateArray());
}

static cJSON *
string_value(const char *s)
{
	cJSON *v;
	char *clean;

	if (!s)
		return must(cJSON_CreateNull());
	if (text_is_utf8(s, strlen(s)))
		return must(cJSON_CreateString(s));
	clean = text_cleaned(s, 0);
	v = must(cJSON_CreateString(clean));
	free(clean);
	return v;
}

cJSON *
json_add(cJSON *o, const char *key, cJSON *value)
{
	if (!cJSON_AddItemToObject(o, key, must(value)))
		mem_fatal();
	return value;
}

void
json_push(cJSON *array, cJSON *value)
{
	if (!cJSON_AddItemToArray(array, must(value)))
		mem_fatal();
}

void
json_add_str(cJSON *o, const char *key, const char *value)
{
	json_add(o, key, string_value(value));
}

void
json_add_num(cJSON *o, const char *key, double value)
{
	json_add(o, key, cJSON_CreateNumber(value));
}

void
json_add_bool(cJSON *o, const char *key, bool value)
{
	json_add(o, key, cJSON_CreateBool(value));
}

void
json_add_null(cJSON *o, const char *key)
{
	json_add(o, key, cJSON_CreateNull());
}

void
json_add_time(cJSON *o, const char *key, int64_t ms)
{
	char buf[CLOCK_RFC3339_LEN];

	json_add_str(o, key, ms ? clock_rfc3339(ms, buf) : NULL);
}

void
json_add_time_ms(cJSON *o, const char *key, int64_t ms)
{
	char buf[CLOCK_RFC3339_LEN];

	json_add_str(o, key, ms ? clock_rfc3339_ms(ms, buf) : NULL);
}

void
json_add_list(cJSON *o, const char *key, const struct strvec *list)
{
	cJSON *a = json_add_array(o, key);

	for (size_t i = 0; i < list->n; i++)
		json_push_str(a, list->v[i]);
}

cJSON *
json_add_object(cJSON *o, const char *key)
{
	return json_add(o, key, json_object());
}

cJSON *
json_add_array(cJSON *o, const char *key)
{
	return json_add(o, key, json_array());
}

void
json_push_str(cJSON *array, const char *value)
{
	json_push(array, string_value(value));
}

/* Takes over `printed`.  Names and messages of servers are in it: nothing that a
 * terminal obeys, or that lets one name look like another, gets out. */
static char *
visible(char *printed)
{
	const unsigned char *s = must(printed);
	struct strbuf b = {0};

	while (*s && *s < 0x7f)
		s++;
	if (!*s)
		return printed;
	text_json_visible(&b, printed);
	free(printed);
	return strbuf_take(&b);
}

char *
json_print(const cJSON *v)
{
	return visible(cJSON_PrintUnformatted(v));
}

char *
json_print_pretty(const cJSON *v)
{
	return visible(cJSON_Print(v));
}

const char *
json_str(const cJSON *o, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));
}

bool
json_whole(const cJSON *o, const char *key, int64_t *out)
{
	const int64_t most = INT64_C(1) << 53;
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	if (!cJSON_IsNumber(v) || !(v->valuedouble >= 0) ||
		v->valuedouble > (double)most ||
		(double)(int64_t)v->valuedouble != v->valuedouble)
		return false;
	*out = (int64_t)v->valuedouble;
	return true;
}

void
json_strings(const cJSON *o, const char *key, struct strvec *out)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(o, key))
	{
		if (cJSON_IsString(v))
			strvec_add(out, v->valuestring);
	}
}
