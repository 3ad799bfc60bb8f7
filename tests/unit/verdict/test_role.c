/* What is said of a role that may do more than a check needs. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "catalog/versionsql.h"
#include "tests/unit/base/plain.h"
#include "verdict/version.h"

/* clang-format off */
#define NEEDS(role) \
	", and a check needs no more than `CREATE ROLE " role " LOGIN PASSWORD '…'`," \
	" `GRANT CONNECT ON DATABASE \"my shop\" TO " role "` and" \
	" `GRANT SELECT ON public.\"Version\" TO " role "`: connect as such a role"
/* clang-format on */

static void
test_notice(void **state)
{
	static const struct {
		const char *role, *super, *powers, *owners, *text;
	} cases[] = {
		{"mon", "f", NULL, NULL, NULL},
		/* The worst alone: a superuser is a member of all. */
		{"postgres", "t", "postgres, pg_read_server_files", "app, postgres",
			"postgres is a superuser" NEEDS("pgdriftd")},
		{"mon", "f", "pg_write_server_files", "app",
			"mon is a member of pg_write_server_files" NEEDS("pgdriftd")},
		{"app", "f", NULL, "app", "app owns what is watched" NEEDS("pgdriftd")},
		{"mon", "f", NULL, "app, mon",
			"mon has the rights of app, mon, owner of what is "
			"watched" NEEDS("pgdriftd")},
		/* That name is taken. */
		{"pgdriftd", "f", NULL, "app",
			"pgdriftd has the rights of app, owner of what is "
			"watched" NEEDS("pgdriftd_reader")},
	};
	const struct version_name table = {"public", "Version"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct plain p = plain_row(&versionsql_facts_gives);
		const struct rows row = plain_rows(&p);
		struct version_facts v = {0};
		char *text;

		plain_set(&p, "role", cases[i].role);
		plain_set(&p, "role_super", cases[i].super);
		plain_set(&p, "role_powers", cases[i].powers);
		plain_set(&p, "role_owners", cases[i].owners);
		version_take(&v, &row);
		text = version_role_notice(&v, "my shop", &table);
		if (cases[i].text)
			assert_string_equal(text, cases[i].text);
		else
			assert_null(text);
		free(text);
		version_fini(&v);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
