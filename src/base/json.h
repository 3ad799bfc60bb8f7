/* cJSON with the two things it leaves to its user: out of memory is fatal, and
 * no string that is not UTF-8 gets out. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

/* Once, at the begin of the program: cJSON says NULL of a text that is malformed and of
 * memory that ran out alike, so that the latter has to end the program before. */
void json_init(void);

cJSON *json_object(void);
cJSON *json_array(void);

/* Each adds `key` at the end of an object; a NULL string becomes null.  Strings
 * are made valid UTF-8 (text_clean), never cut. */
void json_add_str(cJSON *o, const char *key, const char *value);
void json_add_num(cJSON *o, const char *key, double value);
void json_add_bool(cJSON *o, const char *key, bool value);
void json_add_null(cJSON *o, const char *key);
void json_add_time(cJSON *o, const char *key, int64_t ms); /* 0 becomes null */
void
json_add_time_ms(cJSON *o, const char *key, int64_t ms); /* with its milliseconds */
void json_add_list(cJSON *o, const char *key, const struct strvec *list);
/* Take over `value`; return it. */
cJSON *json_add(cJSON *o, const char *key, cJSON *value);
cJSON *json_add_object(cJSON *o, const char *key);
cJSON *json_add_array(cJSON *o, const char *key);
void json_push(cJSON *array, cJSON *value);
void json_push_str(cJSON *array, const char *value);

/* Print on one line; the caller frees.  What cannot be seen is escaped. */
char *json_print(const cJSON *v);
/* The same over several lines, for people. */
char *json_print_pretty(const cJSON *v);

/* The string of a member, or NULL if it is absent or no string. */
const char *json_str(const cJSON *o, const char *key);
/* Add what is a string of a member that is an array. */
void json_strings(const cJSON *o, const char *key, struct strvec *out);
/* A member that is a whole number of 0 to 2^53, up to which a double is exact; false if
 * it is absent or anything else. */
bool json_whole(const cJSON *o, const char *key, int64_t *out);

#endif
