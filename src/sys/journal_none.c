/* Built where libsystemd is absent: there is no journal to speak to. */
#include "sys/journal.h"

bool
journal_is_connected(void)
{
	return false;
}

bool
journal_sink(const struct log_record *r, void *arg)
{
	return log_sink_logfmt(r, arg);
}
