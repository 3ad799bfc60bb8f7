/* Why a key of the process, and no salt that is stored: whoever has the salt and the
 * hash can try words, and passwords are mostly words.  A slow hash or a short one only
 * makes that dearer or less sure.  Without the key nothing can be tried; the price is
 * that a file tells which secrets there are, not whether they are still the same.
 *
 * The kernel gives each process 16 random bytes.  They protect its stack as well, so
 * that only a hash of them leaves it. */
#include "catalog/secret.h"

#include <assert.h>
#include <string.h>
#include <sys/auxv.h>

enum { RANDOM_BYTES = 16, TAG_DIGITS = 16 };

void
secret_key(char hex[static HASH_HEX_LEN])
{
	static const char purpose[] = "pgdriftd secrets";
	const void *random = (const void *)getauxval(AT_RANDOM);
	struct hash *h = hash_new();

	assert(random);
	hash_add(h, purpose, sizeof purpose);
	hash_add(h, random, RANDOM_BYTES);
	hash_finish(h, hex);
}

/* The length of the secret that begins at `s`, 0 if none does; `*tagged`: whether it
 * has a tag. */
static size_t
secret_length(const char *s, bool *tagged)
{
	static const char start[] = "<secret";
	const size_t n = sizeof start - 1;

	if (strncmp(s, start, n) != 0)
		return 0;
	*tagged = s[n] == ' ' && strspn(s + n + 1, "0123456789abcdef") == TAG_DIGITS &&
		  s[n + 1 + TAG_DIGITS] == '>';
	if (*tagged)
		return n + 1 + TAG_DIGITS + 1;
	return s[n] == '>' ? n + 1 : 0;
}

bool
secret_mask(const char *value, struct strbuf *out)
{
	bool bare = false;
	char quote = '\0';

	if (value)
		strbuf_add(out, "");
	while (value && *value) {
		bool tagged;
		size_t n = quote ? 0 : secret_length(value, &tagged);

		if (n) {
			strbuf_add(out, "<secret>");
			bare = bare || !tagged;
			value += n;
			continue;
		}
		if (quote)
			quote = *value == quote ? '\0' : quote;
		else if (*value == '\'' || *value == '"')
			quote = *value;
		strbuf_addc(out, *value++);
	}
	return bare;
}
