/* Prints the statements of the catalog room for one server version as JSON, so that the
 * system tests can run them one by one: tests/statements VERSION_NUM */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/kinds.h"
#include "catalog/versionsql.h"

/* Of all relations. */
static void
add_reads(cJSON *kind, const char *sql)
{
	struct strbuf all = {0};
	const char *at;

	for (; sql && (at = strstr(sql, "$1")); sql = at + 2) {
		strbuf_addn(&all, sql, (size_t)(at - sql));
		strbuf_add(&all, "NULL");
	}
	strbuf_add(&all, sql ? sql : "");
	json_add_str(kind, "reads", sql ? all.s : NULL);
	strbuf_free(&all);
}

static void
add_kind(cJSON *list, const struct kind_info *info, int version)
{
	cJSON *kind = json_object(), *properties;

	json_add_str(kind, "kind", info->word);
	add_reads(kind, kind_sql_for(info->reads, COUNT_OF(info->reads), version));
	json_add_str(kind, "details",
		kind_sql_for(info->details, COUNT_OF(info->details), version));
	properties = json_add_array(kind, "properties");
	for (size_t i = 0; i < info->n_properties; i++)
		if (info->properties[i].only_with != SWITCH_NEVER)
			json_push_str(properties, info->properties[i].name);
	json_push(list, kind);
}

int
main(int argc, char **argv)
{
	int version = argc == 2 ? atoi(argv[1]) : 0;
	cJSON *all = json_object(), *list;
	struct strbuf setup = {0};
	char *text, *unless = checksql_probe_unless(version);

	checksql_setup(&setup, 20000, 1000);
	json_add_str(all, "setup", setup.s);
	json_add_str(all, "info", checksql_info);
	json_add_str(all, "position", checksql_position);
	json_add_str(all, "version", versionsql_facts);
	json_add_str(all, "probe", checksql_probe(version));
	json_add_str(all, "probe_unless", unless);
	list = json_add_array(all, "kinds");
	for (int k = 0; k < KIND_COUNT; k++)
		add_kind(list, kind_info((enum kind)k), version);
	text = json_print(all);
	puts(text);
	free(text);
	free(unless);
	cJSON_Delete(all);
	strbuf_free(&setup);
	return 0;
}
