/* See secrets.h. */
#include "http/secrets.h"

#include <stddef.h>

void
secrets_fini(struct secrets *k)
{
	tls_fini(&k->tls);
	users_free(k->users);
}

bool
secrets_load(const struct secret_files *f, struct secrets *out, struct err *e)
{
	*out = (struct secrets){0};
	if (!tls_load(&f->tls, &out->tls, e))
		return false;
	if (!f->users)
		return true;
	out->users = users_load(f->users, e);
	if (!out->users)
		tls_fini(&out->tls);
	return out->users != NULL;
}
