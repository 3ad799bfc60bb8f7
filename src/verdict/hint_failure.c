/* What to do about a check that failed.  The advice stands before what the server said,
 * since a line that is cut has to keep it. */
#include <string.h>

#include "base/mem.h"
#include "verdict/hint.h"
#include "verdict/phrase.h"

/* Where no more is known than the class. */
static const struct advice by_code[] = {
	[ERR_CONNECT] = {"cannot connect",
		"check that the server runs and that host and port of `dsn` are right"},
	[ERR_AUTH] = {"the login was refused",
		"check user and password of `dsn`, `password_file` or "
		"`password_command`, and the server's pg_hba.conf"},
	[ERR_TIMEOUT] = {"the check took too long",
		"look for a lock or a load that holds it up, or raise "
		"`check_timeout` and `statement_timeout`"},
	[ERR_PERMISSION] = {"a right is missing",
		"grant it to the role that pgdriftd connects as"},
	[ERR_QUERY] = {"a query failed", "look for it in the log of the server"},
	[ERR_INTERNAL] = {"the answer of the server was not understood",
		"report it with the versions of pgdriftd and of the server"},
	[ERR_MOVED] = {"the catalog changed while it was read",
		"nothing is to be done, it is read again soon"},
	[ERR_CONFIG] = {"the configuration is wrong", "run `pgdriftd config check`"},
	[ERR_IO] = {"a file cannot be read", "check its path and its permissions"},
	[ERR_FORMAT] = {"a file is not what it should be",
		"write it again, a snapshot with `pgdriftd snapshot`"},
};

static const struct advice no_answer = {"the server does not answer",
	"check host and port of `dsn` and what lies "
	"between, or raise `connect_timeout`"};
static const struct advice own_finding = {
	"the check could not be completed", "see to that, then run"};

/* By hand a password is not found that systemd gives to the service alone.  SIGUSR2 has
 * the daemon itself check; what it has started is not to get it. */
static void
add_check_command(struct strbuf *out, const struct verdict_input *in)
{
	if (in->unit)
		strbuf_printf(
			out, "`systemctl kill -s USR2 --kill-who=main %s`", in->unit);
	else
		strbuf_add(out, "`pgdriftd check`");
}

void
hint_not_checked(struct strbuf *out, const struct verdict_input *in)
{
	strbuf_add(out, "not checked yet: wait for the first check, or run ");
	add_check_command(out, in);
}

void
hint_unexplained(struct strbuf *out, const struct verdict_input *in)
{
	strbuf_add(out, "the check failed: run ");
	if (in->unit)
		strbuf_printf(out, "`journalctl -u %s`", in->unit);
	else
		add_check_command(out, in);
	strbuf_add(out, " to see why");
}

static const struct advice *
advice_for(const struct verdict_input *in)
{
	const struct err *e = in->error;

	if (e->advice)
		return e->advice;
	if (e->code == ERR_TIMEOUT && in->check == CHECK_UNREACHABLE)
		return &no_answer;
	/* Not the server's words, so not in its log. */
	if (e->code == ERR_QUERY && !e->sqlstate[0])
		return &own_finding;
	if ((size_t)e->code < COUNT_OF(by_code) && by_code[e->code].what)
		return &by_code[e->code];
	return &by_code[ERR_INTERNAL];
}

void
hint_failure(struct strbuf *out, const struct verdict_input *in)
{
	const struct err *e = in->error;
	const struct advice *a = advice_for(in);

	strbuf_printf(out, "%s: ", a->what);
	/* What pgdriftd itself finds about a right says what is to be granted. */
	if (e->code == ERR_PERMISSION && !e->sqlstate[0] && e->text[0]) {
		phrase_text(out, e->text, PHRASE_TEXT);
		return;
	}
	strbuf_add(out, a->next);
	if (a == &own_finding) {
		strbuf_addc(out, ' ');
		add_check_command(out, in);
	}
	if (!e->text[0])
		return;
	strbuf_add(out, " (");
	phrase_text(out, e->text, PHRASE_TEXT);
	strbuf_addc(out, ')');
}
