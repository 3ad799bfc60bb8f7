/* Paths below $CREDENTIALS_DIRECTORY; conf.h says which those are. */
#ifndef CONF_CREDENTIAL_H
#define CONF_CREDENTIAL_H

#include "conf/value.h"

/* The absolute path of `text`, of a key that may name a credential; the caller frees.
 */
char *conf_credential_path(
	const struct conf_key *k, const struct conf_value *v, const char *text);
/* `path`, which `text` of that key stands for, cannot be read by who runs this: append
 * how it can, where the service may be able to. */
void conf_credential_advise(const struct conf_key *k, const char *text,
	const char *path, struct strbuf *why);

#endif
