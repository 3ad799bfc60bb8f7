#include "tests/unit/unit.h"

#include "base/mem.h"
#include "build/envpy.h"

#define SECTION "config.get_section(config.config_ini_section, {})"
#define OFFLINE                                                \
	"def run_migrations_offline():\n"                      \
	"    url = config.get_main_option('sqlalchemy.url')\n" \
	"    context.configure(url=url)\n\n"
#define ONLINE(engine)                                                 \
	"def run_migrations_online():\n    connectable = " engine "\n" \
	"    with connectable.connect() as connection:\n        run()\n"

static void
test_told(void **state)
{
	static const char *const told[] = {
		OFFLINE ONLINE(
			"engine_from_config(\n        " SECTION
			",\n        prefix='sqlalchemy.', poolclass=pool.NullPool)"),
		OFFLINE ONLINE("AsyncEngine(engine_from_config(" SECTION "))"),
		ONLINE("create_engine(config.get_main_option(\"sqlalchemy.url\"))"),
		ONLINE("create_engine(" SECTION "['sqlalchemy.url'])"),
		"url = config.get_main_option('sqlalchemy.url')\n" ONLINE(
			"create_async_engine(url)"),
		"url = os.environ['DATABASE_URL']\n",
		"DATABASE_URL = os.environ['DATABASE_URL']\n"
		"create_engine(DATABASE_URL)\n",
		"from app.settings import DATABASE_URL\n"
		"config.set_main_option('sqlalchemy.url', DATABASE_URL)\n",
		"config.set_main_option('sqlalchemy.url', settings.database_url)\n",
		"url = os.environ.get('PGDRIFTD_SCRATCH_URL', settings.url)\n",
		"url = os.getenv(\"PGDRIFTD_SCRATCH_DSN\") or url\n",
		"# -*- coding: utf-8 -*-\r\nurl = os.environ['DATABASE_URL']\r\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(told); i++)
		if (!envpy_is_told(told[i]))
			fail_msg("refused: %s", told[i]);
}

/* Each of them goes somewhere of its own. */
static void
test_not_told(void **state)
{
	static const char *const not_told[] = {
		"",
		"from app import run\nrun()\n",
		OFFLINE ONLINE("create_engine(settings.url)"),
		OFFLINE ONLINE("create_engine(get_url())") "x = " SECTION "\n",
		"# DATABASE_URL, or sqlalchemy.url of " SECTION "\n" ONLINE("x()"),
		"\"\"\"Of DATABASE_URL and 'sqlalchemy.url'.\"\"\"\n" ONLINE("x()"),
		"url = os.environ['SQLALCHEMY_DATABASE_URL']\n",
		"url = settings.SQLALCHEMY_DATABASE_URL\n",
		"database_url = get_url()\ncreate_engine(database_url)\n",
		"DATABASE_URL = get_url()\ncreate_engine(DATABASE_URL)\n",
		"DATABASE_URL: str = url()\ncreate_engine(DATABASE_URL)\n",
		"config.set_main_option(\n    'sqlalchemy.url', settings.dsn)\n" ONLINE(
			"engine_from_config(" SECTION ")"),
		"config.set_section_option(config.config_ini_section,"
		" 'sqlalchemy.url', settings.dsn)\n" ONLINE(
			"engine_from_config(" SECTION ")"),
		"configuration = " SECTION "\n"
		"configuration['sqlalchemy.url'] = get_url()\n" ONLINE(
			"engine_from_config(configuration, prefix='sqlalchemy.')"),
		ONLINE("engine_from_config({**" SECTION ", 'sqlalchemy.url': u})"),
		ONLINE("engine_from_config(" SECTION ", url=get_url())"),
		ONLINE("engine_from_config(settings.engine, prefix='sqlalchemy.')"),
		/* As `alembic init -t multidb` makes it: of sections that stay. */
		"for name in names:\n    engine_from_config(\n"
		"        context.config.get_section(name, {}),"
		" prefix='sqlalchemy.')\n",
		"create_engine(config.get_main_option('my_url'))\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(not_told); i++)
		if (envpy_is_told(not_told[i]))
			fail_msg("taken: %s", not_told[i]);
}

/* Whatever it is, it is read to its end and not beyond. */
static void
test_odd(void **state)
{
	(void)state;
	assert_false(envpy_is_told("def run_migrations_offline"));
	assert_false(envpy_is_told("def run_migrations_offline(): pass"));
	assert_false(envpy_is_told("get_section("));
	assert_false(envpy_is_told("get_section)))"));
	assert_false(envpy_is_told("'sqlalchemy.url"));
	assert_false(envpy_is_told("set_main_option('sqlalchemy.url'"));
	assert_true(envpy_is_told(
		"def run_migrations_offline(): pass\nx = e['DATABASE_URL']"));
	assert_true(envpy_is_told(OFFLINE "x = e['DATABASE_URL']"));
	assert_false(envpy_is_told(
		"def run_migrations_offline():\n  x = e['DATABASE_URL']"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_not_told),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
