/* See appearance.h. */
#include "report/appearance.h"

static const struct appearance appearances[STATE_COUNT] = {
	[STATE_UNKNOWN] = {"unknown", "?", "6b7280", "9aa4b2"},
	[STATE_UNSTAMPED] = {"unstamped", "✕", "c02634", "ff7b86"},
	[STATE_DRIFTED] = {"drifted", "≠", "c2410c", "ff9760"},
	[STATE_REVISION_MISMATCH] = {"mismatch", "⇄", "a16207", "e8b44a"},
	[STATE_UNCONFIRMED] = {"unconfirmed", "…", "7c5cbf", "b9a1f2"},
	[STATE_MIGRATING] = {"migrating", "↻", "1d6fb8", "6db6f5"},
	[STATE_IN_SYNC] = {"insync", "✓", "15803d", "5ccb86"},
};

const struct appearance *
appearance_of(enum state s)
{
	return &appearances[s];
}

void
appearance_words(struct strbuf *out, const char *word)
{
	for (; *word; word++)
		strbuf_addc(out, *word == '_' ? ' ' : *word);
}
