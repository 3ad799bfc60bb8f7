/* Ready-made ignore rules for what extensions and platforms create while they run.
 * What an extension creates when it is installed belongs to it and is not in a catalog
 * in the first place. */
#ifndef CATALOG_PRESET_H
#define CATALOG_PRESET_H

#include "catalog/ignore.h"

/* Add the rules of the presets of these names, which need not match.  ERR_CONFIG, with
 * the nearest name, if there is none of a name. */
bool preset_add(
	struct ignore_rules *r, const struct strvec *names, struct err *e) MUST_CHECK;

/* Their names, in the order in which they are documented; NULL from the end on. */
const char *preset_name(size_t i);

#endif
