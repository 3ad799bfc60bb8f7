/* What the routes answer, from published state.  Each fills a zeroed answer. */
#ifndef HTTP_HANDLERS_H
#define HTTP_HANDLERS_H

#include "http/route.h"

void handle_status(const struct request *r, struct answer *out);
void handle_environment(const struct request *r, struct answer *out);
void handle_diff(const struct request *r, struct answer *out);
void handle_changes(const struct request *r, struct answer *out);
void handle_check(const struct request *r, struct answer *out);
void handle_history(const struct request *r, struct answer *out);
void handle_migrations(const struct request *r, struct answer *out);
void handle_migration(const struct request *r, struct answer *out);
void handle_metrics(const struct request *r, struct answer *out);
void handle_healthz(const struct request *r, struct answer *out);
void handle_readyz(const struct request *r, struct answer *out);
void handle_version(const struct request *r, struct answer *out);

#endif
