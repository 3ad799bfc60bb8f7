#include "daemon/signals.h"

#include <signal.h>
#include <stddef.h>

#include "base/mem.h"

/* Each would end the process by default: a timer or a limit that whoever started it
 * left behind, or a mistyped kill.  What fails because of SIGXFSZ and SIGPIPE says so
 * by errno.  SIGQUIT, SIGXCPU and what faults send keep their core. */
static const int ignored[] = {
	SIGPIPE, SIGALRM, SIGVTALRM, SIGPROF, SIGXFSZ, SIGIO, SIGPWR, SIGSTKFLT};

static const int watched[] = {SIGHUP, SIGUSR1, SIGUSR2};

static void
mask(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT_OF(watched); i++)
		sigaddset(&set, watched[i]);
	sigprocmask(how, &set, NULL);
}

void
signals_hold(void)
{
	mask(SIG_BLOCK);
	for (size_t i = 0; i < COUNT_OF(ignored); i++)
		signal(ignored[i], SIG_IGN);
	for (int s = SIGRTMIN; s <= SIGRTMAX; s++)
		signal(s, SIG_IGN);
}

void
signals_open(void)
{
	mask(SIG_UNBLOCK);
}
