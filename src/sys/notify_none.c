/* Built where libsystemd is absent: nobody to notify, no watchdog, no sockets. */
#include "sys/notify.h"

bool
notify_ready(void)
{
	return true;
}

bool
notify_reloading(void)
{
	return true;
}

void
notify_stopping(void)
{
}

void
notify_status(const char *fmt, ...)
{
	(void)fmt;
}

void
notify_watchdog(void)
{
}

int64_t
notify_watchdog_interval_ms(void)
{
	return 0;
}

size_t
notify_listen_fds(int *fds, size_t max)
{
	(void)fds;
	(void)max;
	return 0;
}
