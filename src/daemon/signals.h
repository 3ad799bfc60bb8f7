/* What signals do to the daemon; one-shot commands keep the defaults. */
#ifndef DAEMON_SIGNALS_H
#define DAEMON_SIGNALS_H

/* First thing at the start: those that mean nothing here end nothing, and those that
 * the loop is going to watch wait until signals_open(). */
void signals_hold(void);
/* They are watched now, or nobody will: what waits is delivered. */
void signals_open(void);

#endif
