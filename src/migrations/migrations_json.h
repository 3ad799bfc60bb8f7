/* A graph and a judgement as JSON (contract 2, `migrations --format json`). */
#ifndef MIGRATIONS_JSON_H
#define MIGRATIONS_JSON_H

#include "base/json.h"
#include "migrations/migrations.h"

/* Add "tool", "path", "files", … "problems" to an object. */
void migrations_json_add(cJSON *o, const struct migrations *h);
/* A list of problems or notices. */
cJSON *problems_json(const struct problem *v, size_t n);
/* {"operation": "drop_column", "schema": …, "table": …, "name": …, "computed": …,
 * "line": …}: what one operation of an upgrade() does. */
cJSON *effect_json(const struct effect *e);
/* Add "status", "recorded", … "hint" to an object. */
void judgement_json_add(cJSON *o, const struct judgement *j, const char *hint);

#endif
