/* A receiver that is told nothing, or by an address that nobody can use, shows only
 * when it is needed: so it is said when the configuration is loaded. */
#include "conf/receiver.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "conf/conf.h"

enum { URL_MAX = 8192 };

/* As verdict/ has them, of which this room knows nothing. */
static const char *const states[] = {"unknown", "unstamped", "drifted",
	"revision_mismatch", "unconfirmed", "migrating", "in_sync"};

/* Behind "http://" or "https://"; NULL: it begins with neither. */
static const char *
behind_scheme(const char *url)
{
	if (!strncasecmp(url, "https://", 8))
		return url + 8;
	return strncasecmp(url, "http://", 7) ? NULL : url + 7;
}

const char *
receiver_url_wrong(const char *url, bool is_base)
{
	const char *host = behind_scheme(url);

	if (!host)
		return "it begins with neither https:// nor http://";
	if (!*host || strchr("/?#:@", *host))
		return "it names no host";
	if (strlen(url) > URL_MAX)
		return "it is longer than 8192 bytes";
	if (is_base && strpbrk(host, "?#"))
		return "it holds `?` or `#`, and a path is to follow it: leave out "
		       "what "
		       "is behind";
	for (const char *s = url; *s; s++)
		if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f)
			return "it holds a blank or another character that no URL "
			       "may: encode that as %NN";
	return NULL;
}

static void
check_url(const struct conf_receiver *r, const struct raw_block *raw,
	struct conf_errors *errors)
{
	bool is_base = !strcmp(r->kind, "alertmanager");
	const char *wrong = r->url ? receiver_url_wrong(r->url, is_base) : NULL;

	if (r->url && r->url_file)
		conf_error(errors, raw_block_place(raw, "url_file"),
			"url and url_file exclude each other");
	else if (!r->url && !r->url_file)
		conf_error(errors, raw_block_place(raw, ""),
			"receiver \"%s\" has no url; add: url = \"https://…\", or "
			"url_file = \"FILE\"",
			r->name);
	if (wrong)
		conf_error(errors, raw_block_place(raw, "url"), "url: %s", wrong);
}

bool
receiver_is_state(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(states); i++)
		if (!strcmp(states[i], word))
			return true;
	return false;
}

static void
check_states(const struct conf_receiver *r, const struct raw_block *raw,
	struct conf_errors *errors)
{
	for (size_t i = 0; i < r->states.n; i++) {
		const char *word = r->states.v[i];
		struct strbuf advice = {0};

		conf_suggest(&advice, text_near(word, states, COUNT_OF(states)));
		if (!receiver_is_state(word))
			conf_error(errors, raw_block_place(raw, "states"),
				"states: there is no state \"%s\"%s", word,
				advice.s ? advice.s : "");
		else if (!strcmp(word, "in_sync"))
			conf_error(errors, raw_block_place(raw, "states"),
				"states: that an environment is in_sync is told by "
				"send_resolved; remove \"in_sync\"");
		strbuf_free(&advice);
	}
}

/* It may be on its way, and is read at each message. */
static void
check_file(const char *key, const char *path, const struct raw_block *raw,
	struct conf_errors *errors)
{
	if (!path || conf_out_of_reach(path) || access(path, R_OK) == 0)
		return;
	conf_warning(errors, raw_block_place(raw, key),
		"%s: \"%s\" cannot be read: %s; until it can, nobody is told by it",
		key, path, strerror(errno));
}

void
receivers_check(const struct check *c, struct conf_errors *errors)
{
	for (size_t i = 0; i < c->conf->n_receivers; i++) {
		const struct conf_receiver *r = &c->conf->receivers[i];
		const struct raw_block *raw = c->receivers[i];

		check_url(r, raw, errors);
		check_states(r, raw, errors);
		if (c->use == CONF_ASKED)
			continue;
		check_file("url_file", r->url_file, raw, errors);
		check_file("authorization_file", r->authorization_file, raw, errors);
	}
}
