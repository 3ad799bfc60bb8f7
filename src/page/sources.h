/* Where environments and their revisions come from: templates, and migrations. */
#ifndef PAGE_SOURCES_H
#define PAGE_SOURCES_H

#include "page/page.h"

/* Append those templates of which it is, or is not, known what they stand for. */
void sources_discoveries(const struct published *p, bool known, struct strbuf *out);
/* Append all migrations and their problems; nothing where there are none. */
void sources_migrations(const struct page *page, struct strbuf *out);

#endif
