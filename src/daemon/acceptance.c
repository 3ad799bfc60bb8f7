/* Whether a catalog is fit to be a baseline is judged as a check judges it, by one
 * round of the monitor; all of it is found on a copy of the store, so that whoever only
 * looks, or is refused, leaves nothing behind. */
#include "daemon/acceptance.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "daemon/source.h"
#include "monitor/accepted.h"
#include "monitor/environment.h"
#include "monitor/monitor.h"
#include "verdict/phrase.h"

enum { MAX_REASON = 500 };

/* ---- Who ---- */

/* By account, and not by what $USER says; sudo says who was that.  What the daemon has
 * accepted itself is by "pgdriftd", whatever its account is. */
static char *
account(void)
{
	const struct passwd *p = getpwuid(getuid());
	const char *sudo = getenv("SUDO_USER");
	char *name = p ? text_cleaned(p->pw_name, PHRASE_NAME)
		       : xasprintf("uid %ld", (long)getuid());
	bool is_own = !strcmp(name, "pgdriftd");
	char *caller, *both;

	if ((!sudo || !*sudo || !strcmp(sudo, name)) && !is_own)
		return name;
	caller = text_cleaned(sudo && *sudo ? sudo : name, PHRASE_NAME);
	both = strcmp(caller, name) != 0 ? xasprintf("%s (as %s)", caller, name)
					 : xasprintf("account %s", name);
	free(caller);
	free(name);
	return both;
}

/* ---- Whether ---- */

/* `f` NULL: nothing can be read while that is so. */
static const char *
doubt_of(const struct published_environment *p, const struct facts *f)
{
	static const char *const doubts[REVISION_STATUS_COUNT] = {
		[REVISION_UNSTAMPED] =
			"it records no revision, though migrations are configured",
		[REVISION_BEHIND] = "it is behind its head",
		[REVISION_AHEAD] = "it is ahead of its head",
		[REVISION_DIVERGED] = "it has diverged from its head",
		[REVISION_UNKNOWN_REVISION] =
			"it records a revision that its migrations do not have",
		[REVISION_EMPTY_DATABASE] = "it has no tables",
		[REVISION_UNKNOWN_HEAD] = "its head is not known",
		[REVISION_NOT_CHECKED] = "its revision could not be judged",
	};

	if (p->migrating || (f && f->migrating))
		return "a migration is running";
	if (!f)
		return NULL;
	if (!f->user_tables)
		return doubts[REVISION_EMPTY_DATABASE];
	return p->tool ? doubts[p->revision.status] : NULL;
}

static bool
is_fit(const struct acceptance *a, const struct published_environment *p,
	const struct facts *f, struct err *e)
{
	const char *doubt = a->force ? NULL : doubt_of(p, f);
	struct strbuf ids = {0};

	if (!doubt)
		return true;
	strbuf_add(&ids, f && f->recorded.n ? ", recorded: " : "");
	if (f && f->recorded.n)
		phrase_ids(&ids, &f->recorded);
	err_set(e, ERR_CONFIG,
		"%s is not accepted: %s%s; to accept it all the same, use --force",
		a->name, doubt, ids.s ? ids.s : "");
	strbuf_free(&ids);
	return false;
}

/* What was judged has to be what is accepted. */
static bool
is_same(const struct acceptance *a, const struct published_environment *p,
	const struct facts *f, struct err *e)
{
	if (p->migrating || !p->fingerprint ||
		(!strcmp(p->fingerprint, f->snapshot->fingerprint) &&
			strvec_equal(&p->revision.recorded, &f->recorded)))
		return true;
	return err_set(
		e, ERR_MOVED, "%s changed while it was read: run it again", a->name);
}

/* ---- What ---- */

static void
on_done(void *arg)
{
	loop_stop(arg);
}

static bool
take_read(struct acceptance *a, const struct conf *conf,
	const struct published_environment *p, struct err *e)
{
	char *text = xasprintf("env:%s", a->name);
	struct source s = {.text = text};
	bool ok = is_fit(a, p, NULL, e);

	if (ok && !source_read(&s, 1, conf)) {
		*e = s.error;
		ok = false;
	}
	ok = ok && is_same(a, p, s.facts, e) && is_fit(a, p, s.facts, e);
	if (ok) {
		a->taken.snapshot = snapshot_ref(s.snapshot);
		a->taken.instance = s.instance;
	}
	source_fini(&s);
	free(text);
	return ok;
}

static bool
read_after_check(struct acceptance *a, const struct conf *conf, struct monitor *m,
	struct loop *loop, struct err *e)
{
	const struct published_environment *p;

	monitor_start(m);
	loop_run(loop);
	p = published_find(monitor_published(m), a->name);
	if (p->check == CHECK_OK)
		return take_read(a, conf, p, e);
	return err_set(e, ERR_CONNECT, "%s cannot be read: %s", a->name,
		p->error ? p->error : check_status_word(p->check));
}

static bool
take_present(struct acceptance *a, struct conf *conf, struct store *s, struct err *e)
{
	struct loop *loop = loop_new();
	struct strvec names = {0};
	struct monitor_options o = {
		.store = s, .done = on_done, .arg = loop, .only = &names};
	struct monitor *m;
	bool ok = false;

	strvec_add(&names, a->name);
	m = monitor_new(loop, conf, &o, e);
	if (m)
		ok = read_after_check(a, conf, m, loop, e);
	monitor_free(m);
	loop_free(loop);
	strvec_free(&names);
	return ok;
}

static bool
take_other(struct acceptance *a, struct store *s, struct err *e)
{
	struct store_baseline b;

	char *from = store_called(s, a->from, e);
	bool ok = from && store_baseline(s, from, 0, &b, e);

	free(from);
	if (!ok) {
		if (e->code != ERR_NONE)
			return false;
		return err_set(e, ERR_CONFIG, "no baseline of \"%s\" is kept", a->from);
	}
	a->taken.snapshot = snapshot_ref(b.snapshot);
	a->taken.instance = b.instance;
	store_baseline_fini(&b);
	return true;
}

/* Under which name its baselines are kept, as long as no daemon has renamed it. */
static const char *
holder(const struct acceptance *a, struct store *s)
{
	const char *was = a->environment->was;
	struct err e;

	return was && store_baseline_version(s, a->name, &e) == 0 ? was : a->name;
}

static bool
take_replaced(struct acceptance *a, struct store *s, struct err *e)
{
	if (store_baseline(s, holder(a, s), 1, &a->taken, e))
		return true;
	if (e->code != ERR_NONE)
		return false;
	return err_set(e, ERR_CONFIG,
		"no baseline that was replaced is kept of %s: there is nothing to undo",
		a->name);
}

static bool
take(struct acceptance *a, struct conf *conf, struct store *s, struct err *e)
{
	char *text;

	if (a->undo)
		return take_replaced(a, s, e);
	if (!(a->from ? take_other(a, s, e) : take_present(a, conf, s, e)))
		return false;
	a->taken.at_ms = clock_wall_ms();
	a->taken.by = account();
	if (a->reason) {
		a->taken.reason = text_cleaned(a->reason, MAX_REASON);
	} else if (a->from) {
		text = text_cleaned(a->from, PHRASE_NAME);
		a->taken.reason = xasprintf("taken over from %s", text);
		free(text);
	}
	return true;
}

static bool
compare(struct acceptance *a, struct err *e)
{
	struct environment *env = environment_new(a->environment, NULL, e);
	struct compare_options o;

	if (!env)
		return false;
	o = environment_comparison(env, NULL, clock_wall_ms());
	a->changes = diff_compare(a->replaced.snapshot, a->taken.snapshot, &o);
	environment_free(env);
	return true;
}

/* What is damaged can be replaced as well, but not be compared. */
static bool
find_replaced(struct acceptance *a, struct store *s, struct err *e)
{
	a->version = store_baseline_version(s, holder(a, s), e);
	if (a->version < 0)
		return false;
	if (store_baseline(s, holder(a, s), 0, &a->replaced, e))
		return true;
	return e->code == ERR_NONE || e->code == ERR_FORMAT;
}

/* ---- Finding and keeping ---- */

static bool
find_environment(struct acceptance *a, struct conf *conf, struct err *e)
{
	const char *near = conf_environment_near(conf, a->name);

	for (size_t i = 0; i < conf->n_environments; i++)
		if (!strcmp(conf->environments[i].name, a->name)) {
			conf->environments[i].enabled = true;
			a->environment = &conf->environments[i];
		}
	if (!a->environment)
		return err_set(e, ERR_CONFIG, "no environment named \"%s\"%s%s%s",
			a->name, near ? "; did you mean \"" : "", near ? near : "",
			near ? "\"?" : "");
	if (a->environment->expect != EXPECT_BASELINE)
		return err_set(e, ERR_CONFIG,
			"%s is not compared with a baseline: set `expect = "
			"\"baseline\"` "
			"for it",
			a->name);
	if (!*conf->service.state_dir)
		return err_set(e, ERR_CONFIG,
			"service.state_dir is empty: there is no place to keep a "
			"baseline");
	return true;
}

bool
acceptance_find(struct acceptance *a, struct conf *conf, struct err *e)
{
	struct store *s;
	bool ok;

	if (!find_environment(a, conf, e))
		return false;
	s = store_open_copy(conf->service.state_dir);
	ok = store_is_up(s, e) && find_replaced(a, s, e) && take(a, conf, s, e) &&
	     (!a->replaced.snapshot || compare(a, e));
	store_close(s);
	return ok;
}

static char *
sentence(const struct acceptance *a)
{
	char *accepted = accepted_sentence(&a->taken), *who, *text;

	if (!a->undo)
		return accepted;
	who = account();
	text = xasprintf("taken back by %s: %s", who, accepted);
	free(who);
	free(accepted);
	return text;
}

static bool
add_event(const struct acceptance *a, struct store *s, struct err *e)
{
	struct store_last last = {.state = "unknown"};
	struct strbuf revision = {0};
	char *detail;
	struct store_change c = {.at_ms = clock_wall_ms(),
		.event = happening_word(HAPPENING_ACCEPTED),
		.environment = a->name,
		.state = last.state,
		.fingerprint = a->taken.snapshot->fingerprint};

	if (!store_last(s, a->name, &last, e) && e->code != ERR_NONE)
		return false;
	c.detail = detail = sentence(a);
	strvec_join(&a->taken.snapshot->revision, ",", &revision);
	c.revision = revision.len ? revision.s : NULL;
	store_add_change(s, &c);
	strbuf_free(&revision);
	free(detail);
	return true;
}

static bool
keep(const struct acceptance *a, struct store *s, struct err *e)
{
	const char *name = holder(a, s);
	int64_t version = store_baseline_version(s, name, e);

	if (version < 0)
		return false;
	if (version != a->version)
		return err_set(e, ERR_MOVED,
			"another baseline of %s was accepted meanwhile: run it again",
			a->name);
	return (a->undo ? store_drop_baseline(s, name, a->version, e)
			: store_add_baseline(s, a->name, &a->taken, e)) &&
	       add_event(a, s, e);
}

bool
acceptance_keep(struct acceptance *a, const struct conf *conf, struct err *e)
{
	struct store *s = store_open(conf->service.state_dir, e);
	bool ok = s && store_begin(s, e);

	if (ok)
		ok = store_end(s, keep(a, s, e), e) && store_is_in_place(s, e);
	store_close(s);
	return ok;
}

void
acceptance_fini(struct acceptance *a)
{
	diff_unref(a->changes);
	store_baseline_fini(&a->taken);
	store_baseline_fini(&a->replaced);
}
