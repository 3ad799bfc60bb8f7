/* Most databases have nothing of half of the kinds.  A statement that finds nothing
 * costs as much as one that finds little: a new connection looks up all that it names,
 * and plans it.  The probe has looked into the same catalogs, and in the snapshot of
 * the rows it is looked at again. */
#include "catalog/optional.h"

#include "base/mem.h"
#include "catalog/checksql.h"

bool
optional_has_none(enum kind k, const char *parts)
{
	const struct kind_info *info = kind_info(k);

	for (size_t i = 0; i < COUNT_OF(info->only_with_rows); i++)
		if (info->only_with_rows[i] &&
			!checksql_has_none(parts, info->only_with_rows[i]))
			return false;
	return info->only_with_rows[0] != NULL;
}
