/* The service manager by libsystemd; notify_none.c stands in where it is absent.
 * Without a manager ($NOTIFY_SOCKET unset) each notice is a no-op. */
#include "sys/notify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

/* sd_notify() waits while the manager does not read (systemd 252, sd-daemon.c); what
 * finds no room here is said again by the next notice of its kind.  $NOTIFY_SOCKET is a
 * path, or a name of the abstract namespace that begins with "@" (sd_notify(3)). */
static bool
send_notice(const char *text)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = name ? strlen(name) : 0;
	bool sent;
	int fd;

	if (n < 2 || n >= sizeof to.sun_path || !strchr("/@", *name))
		return true;
	memcpy(to.sun_path, name, n);
	if (*name == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	sent = sendto(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
		       (const struct sockaddr *)&to,
		       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) >= 0;
	close(fd);
	return sent;
}

bool
notify_ready(void)
{
	return send_notice("READY=1");
}

/* The stamp is what Type=notify-reload (systemd 253) asks for; an older manager
 * ignores it. */
bool
notify_reloading(void)
{
	struct timespec t;
	char text[64];

	clock_gettime(CLOCK_MONOTONIC, &t);
	snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
		(uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000);
	return send_notice(text);
}

void
notify_stopping(void)
{
	send_notice("STOPPING=1");
}

void
notify_status(const char *fmt, ...)
{
	va_list ap;
	char *text, *whole;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	/* A newline would begin another assignment. */
	for (char *c = text; *c; c++)
		if (*c == '\n')
			*c = ' ';
	whole = xasprintf("STATUS=%s", text);
	send_notice(whole);
	free(whole);
	free(text);
}

void
notify_watchdog(void)
{
	send_notice("WATCHDOG=1");
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
