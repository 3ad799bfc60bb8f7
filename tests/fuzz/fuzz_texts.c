/* Any bytes as what clients and servers send, one line for each reader: a target, a
 * header with a password, a secret and a message that may hold it, a definition with
 * names of schemas; nothing unseen and no secret gets out. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "catalog/renaming.h"
#include "conf/redact.h"
#include "http/basic.h"
#include "http/target.h"
#include "pg/blot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_target(const char *text)
{
	struct target t;
	struct err e = {0};

	if (target_parse(text, &t, &e))
		target_fini(&t);
	else if (!*e.text)
		abort();
}

static void
check_basic(const char *text)
{
	struct basic b;

	if (basic_parse(text, &b) != (b.name && b.password))
		abort();
	basic_fini(&b);
}

static void
check_secret(const char *secret, const char *text)
{
	struct strbuf out = {0};

	if (!*secret)
		return;
	blot(&out, text, secret);
	/* What is put in its place may hold, or with its neighbours make, the secret.
	 */
	if (!strpbrk(secret, "<secret>") && strstr(out.s, secret))
		abort();
	strbuf_free(&out);
}

static void
check_redacted(const char *text)
{
	struct strbuf out = {0};
	struct strvec words = {0}, shown = {0};

	conf_redact(text, &out);
	conf_redact_words(text, &out);
	strbuf_free(&out);
	strvec_add(&words, text);
	conf_redact_command(&words, &shown);
	strvec_free(&words);
	strvec_free(&shown);
}

static void
check_unseen(const char *text)
{
	for (const char *at = text; *at; at++)
		if (text_unseen_in(text, at))
			abort();
}

static void
check_shown(const char *text)
{
	char *line = text_line(text, 0), *clean = text_cleaned(text, 0), *json;
	cJSON *o = json_object(), *back;

	check_unseen(line);
	json_add_str(o, "text", text);
	json = json_print(o);
	check_unseen(json);
	back = cJSON_Parse(json);
	if (!back || strcmp(json_str(back, "text"), clean) != 0)
		abort();
	cJSON_Delete(back);
	cJSON_Delete(o);
	free(json);
	free(clean);
	free(line);
}

/* Nothing but names is replaced: without any, all is as it was. */
static void
check_renamed(const char *text)
{
	struct renaming names = {0}, none = {0};
	struct strbuf out = {0};

	strvec_split(&names.from, "a,A b,c\"d", ',');
	strvec_split(&names.to, "bb,c,a", ',');
	renaming_path(&names, text, &out);
	renaming_settings(&names, text, &out);
	renaming_literals(&names, text, &out);
	renaming_printed(&names, text, &out);
	renaming_written(&names, text, true, &out);
	strbuf_clear(&out);
	renaming_path(&none, text, &out);
	renaming_settings(&none, text, &out);
	renaming_literals(&none, text, &out);
	for (size_t n = strlen(text), i = 0; i < 3; i++)
		if (out.len != 3 * n || memcmp(out.s + i * n, text, n) != 0)
			abort();
	strbuf_free(&out);
	renaming_free(&names);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *rest = strchr(text, '\n');

	check_target(text);
	check_basic(text);
	check_redacted(text);
	check_shown(text);
	check_renamed(text);
	if (rest) {
		*rest = '\0';
		check_secret(text, rest + 1);
	}
	free(text);
	return 0;
}
