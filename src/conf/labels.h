/* Labels of an environment: names and values that whoever configures it chooses, each
 * as "NAME=VALUE", sorted. */
#ifndef CONF_LABELS_H
#define CONF_LABELS_H

#include "base/json.h"
#include "base/strbuf.h"
#include "conf/errors.h"

enum { LABELS_MAX = 64 };

/* NULL, or why no label may be called that, and what to do; the caller frees. */
char *label_wrong(const char *name);
/* The same of one more beside those of `before`, names or labels. */
char *label_refused(const struct strvec *before, const char *name);
/* How long the name of a "NAME=VALUE" is. */
size_t label_length(const char *label);
/* NULL: it has no such label. */
const char *label_find(const struct strvec *labels, const char *name);
/* The same; one that it does not have is "", as it is to Prometheus. */
const char *label_value(const struct strvec *labels, const char *name);

/* As a member of `o`: an object. */
void label_json(cJSON *o, const char *key, const struct strvec *labels);

/* Append to `out` what conf_scan() has made, on the same lines, with each block
 *   labels { NAME = VALUE … }
 * within a block as the list of "NAME=VALUE" that libConfuse can be told of.  What
 * cannot be one becomes a message in `errors`, and is left out. */
void labels_rewrite(const char *scanned, const char *file, struct conf_errors *errors,
	struct strbuf *out);

#endif
