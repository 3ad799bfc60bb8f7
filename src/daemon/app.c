/* Ties loop, monitor, HTTP, store and service manager together. */
#include "daemon/app.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/logqueue.h"
#include "base/mem.h"
#include "daemon/cautions.h"
#include "daemon/command.h"
#include "daemon/descriptors.h"
#include "daemon/events.h"
#include "daemon/keeper.h"
#include "daemon/signals.h"
#include "http/server.h"
#include "loop/work.h"
#include "monitor/monitor.h"
#include "pg/session.h"
#include "receivers/receivers.h"
#include "report/journal.h"
#include "sys/journal.h"
#include "sys/notify.h"

enum {
	STATUS_INTERVAL_MS = 5000,
	LOOP_STALL_MS = 10000,
	LOG_MAX_BYTES = 1 << 20, /* thousands of lines */
	LOG_PATIENCE_MS = 1000,
	MAX_LISTEN_FDS = 8,
	/* How long a database that was being built may take to be dropped: another
	 * start would do that. */
	ENDING_MS = 5000,
	ENDING_LOOK_MS = 20,
	/* … and a message to arrive, which another start would send again. */
	SENDING_MS = 2000,
	/* … and who has been let in to be answered. */
	ANSWERING_MS = 500
};

/* What the service manager did not take yet. */
enum unsaid { UNSAID_NOTHING, UNSAID_READY, UNSAID_RELOAD };

struct app {
	struct logqueue *log;
	struct loop *loop;
	struct conf *conf;
	const char *config_path;
	const struct strvec *overrides;
	struct keeper keeper;
	struct monitor *monitor;
	struct receivers *receivers;
	struct http_server *http;
	struct points *points; /* NULL: there is no store */
	struct conf *started;  /* what needs a restart is as it was here */
	struct strvec restart; /* keys that wait for one */
	struct signal_watch *signals[5];
	struct timer *reload;    /* the one that is to come, if it is set */
	int64_t reload_after_ms; /* monotonic */
	struct timer *watchdog, *status;
	enum unsaid unsaid;
	bool stopping;
	struct timer *ending;
	int64_t end_by_ms, send_by_ms, answer_by_ms; /* monotonic */
	char libpq_version[32];
};

/* ---- Log ---- */

static log_sink_fn *
log_outlet(const char *format)
{
	if (!strcmp(format, "auto"))
		format = journal_is_connected() ? "journal" : "logfmt";
	if (!strcmp(format, "journal"))
		return journal_sink;
	return strcmp(format, "json") ? log_sink_logfmt : log_sink_json;
}

/* The first time it makes the queue. */
static void
set_up_log(struct app *app)
{
	const struct conf_service *s = &app->conf->service;
	log_sink_fn *outlet = log_outlet(s->log_format);
	enum log_level level = LEVEL_INFO;

	log_level_parse(s->log_level, &level);
	log_set_level(level);
	if (!app->log)
		app->log = logqueue_new(LOG_MAX_BYTES, outlet, NULL);
	else
		logqueue_set_outlet(app->log, outlet, NULL);
	if (app->log)
		log_set_sink(logqueue_sink, app->log);
	else
		log_set_sink(outlet, NULL);
}

static void
end_log(struct app *app)
{
	log_set_sink(NULL, NULL);
	logqueue_end(app->log, LOG_PATIENCE_MS);
}

/* ---- What HTTP asks for ---- */

static const struct published *
published(void *arg)
{
	const struct app *app = arg;

	return monitor_published(app->monitor);
}

static const struct receiving *
receiving(void *arg, size_t *n)
{
	struct app *app = arg;

	return receivers_facts(app->receivers, n);
}

static char *
history(void *arg, const char *environment, int64_t since_ms, size_t limit)
{
	struct app *app = arg;

	return keeper_history(&app->keeper, environment, since_ms, limit);
}

static cJSON *
changes(void *arg, const struct changes_wish *w)
{
	struct app *app = arg;

	return keeper_changes(&app->keeper, w);
}

static cJSON *
story(void *arg, const struct story_wish *w, bool *failed)
{
	struct app *app = arg;

	return keeper_story(&app->keeper, w, failed);
}

static struct compare_options
comparison(void *arg, const char *environment)
{
	const struct app *app = arg;

	return monitor_comparison(app->monitor, environment);
}

static void
points(void *arg, const struct points_wish *w, struct points_answer *out)
{
	struct app *app = arg;

	points_compare(app->points, w, out);
}

static bool
has_history(void *arg, const char *environment)
{
	const struct app *app = arg;

	return keeper_has_history(&app->keeper, environment);
}

static bool
check(void *arg, const char *environment, int64_t *began_ms)
{
	struct app *app = arg;

	return monitor_check_now(app->monitor, environment, began_ms);
}

static void
shape(void *arg, const struct published_environment *e, char out[static HASH_HEX_LEN],
	bool *pending)
{
	const struct app *app = arg;

	monitor_shape(app->monitor, e, out, pending);
}

static struct diff *
variant(void *arg, const struct published_environment *expected,
	const struct published_environment *found, bool *pending)
{
	const struct app *app = arg;

	return monitor_variant(app->monitor, expected, found, pending);
}

/* ---- What the service manager has to know ---- */

static void
say_ready(struct app *app)
{
	bool taken = app->unsaid != UNSAID_RELOAD || notify_reloading();

	if (taken && notify_ready())
		app->unsaid = UNSAID_NOTHING;
}

/* ---- Signals ---- */

static void
on_check_all(void *arg)
{
	struct app *app = arg;
	int64_t began_ms;

	log_msg(LEVEL_INFO, "all environments are checked now");
	monitor_check_now(app->monitor, NULL, &began_ms);
}

static void
on_summary(void *arg)
{
	const struct app *app = arg;

	events_summary(monitor_published(app->monitor));
}

/* Nobody says when the database is dropped. */
static void
see_end(void *arg)
{
	struct app *app = arg;

	int64_t now_ms = clock_mono_ms();

	if ((!http_server_has_ended(app->http) && now_ms < app->answer_by_ms) ||
		(monitor_leaves_builds(app->monitor) && now_ms < app->end_by_ms) ||
		(receivers_are_busy(app->receivers) && now_ms < app->send_by_ms))
		timer_set(app->ending, ENDING_LOOK_MS);
	else
		loop_stop(app->loop);
}

static void
on_stop(void *arg)
{
	struct app *app = arg;

	/* The second time the user means it. */
	if (app->stopping)
		_exit(1);
	app->stopping = true;
	/* A reload would open again what is closed here. */
	timer_clear(app->reload);
	notify_stopping();
	journal_happened(NULL, &(struct happened){.what = HAPPENING_STOPPED});
	monitor_end_builds(app->monitor);
	receivers_end(app->receivers);
	http_server_end(app->http);
	app->answer_by_ms = clock_mono_ms() + ANSWERING_MS;
	app->end_by_ms = clock_mono_ms() + ENDING_MS;
	app->send_by_ms = clock_mono_ms() + SENDING_MS;
	see_end(app);
}

static void
refuse_reload(struct app *app, const struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->messages.n; i++)
		journal_reload_refused(errors->messages.v[i]);
	monitor_reload_refused(app->monitor);
}

static struct http_options
http_options_of(const struct conf_http *c)
{
	return (struct http_options){
		.listen = &c->listen,
		.access = {(mode_t)c->socket_mode, c->socket_group},
		.tls = {c->cert_file, c->key_file, c->client_ca_file, &c->client_names},
		.users_file = c->users_file,
		.external_url = c->external_url,
		.idle_timeout_ms = c->idle_timeout_ms,
		.loop_stall_ms = LOOP_STALL_MS,
	};
}

/* What is sound, and may be meant. */
static void
warn(const struct app *app)
{
	struct strvec addresses = {0}, cautions = {0};

	http_server_addresses(app->http, &addresses);
	cautions_of(app->conf, &addresses, &cautions);
	for (size_t i = 0; i < cautions.n; i++)
		log_msg(LEVEL_WARN, "%s", cautions.v[i]);
	strvec_free(&addresses);
	strvec_free(&cautions);
}

static void
go_over(struct app *app, struct conf *conf, struct http_change *change)
{
	struct err e;
	bool taken;

	strvec_free(&app->restart);
	conf_needs_restart(app->started, conf, &app->restart);
	for (size_t i = 0; i < app->restart.n; i++)
		log_msg(LEVEL_WARN, "%s is not what runs: restart to use it",
			app->restart.v[i]);
	receivers_configure(app->receivers, conf);
	if (app->conf != app->started)
		conf_free(app->conf);
	app->conf = conf;
	work_set_threads(app->loop, conf->service.workers);
	set_up_log(app);
	http_server_set_external(app->http, conf->http.external_url);
	taken = http_server_take(app->http, change, &e);
	warn(app);
	/* Who waits for that has all the lines before it. */
	journal_reloaded(conf->n_environments);
	/* They were sound a moment ago, so it is the listeners that failed. */
	if (!taken) {
		char *why = err_explained(&e);

		journal_reload_refused(why);
		free(why);
		monitor_reload_refused(app->monitor);
	}
}

/* Where there are environments, a configuration of none has to say so. */
static bool
is_meant(const struct app *app, const struct conf *conf, struct conf_errors *errors)
{
	if (!app->conf->n_environments || conf->n_environments || conf_wants_none(conf))
		return true;
	strvec_take(&errors->messages,
		xasprintf("%s: no environment is configured any more: if that is "
			  "meant, say `service { environments = none }`",
			conf->files.v[0]));
	return false;
}

/* All of it is known to be sound before any of it is taken; else the reason is one more
 * message, and there is no change. */
static struct http_change *
take_reload(struct app *app, struct conf *conf, struct conf_errors *errors)
{
	struct http_change *change;
	struct http_options o;
	struct err e;

	if (!app_override(conf, app->overrides, errors) || !is_meant(app, conf, errors))
		return NULL;
	o = http_options_of(&conf->http);
	change = http_change_new(app->http, &o, &e);
	if (change && monitor_reload(app->monitor, conf, &e))
		return change;
	strvec_take(&errors->messages, err_explained(&e));
	http_change_free(app->http, change);
	return NULL;
}

static void
log_warnings(const struct strvec *warnings)
{
	for (size_t i = 0; i < warnings->n; i++)
		log_msg(LEVEL_WARN, "%s", warnings->v[i]);
}

static void
reload(void *arg)
{
	struct app *app = arg;
	struct conf_errors errors = {0};
	int64_t begun_ms = clock_mono_ms(), now_ms;
	struct http_change *change = NULL;
	struct conf *conf;

	app->unsaid = notify_reloading() ? UNSAID_READY : UNSAID_RELOAD;
	conf = conf_load(app->config_path, &errors);
	log_warnings(&errors.warnings);
	if (conf)
		change = take_reload(app, conf, &errors);
	if (change) {
		go_over(app, conf, change);
	} else {
		conf_free(conf);
		refuse_reload(app, &errors);
	}
	conf_errors_free(&errors);
	say_ready(app);
	now_ms = clock_mono_ms();
	app->reload_after_ms = now_ms + (now_ms - begun_ms);
}

/* However many ask for one: it comes once, and not before the loop has had as much time
 * for all else as the last one took. */
static void
on_reload(void *arg)
{
	struct app *app = arg;

	if (!app->stopping && !timer_is_set(app->reload))
		timer_set(app->reload, app->reload_after_ms - clock_mono_ms());
}

/* ---- Timers ---- */

static void
on_watchdog(void *arg)
{
	struct app *app = arg;

	notify_watchdog();
	timer_set(app->watchdog, notify_watchdog_interval_ms());
}

static void
on_status(void *arg)
{
	struct app *app = arg;
	char *counts = events_counts(monitor_published(app->monitor));

	if (app->unsaid)
		say_ready(app);
	notify_status("%s", counts);
	free(counts);
	timer_set(app->status, STATUS_INTERVAL_MS);
}

static void
start_timers(struct app *app)
{
	app->status = timer_new(app->loop, on_status, app);
	timer_set(app->status, 1);
	app->watchdog = timer_new(app->loop, on_watchdog, app);
	if (notify_watchdog_interval_ms() > 0)
		timer_set(app->watchdog, notify_watchdog_interval_ms());
	keeper_start(&app->keeper, app->loop, app->monitor,
		(const struct conf *const *)&app->conf);
}

/* ---- Configuration from the command line ---- */

bool
app_override(
	struct conf *conf, const struct strvec *overrides, struct conf_errors *errors)
{
	bool ok = true;

	for (size_t i = 0; i < overrides->n; i++) {
		const char *value = strchr(overrides->v[i], '=') + 1;
		char *key = xstrndup(
			overrides->v[i], (size_t)(value - overrides->v[i] - 1));

		ok = conf_override(conf, key, value, errors) && ok;
		free(key);
	}
	return ok;
}

/* ---- Life ---- */

static bool
open_http(struct app *app, struct err *e)
{
	const struct http_source source = {.published = published,
		.history = app->keeper.store ? history : NULL,
		.changes = app->keeper.store ? changes : NULL,
		.story = app->keeper.store ? story : NULL,
		.points = app->points ? points : NULL,
		.has_history = has_history,
		.check = check,
		.shape = shape,
		.variant = variant,
		.receiving = receiving,
		.libpq_version = pg_library_version(
			app->libpq_version, sizeof app->libpq_version),
		.restart_needed = &app->restart,
		.arg = app};
	int fds[MAX_LISTEN_FDS];
	struct http_options o = http_options_of(&app->conf->http);

	o.listen_fds = fds;
	o.n_listen_fds = notify_listen_fds(fds, MAX_LISTEN_FDS);
	o.max_connections = descriptors_prepare(app->conf);
	app->http = http_server_new(app->loop, &o, &source, e);
	return app->http != NULL;
}

static bool
start(struct app *app, int *status, struct err *e)
{
	struct monitor_options o = {.store = app->keeper.store};

	app->receivers = receivers_new(app->loop, app->keeper.store, published, app);
	app->keeper.receivers = app->receivers;
	events_tell(&o, app->receivers);
	*status = EXIT_CONFIG;
	app->monitor = monitor_new(app->loop, app->conf, &o, e);
	if (!app->monitor)
		return false;
	receivers_configure(app->receivers, app->conf);
	if (app->keeper.store)
		app->points = points_new(app->loop, app->keeper.store, comparison, app);
	if (!open_http(app, e)) {
		/* An address in use may be free at the next try; a wrong file not. */
		if (e->code != ERR_CONFIG && e->code != ERR_IO)
			*status = EXIT_FAILURE;
		return false;
	}
	app->signals[0] = signal_new(app->loop, SIGTERM, on_stop, app);
	app->signals[1] = signal_new(app->loop, SIGINT, on_stop, app);
	app->signals[2] = signal_new(app->loop, SIGHUP, on_reload, app);
	app->signals[3] = signal_new(app->loop, SIGUSR2, on_check_all, app);
	app->signals[4] = signal_new(app->loop, SIGUSR1, on_summary, app);
	app->reload = timer_new(app->loop, reload, app);
	app->ending = timer_new(app->loop, see_end, app);
	signals_open();
	start_timers(app);
	monitor_start(app->monitor);
	return true;
}

static void
stop(struct app *app)
{
	for (size_t i = 0; i < COUNT_OF(app->signals); i++)
		signal_free(app->signals[i]);
	timer_free(app->reload);
	timer_free(app->ending);
	timer_free(app->watchdog);
	timer_free(app->status);
	keeper_stop(&app->keeper);
	http_server_free(app->http);
	points_free(app->points);
	monitor_free(app->monitor);
	receivers_free(app->receivers);
	keeper_close(&app->keeper);
	loop_free(app->loop);
	if (app->conf != app->started)
		conf_free(app->conf);
	conf_free(app->started);
	strvec_free(&app->restart);
}

static void
say_started(const struct app *app)
{
	char *detail = xasprintf("pgdriftd %s watches %zu environments",
		PACKAGE_VERSION, app->conf->n_environments);

	journal_happened(
		NULL, &(struct happened){.what = HAPPENING_STARTED, .detail = detail});
	free(detail);
}

int
app_serve(struct conf *conf, const char *config_path, const struct strvec *overrides,
	const struct strvec *warnings)
{
	struct app app = {.conf = conf,
		.started = conf,
		.config_path = config_path,
		.overrides = overrides};
	int status;
	struct err e;

	set_up_log(&app);
	log_warnings(warnings);
	app.loop = loop_new();
	work_set_threads(app.loop, conf->service.workers);
	status = EXIT_FAILURE;
	if (keeper_open(&app.keeper, conf->service.state_dir, &e) &&
		start(&app, &status, &e)) {
		say_started(&app);
		warn(&app);
		keeper_begin_life(&app.keeper);
		app.unsaid = UNSAID_READY;
		say_ready(&app);
		loop_run(app.loop);
		keeper_end_life(&app.keeper);
		status = EXIT_SUCCESS;
	} else {
		log_err(LEVEL_ERROR, &e, "cannot start");
	}
	stop(&app);
	end_log(&app);
	return status;
}
