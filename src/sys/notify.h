/* The service manager: readiness, watchdog, sockets handed over.  notify_systemd.c
 * where libsystemd is there, notify_none.c where not. */
#ifndef SYS_NOTIFY_H
#define SYS_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* No notice ever waits for a manager that does not read.  False: it was not taken, and
 * has to be said again; what is not told of here is said again in any case. */
bool notify_ready(void);
/* RELOADING=1 with MONOTONIC_USEC; notify_ready() ends it. */
bool notify_reloading(void);
void notify_stopping(void);
void notify_status(const char *fmt, ...) PRINTF_LIKE(1, 2);
void notify_watchdog(void);
/* How often to call notify_watchdog(), in ms (half of what the manager asks); 0:
 * never. */
int64_t notify_watchdog_interval_ms(void);
/* Sockets handed over: fills `fds`, returns how many (at most `max`). */
size_t notify_listen_fds(int *fds, size_t max);

#endif
