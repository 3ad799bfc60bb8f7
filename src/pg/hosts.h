/* The lists of libpq's `host`, `hostaddr` and `port`, taken apart so that names can be
 * resolved outside libpq, and put together again.  Pure; rules: libpq's manual,
 * "Specifying Multiple Hosts". */
#ifndef PG_HOSTS_H
#define PG_HOSTS_H

#include "base/strbuf.h"

struct host {
	char *name, *address, *port; /* "" where the list has nothing */
	struct strvec found;         /* addresses that the name resolved to */
	bool to_resolve;
	bool left_out; /* not to be tried */
};

struct hosts {
	struct host *v;
	size_t n;
};

/* NULL counts as "".  Lists whose lengths do not fit are libpq's to refuse: what is
 * missing is taken as empty. */
void
hosts_parse(struct hosts *h, const char *host, const char *hostaddr, const char *port);
void hosts_free(struct hosts *h);

/* The first host at or after *at that has a name to resolve; false if there is none. */
bool hosts_next(const struct hosts *h, size_t *at);
/* How many hosts have one. */
size_t hosts_names(const struct hosts *h);
/* Leave out all but the one of that name or address and port, if it is there. */
void hosts_single_out(struct hosts *h, const char *name, const char *port);

/* The three lists with one entry an address.  A host whose name resolved to nothing is
 * left out, too.  Returns the number of entries. */
size_t hosts_format(const struct hosts *h, struct strbuf *host, struct strbuf *hostaddr,
	struct strbuf *port);

#endif
