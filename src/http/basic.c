/* See basic.h.  MHD_basic_auth_get_username_password() knows "Basic" only as it is
 * written there, and ends a password at a NUL. */
#include "http/basic.h"

#include <gnutls/gnutls.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* Past scheme and blanks; NULL: another scheme. */
static const char *
credentials_of(const char *header)
{
	static const char scheme[] = "basic ";

	if (!header || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
		return NULL;
	header += sizeof scheme - 1;
	return header + strspn(header, " ");
}

/* The decoded bytes as a text; NULL if it is no base64 or holds a NUL. */
static char *
decoded(const char *base64)
{
	gnutls_datum_t in = {(unsigned char *)(uintptr_t)base64,
			       (unsigned)strcspn(base64, " \t")},
		       out = {NULL, 0};
	char *text = NULL;
	int rc = base64[in.size + strspn(base64 + in.size, " \t")]
			 ? GNUTLS_E_BASE64_DECODING_ERROR
			 : gnutls_base64_decode2(&in, &out);

	if (rc == GNUTLS_E_MEMORY_ERROR)
		mem_fatal();
	if (rc < 0 || !out.data)
		return NULL;
	if (!memchr(out.data, '\0', out.size))
		text = xstrndup((const char *)out.data, out.size);
	explicit_bzero(out.data, out.size);
	gnutls_free(out.data);
	return text;
}

bool
basic_parse(const char *header, struct basic *out)
{
	const char *base64 = credentials_of(header);
	char *text = base64 ? decoded(base64) : NULL;
	char *colon = text ? strchr(text, ':') : NULL;

	*out = (struct basic){0};
	if (colon) {
		out->name = xstrndup(text, (size_t)(colon - text));
		out->password = xstrdup(colon + 1);
	}
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	return colon != NULL;
}

void
basic_fini(struct basic *b)
{
	if (b->password)
		explicit_bzero(b->password, strlen(b->password));
	free(b->name);
	free(b->password);
	*b = (struct basic){0};
}
