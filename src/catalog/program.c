/* The digest of the sources stands for all that is done with an answer; version and
 * statements are for who holds two programs beside each other. */
#include "catalog/program.h"

#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/kinds.h"

static void
add_kind(struct hash *h, enum kind k, const char *reads, int server_version_num)
{
	const struct kind_info *info = kind_info(k);

	hash_add_number(h, k);
	hash_add_text(h, info->word);
	hash_add_text(h, reads);
	hash_add_text(h, kind_sql_for(info->details, COUNT_OF(info->details),
				 server_version_num));
	for (size_t i = 0; i < info->n_properties; i++) {
		hash_add_text(h, info->properties[i].name);
		hash_add_number(h, info->properties[i].canon);
	}
}

const char *
program_of(struct program *p, int server_version_num)
{
	enum kind kinds[KIND_COUNT];
	const char *sql[KIND_COUNT];
	struct hash *h;
	size_t n;

	if (p->hex[0] && p->server_version_num == server_version_num)
		return p->hex;
	h = hash_new();
	hash_add_text(h, PACKAGE_VERSION);
	hash_add_text(h, program_sources);
	hash_add_number(h, (uint64_t)server_version_num);
	hash_add_text(h, checksql_probe(server_version_num));
	n = kinds_readable(server_version_num, kinds, sql);
	for (size_t i = 0; i < n; i++)
		add_kind(h, kinds[i], sql[i], server_version_num);
	hash_finish(h, p->hex);
	p->server_version_num = server_version_num;
	return p->hex;
}
