/* A history and a judgement as JSON (contract 2, `migrations --format json`). */
#ifndef HISTORY_HISTORY_JSON_H
#define HISTORY_HISTORY_JSON_H

#include "base/json.h"
#include "history/history.h"

/* Add "tool", "path", "files", … "problems" to an object. */
void history_json_add(cJSON *o, const struct history *h);
/* Add "status", "recorded", … "hint" to an object. */
void judgement_json_add(cJSON *o, const struct judgement *j, const char *hint);

#endif
