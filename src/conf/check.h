/* What has to hold between blocks: references, circles, keys that go together. */
#ifndef CONF_CHECK_H
#define CONF_CHECK_H

#include "conf/parse.h"

struct check {
	struct conf *conf;
	enum conf_use use;
	/* Where each block was written, in the order of `conf`. */
	const struct raw_block **migrations, **environments, **receivers;
};

void conf_check(const struct check *c, struct conf_errors *errors);

#endif
