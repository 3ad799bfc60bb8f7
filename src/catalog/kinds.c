/* The table of object kinds, and looking things up in it. */
#include "catalog/kinds.h"

#include <assert.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "catalog/kinds_sql.h"

static const struct kind_info *const kinds[KIND_COUNT] = {
	[KIND_SCHEMA] = &kind_row_schema,
	[KIND_EXTENSION] = &kind_row_extension,
	[KIND_TABLE] = &kind_row_table,
	[KIND_COLUMN] = &kind_row_column,
	[KIND_CONSTRAINT] = &kind_row_constraint,
	[KIND_INDEX] = &kind_row_index,
	[KIND_SEQUENCE] = &kind_row_sequence,
	[KIND_VIEW] = &kind_row_view,
	[KIND_MATERIALIZED_VIEW] = &kind_row_materialized_view,
	[KIND_TYPE] = &kind_row_type,
	[KIND_DOMAIN] = &kind_row_domain,
	[KIND_FUNCTION] = &kind_row_function,
	[KIND_PROCEDURE] = &kind_row_procedure,
	[KIND_AGGREGATE] = &kind_row_aggregate,
	[KIND_TRIGGER] = &kind_row_trigger,
	[KIND_RULE] = &kind_row_rule,
	[KIND_POLICY] = &kind_row_policy,
	[KIND_EVENT_TRIGGER] = &kind_row_event_trigger,
	[KIND_PUBLICATION] = &kind_row_publication,
	[KIND_SUBSCRIPTION] = &kind_row_subscription,
	[KIND_FOREIGN_DATA_WRAPPER] = &kind_row_foreign_data_wrapper,
	[KIND_FOREIGN_SERVER] = &kind_row_foreign_server,
	[KIND_FOREIGN_TABLE] = &kind_row_foreign_table,
	[KIND_USER_MAPPING] = &kind_row_user_mapping,
	[KIND_STATISTICS] = &kind_row_statistics,
	[KIND_COLLATION] = &kind_row_collation,
	[KIND_CONVERSION] = &kind_row_conversion,
	[KIND_OPERATOR] = &kind_row_operator,
	[KIND_OPERATOR_CLASS] = &kind_row_operator_class,
	[KIND_OPERATOR_FAMILY] = &kind_row_operator_family,
	[KIND_CAST] = &kind_row_cast,
	[KIND_TEXT_SEARCH_CONFIGURATION] = &kind_row_text_search_configuration,
	[KIND_TEXT_SEARCH_DICTIONARY] = &kind_row_text_search_dictionary,
	[KIND_TEXT_SEARCH_PARSER] = &kind_row_text_search_parser,
	[KIND_TEXT_SEARCH_TEMPLATE] = &kind_row_text_search_template,
	[KIND_ACCESS_METHOD] = &kind_row_access_method,
	[KIND_TRANSFORM] = &kind_row_transform,
	[KIND_LANGUAGE] = &kind_row_language,
	[KIND_DATABASE_SETTING] = &kind_row_database_setting,
	[KIND_DEFAULT_PRIVILEGE] = &kind_row_default_privilege,
	[KIND_COMMENT] = &kind_row_comment,
	[KIND_SECURITY_LABEL] = &kind_row_security_label,
	[KIND_GRANT] = &kind_row_grant,
	[KIND_DATABASE] = &kind_row_database,
};

const struct kind_info *
kind_info(enum kind k)
{
	assert((unsigned)k < KIND_COUNT);
	return kinds[k];
}

enum kind
kind_by_word(const char *word)
{
	for (int k = 0; k < KIND_COUNT; k++)
		if (!strcmp(kinds[k]->word, word))
			return k;
	return KIND_NONE;
}

const char *
kind_sql_for(const struct kind_sql *list, size_t n, int server_version_num)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].sql && server_version_num >= list[i].min_version &&
			(!list[i].max_version ||
				server_version_num <= list[i].max_version))
			return list[i].sql;
	return NULL;
}

size_t
kinds_readable(int server_version_num, enum kind *list, const char **sql)
{
	size_t n = 0;

	for (int k = 0; k < KIND_COUNT; k++) {
		const struct kind_info *info = kind_info((enum kind)k);
		const char *s = kind_sql_for(
			info->reads, COUNT_OF(info->reads), server_version_num);

		if (!s)
			continue;
		list[n] = (enum kind)k;
		sql[n++] = s;
	}
	return n;
}

char *
kind_sql_of_schema(const char *sql, const char *schema)
{
	static const char of_users[] = USER_SCHEMA;
	const char *at;
	struct strbuf b = {0};

	for (; (at = strstr(sql, of_users)); sql = at + strlen(of_users)) {
		strbuf_addn(&b, sql, (size_t)(at - sql));
		strbuf_add(&b, of_users);
		strbuf_add(&b, " AND n.nspname = ");
		text_literal(&b, schema);
	}
	strbuf_add(&b, sql);
	return strbuf_take(&b);
}

int
kind_property(enum kind k, const char *name)
{
	const struct kind_info *info = kind_info(k);

	for (size_t i = 0; i < info->n_properties; i++)
		if (!strcmp(info->properties[i].name, name))
			return (int)i;
	return -1;
}
