/* The daemon: everything that lives as long as the process. */
#ifndef DAEMON_APP_H
#define DAEMON_APP_H

#include "conf/conf.h"

/* Serve until SIGTERM or SIGINT; takes over `conf`, which was loaded from
 * `config_path` (NULL: the default) and is loaded from there again on SIGHUP, with
 * `overrides` ("service.interval=5m", from the command line) over it.  The `warnings`
 * of the first loading go to the log.  Returns the exit status.
 */
int app_serve(struct conf *conf, const char *config_path,
	const struct strvec *overrides, const struct strvec *warnings);

/* Put overrides ("service.interval=5m") over a loaded configuration; messages go to
 * `errors`. */
bool app_override(
	struct conf *conf, const struct strvec *overrides, struct conf_errors *errors);

#endif
