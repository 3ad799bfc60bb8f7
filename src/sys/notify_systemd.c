/* The service manager by libsystemd; notify_none.c stands in where it is absent.
 * Without a manager ($NOTIFY_SOCKET unset) each notice is a no-op of libsystemd's. */
#include "sys/notify.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"

void
notify_ready(void)
{
	sd_notify(0, "READY=1");
}

/* The stamp is what Type=notify-reload (systemd 253) asks for; an older manager
 * ignores it. */
void
notify_reloading(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
		(uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000);
}

void
notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void
notify_status(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	/* A newline would begin another assignment. */
	for (char *c = text; *c; c++)
		if (*c == '\n')
			*c = ' ';
	sd_notifyf(0, "STATUS=%s", text);
	free(text);
}

void
notify_watchdog(void)
{
	sd_notify(0, "WATCHDOG=1");
}

int64_t
notify_watchdog_interval_ms(void)
{
	uint64_t usec;

	if (sd_watchdog_enabled(0, &usec) <= 0)
		return 0;
	return usec < 2000 ? 1 : (int64_t)(usec / 2000);
}

size_t
notify_listen_fds(int *fds, size_t max)
{
	int given = sd_listen_fds(1);
	size_t n = 0;

	for (int i = 0; i < given; i++) {
		int fd = SD_LISTEN_FDS_START + i;

		if (n < max && sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) > 0)
			fds[n++] = fd;
		else
			log_msg(LEVEL_WARN,
				"descriptor %d of the service manager is not used", fd);
	}
	return n;
}
