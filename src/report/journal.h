/* Domain events as log records (contract 6): spelled here only.  Ids: journal_ids.h. */
#ifndef REPORT_JOURNAL_H
#define REPORT_JOURNAL_H

#include "base/log.h"
#include "monitor/happening.h"
#include "monitor/published.h"

/* One line for a change of state (or, with `standing`, for one that stands). */
void journal_state(
	const struct published_environment *e, enum state previous, bool standing);
/* What that line says where fields are not seen, and how grave it is; the caller frees
 * the text. */
char *journal_state_text(const struct published_environment *e);
enum log_level journal_state_level(const struct published_environment *e);
/* Findings changed while the state stayed; there were `before`. */
void journal_findings_changed(const struct published_environment *e, size_t before);
/* A failing check that fails in another way than before. */
void journal_check_failed(const struct published_environment *e);
/* The first that succeeds after such, where that changes no state. */
void journal_check_passes(const struct published_environment *e);
/* What is no change of state; `e` NULL: it is of the daemon. */
void journal_happened(const struct published_environment *e, const struct happened *h);
/* Environments come and go with what a template stands for, or it cannot be told. */
void journal_discovered(const struct discovery_news *news);
void journal_reloaded(size_t environments);
void journal_reload_refused(const char *message);
void journal_rule_expired(const char *environment, const char *rule);
void journal_rule_expires(const char *environment, const char *rule);
/* The role that it is read as may do more than a check needs: e->role_notice. */
void journal_role(const struct published_environment *e);
/* A problem of a migrations directory appeared, or a notice. */
void journal_migrations_problem(const char *migrations, const struct problem *p);

/* Who was refused, and why. */
struct login_failure {
	const char *user;        /* as it was given; NULL: none was */
	const char *client;      /* the address */
	const char *reason;      /* a literal */
	const char *certificate; /* the subject of the one that was shown, or NULL */
};
void journal_login_failed(const struct login_failure *f);
/* So many more, of which no line was written. */
void journal_logins_failed(uint64_t n);

#endif
