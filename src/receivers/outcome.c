/* Words here are all that is ever said of an answer: its own might repeat a secret. */
#include "receivers/outcome.h"

#include "base/mem.h"

enum { FIRST_MS = 2000, MOST_MS = 300 * 1000, MOST_ASKED_MS = 3600 * 1000 };

static const struct {
	const char *reason, *text;
} troubles[TROUBLE_COUNT] = {
	[TROUBLE_NONE] = {"status", NULL},
	[TROUBLE_FILE] = {"file",
		"its url_file, authorization_file or ca_file cannot be read"},
	[TROUBLE_URL] = {"url", "its URL cannot be used"},
	[TROUBLE_RESOLVE] = {"resolve", "its host has no address"},
	[TROUBLE_CONNECT] = {"connect", "it cannot be connected to"},
	[TROUBLE_TLS] = {"tls", "its certificate is not trusted, or it speaks no TLS"},
	[TROUBLE_TIMEOUT] = {"timeout", "it did not answer in time"},
	[TROUBLE_CUT] = {"closed", "it closed the connection before it answered"},
	[TROUBLE_GARBAGE] = {"garbage", "what it answers is no HTTP"},
	[TROUBLE_OTHER] = {"other", "the message could not be sent"},
};

enum outcome
outcome_of(const struct answer *a)
{
	if (a->trouble != TROUBLE_NONE)
		return OUTCOME_RETRY;
	if (a->status >= 200 && a->status < 300)
		return OUTCOME_DELIVERED;
	if (a->status == 413)
		return OUTCOME_TOO_LARGE;
	if (a->status == 408 || a->status == 425 || a->status == 429)
		return OUTCOME_RETRY;
	return a->status >= 300 && a->status < 500 ? OUTCOME_REFUSED : OUTCOME_RETRY;
}

const char *
outcome_reason(const struct answer *a)
{
	if (a->trouble != TROUBLE_NONE)
		return troubles[a->trouble].reason;
	return a->status >= 300 && a->status < 400 ? "redirect" : "status";
}

char *
outcome_text(const struct answer *a)
{
	if (a->trouble != TROUBLE_NONE)
		return xstrdup(troubles[a->trouble].text);
	if (a->status >= 300 && a->status < 400)
		return xasprintf("it answers HTTP %ld, a redirect, which is not "
				 "followed: configure the URL that it leads to",
			a->status);
	if (a->status == 413)
		return xstrdup("it answers HTTP 413, that the message is too large");
	if (a->status == 429)
		return xstrdup("it answers HTTP 429, that there are too many messages");
	return xasprintf("it answers HTTP %ld", a->status);
}

int64_t
outcome_backoff_ms(unsigned failures, const struct answer *a)
{
	int64_t ms = FIRST_MS, asked = a->retry_after_ms;

	for (unsigned i = 1; i < failures && ms < MOST_MS; i++)
		ms *= 2;
	if (ms > MOST_MS)
		ms = MOST_MS;
	if (asked > MOST_ASKED_MS)
		asked = MOST_ASKED_MS;
	return asked > ms ? asked : ms;
}
