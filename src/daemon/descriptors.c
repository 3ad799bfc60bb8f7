/* A client costs a descriptor, and so does a check; clients never get the last ones. */
#include "daemon/descriptors.h"

#include <limits.h>
#include <sys/resource.h>

#include "base/log.h"

enum {
	OWN = 64,      /* log, store, sockets, files that are read */
	OF_A_CHECK = 6 /* a connection, name servers, a command with its pipe */
};

int
descriptors_share(long long limit, const struct descriptors_use *use, int wanted)
{
	long long left =
		limit - OWN - (long long)OF_A_CHECK * use->checks - use->environments;

	if (left < limit / 8)
		left = limit / 8;
	if (left < 1)
		left = 1;
	return left < wanted ? (int)left : wanted;
}

int
descriptors_prepare(const struct conf *conf)
{
	const struct descriptors_use use = {
		conf->service.max_concurrent_checks, (int)conf->n_environments};
	int wanted = conf->http.max_connections, fit;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return wanted;
	if (r.rlim_cur < r.rlim_max) {
		rlim_t was = r.rlim_cur;

		r.rlim_cur = r.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &r) != 0)
			r.rlim_cur = was;
	}
	if (r.rlim_cur == RLIM_INFINITY || r.rlim_cur > INT_MAX)
		return wanted;
	fit = descriptors_share((long long)r.rlim_cur, &use, wanted);
	if (fit < wanted)
		log_msg(LEVEL_WARN,
			"max_connections = %d does not fit the limit of %lld open "
			"files: %d are served at the same time; raise LimitNOFILE= of "
			"the unit (ulimit -n)",
			wanted, (long long)r.rlim_cur, fit);
	return fit;
}
