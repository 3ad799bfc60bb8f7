/* The configuration of an environment that is never connected to. */
#ifndef TESTS_MONITOR_PROD_H
#define TESTS_MONITOR_PROD_H

#include "conf/conf.h"

void prod_conf(struct conf_environment *c);
void prod_conf_fini(struct conf_environment *c);

#endif
