#include "http/shared.h"

enum { SMALL = 64 << 10, BYTES_PER_MS = 4096 };

struct reply *
shared_get(const struct shared *s, int64_t now_ms)
{
	return s->reply && now_ms < s->until_ms ? s->reply : NULL;
}

void
shared_put(struct shared *s, struct reply *reply, int64_t now_ms)
{
	shared_fini(s);
	s->reply = reply;
	s->until_ms = now_ms;
	if (reply_size(reply) >= SMALL)
		s->until_ms += (int64_t)(reply_size(reply) / BYTES_PER_MS);
}

void
shared_fini(struct shared *s)
{
	reply_free(s->reply);
	*s = (struct shared){0};
}
