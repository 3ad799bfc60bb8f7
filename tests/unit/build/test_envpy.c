#include "tests/unit/unit.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "build/envpy.h"

#define IMPORTS                                                       \
	"import asyncio, os\nfrom logging.config import fileConfig\n" \
	"from sqlalchemy import create_engine, engine_from_config\n"  \
	"from sqlalchemy import pool\nfrom alembic import context\n"  \
	"from sqlalchemy.ext.asyncio import (AsyncEngine,\n"          \
	"    async_engine_from_config, create_async_engine)\n"        \
	"config = context.config\n"
#define SECTION "config.get_section(config.config_ini_section, {})"
#define OFFLINE                                                \
	"def run_migrations_offline():\n"                      \
	"    url = config.get_main_option('sqlalchemy.url')\n" \
	"    context.configure(url=url)\n\n"
#define ONLINE(engine)                                                 \
	"def run_migrations_online():\n    connectable = " engine "\n" \
	"    with connectable.connect() as connection:\n"              \
	"        context.configure(connection=connection)\n"
#define OF_SECTION ONLINE("engine_from_config(" SECTION ", prefix='sqlalchemy.')")
#define OF(url) IMPORTS ONLINE("create_engine(" url ", poolclass=pool.NullPool)")
#define SET(url) \
	IMPORTS "config.set_main_option('sqlalchemy.url', " url ")\n" OFFLINE OF_SECTION

/* As `alembic init -t async` makes it. */
#define ASYNC                                                                   \
	IMPORTS "fileConfig(config.config_file_name)\n" OFFLINE                 \
		"def do_run_migrations(connection: Connection) -> None:\n"      \
		"    context.configure(connection=connection)\n"                \
		"    with context.begin_transaction():\n"                       \
		"        context.run_migrations()\n\n"                          \
		"async def run_async_migrations() -> None:\n"                   \
		"    connectable = async_engine_from_config(\n"                 \
		"        " SECTION ",\n        prefix=\"sqlalchemy.\",\n"       \
		"        poolclass=pool.NullPool,\n    )\n"                     \
		"    async with connectable.connect() as connection:\n"         \
		"        await connection.run_sync(do_run_migrations)\n"        \
		"    await connectable.dispose()\n\n"                           \
		"if context.is_offline_mode():\n    run_migrations_offline()\n" \
		"else:\n    asyncio.run(run_async_migrations())\n"

static void
check(const char *const *texts, size_t n, bool told)
{
	for (size_t i = 0; i < n; i++)
		if (envpy_is_told(texts[i]) != told)
			fail_msg("%s: %s", told ? "refused" : "taken", texts[i]);
}

/* What `alembic init` makes, and what reads the ini otherwise. */
static void
test_of_the_ini(void **state)
{
	static const char *const told[] = {
		IMPORTS OFFLINE OF_SECTION,
		ASYNC,
		IMPORTS OFFLINE ONLINE("AsyncEngine(engine_from_config(" SECTION
				       ", prefix='sqlalchemy.', future=True))"),
		OF("config.get_main_option(\"sqlalchemy.url\")"),
		OF("context.config.get_main_option('sqlalchemy.url')"),
		OF(SECTION "['sqlalchemy.url']"),
		OF(SECTION ".get('sqlalchemy.url')"),
		IMPORTS "url = config.get_main_option('sqlalchemy.url')\n" ONLINE(
			"create_async_engine(url)"),
		IMPORTS "section = config.config_ini_section\n"
			"configuration = config.get_section(section) or {}\n" ONLINE(
				"engine_from_config(configuration)"),
		OF("config.get_section_option(config.config_ini_section,"
		   " 'sqlalchemy.url')"),
		/* -x is not there where nobody says it in `build`. */
		OF("context.get_x_argument(as_dictionary=True).get('url') or"
		   " config.get_main_option('sqlalchemy.url')"),
		IMPORTS "x = context.get_x_argument(as_dictionary=True)\n"
			"url = x.get('url', config.get_main_option('sqlalchemy.url'))\n"
			"if x.get('url'):\n    url = x.get('url')\n" ONLINE(
				"create_engine(url)"),
		/* What is in the ini beside it, or of the application. */
		IMPORTS "from app.models import Base\ntarget_metadata = Base.metadata\n"
			"skip = config.get_section('alembic:exclude')\n"
			"config.set_main_option('script_location', here)\n"
			"config.set_section_option(config.config_ini_section,"
			" 'DB_HOST', os.environ.get('DB_HOST'))\n" OF_SECTION,
		IMPORTS "def run():\n"
			"    connectable = config.attributes.get('connection', None)\n"
			"    if connectable is None:\n"
			"        connectable = engine_from_config(" SECTION ")\n"
			"    with connectable.connect() as connection:\n        pass\n",
		OF("config.get_main_option('sqlalchemy.url'),"
		   " connect_args={'options': '-c lock_timeout=1s', 'timeout': 3}"),
	};

	(void)state;
	check(told, COUNT_OF(told), true);
}

static void
test_of_the_environment(void **state)
{
	static const char *const told[] = {
		OF("os.environ['DATABASE_URL']"),
		OF("os.environ.get('DATABASE_URL')"),
		OF("os.environ.get('DATABASE_URL', settings.url)"),
		OF("os.environ.get('PGDRIFTD_SCRATCH_URL', settings.url)"),
		OF("os.getenv(\"PGDRIFTD_SCRATCH_URL\") or settings.url"),
		OF("os.getenv(\"DATABASE_URL\", \"postgresql://h/d\")"),
		OF("os.getenv('DATABASE_URL') or"
		   " config.get_main_option('sqlalchemy.url')"),
		OF("(os.getenv('DATABASE_URL') or other())"),
		OF("os.environ['DATABASE_URL'].replace('postgres://',"
		   " 'postgresql+psycopg://', 1)"),
		SET("os.environ[\"DATABASE_URL\"]"),
		SET("os.environ['DATABASE_URL'].replace('%', '%%')"),
		IMPORTS "config.set_section_option(config.config_ini_section,"
			" 'sqlalchemy.url', os.getenv('DATABASE_URL'))\n" OF_SECTION,
		IMPORTS
		"config.set_main_option(KEY, os.environ['DATABASE_URL'])\n" OF_SECTION,
		IMPORTS "DATABASE_URL = os.environ['DATABASE_URL']\n" ONLINE(
			"create_engine(DATABASE_URL)"),
		IMPORTS
		"url: str = os.environ['DATABASE_URL']\n"
		"if url.startswith('postgres://'):\n"
		"    url = url.replace('postgres://', 'postgresql://', 1)\n" ONLINE(
			"create_engine(url)"),
		IMPORTS "def get_url():\n    return os.environ['DATABASE_URL']\n"
			"configuration = " SECTION "\n"
			"configuration['sqlalchemy.url'] = get_url()\n" ONLINE(
				"engine_from_config(configuration)"),
		IMPORTS "from os import environ\n" ONLINE(
			"create_engine(environ['DATABASE_URL'])"),
		IMPORTS "from os import getenv as env\n" ONLINE(
			"create_engine(env('DATABASE_URL'))"),
		"import os\nimport sqlalchemy as sa\n"
		"with sa.create_engine(os.environ['DATABASE_URL']).begin() as c:\n"
		"    pass\n",
		"# -*- coding: utf-8 -*-\r\nimport os\r\n"
		"from sqlalchemy import create_engine\r\n"
		"e = create_engine(os.environ['DATABASE_URL'])\r\n",
		/* What is set is not set again. */
		IMPORTS "from dotenv import load_dotenv\nload_dotenv()\n" ONLINE(
			"create_engine(os.environ['DATABASE_URL'])"),
		IMPORTS "load_dotenv('.env', override=False)\n" ONLINE(
			"create_engine(os.environ['DATABASE_URL'])"),
		IMPORTS "os.environ['TZ'] = 'UTC'\nif 'DEBUG' in os.environ:\n    x()\n"
			"os.environ.setdefault('APP_ENV', 'test')\n" OF_SECTION,
	};

	(void)state;
	check(told, COUNT_OF(told), true);
}

/* Each of them goes somewhere of its own, or may. */
static void
test_not_told(void **state)
{
	static const char *const not_told[] = {
		"",
		"from app import run\nrun()\n",
		OF("settings.url"),
		OF("get_url()"),
		OF("'postgresql://h/d'"),
		OF("f\"{os.environ['DATABASE_URL']}\""),
		OF("'postgresql://' + os.environ['DATABASE_URL']"),
		IMPORTS "# DATABASE_URL, or sqlalchemy.url of " SECTION
			"\n" ONLINE("x()"),
		IMPORTS
		"\"\"\"Of DATABASE_URL and 'sqlalchemy.url'.\"\"\"\n" ONLINE("x()"),
		OF("os.environ['SQLALCHEMY_DATABASE_URL']"),
		OF("os.environ['DATABASE_URL' + SUFFIX]"),
		OF("os.environ['DATABASE_URL'].replace('localhost', 'db')"),
		OF("settings['DATABASE_URL']"),
		OF("decouple('DATABASE_URL')"),
		OF("settings.SQLALCHEMY_DATABASE_URL"),
		OF("settings.database_url"),
		OF("settings.DATABASE_URL"),
		/* One of the application's, whatever it is made of. */
		IMPORTS "from app.settings import DATABASE_URL\n" ONLINE(
			"create_engine(DATABASE_URL)"),
		"from app.settings import DATABASE_URL\n" SET("DATABASE_URL"),
		SET("settings.database_url"),
		IMPORTS
		"database_url = get_url()\n" ONLINE("create_engine(database_url)"),
		IMPORTS
		"DATABASE_URL: str = url()\n" ONLINE("create_engine(DATABASE_URL)"),
		/* Read, and not used. */
		"import os\nurl = os.environ['DATABASE_URL']\n",
		IMPORTS "url = os.environ['DATABASE_URL']\n" ONLINE(
			"create_engine(settings.url)"),
		IMPORTS "url = os.environ['DATABASE_URL']\n"
			"from app.db import engine\n" ONLINE("engine"),
		IMPORTS "create_engine(os.environ['DATABASE_URL'])\n"
			"from app.db import engine\n" ONLINE("engine"),
		OF("os.environ['DATABASE_URL']") "with get_engine().connect() as c:\n"
						 "    run(c)\n",
		OF("os.environ['DATABASE_URL']") "with (get()).connect() as c:\n"
						 "    run(c)\n",
		OF("os.environ['DATABASE_URL']") "context.configure(\n"
						 "    connection=db.session.get())\n",
		/* Another source comes first, or in its place. */
		OF("os.getenv('APP_DB_URL') or"
		   " config.get_main_option('sqlalchemy.url')"),
		OF("settings.url or os.environ['DATABASE_URL']"),
		OF("os.environ.get('APP_DB_URL', os.environ['DATABASE_URL'])"),
		OF("context.get_x_argument(as_dictionary=True).get('url') or"
		   " settings.url"),
		OF("context.get_x_argument(as_dictionary=True).get('url', get_url())"),
		OF("settings.url if settings.url else os.environ['DATABASE_URL']"),
		OF("os.environ['DATABASE_URL'] if TEST else settings.url"),
		OF("os.environ['DATABASE_URL'] and settings.url"),
		IMPORTS "url = os.environ['DATABASE_URL']\nif prod:\n"
			"    url = settings.url\n" ONLINE("create_engine(url)"),
		IMPORTS
		"url = os.environ['DATABASE_URL']\nurl += '?host=prod'\n" ONLINE(
			"create_engine(url)"),
		IMPORTS "url = os.environ['DATABASE_URL']\n"
			"url, x = settings.both()\n" ONLINE("create_engine(url)"),
		IMPORTS "url = os.environ['DATABASE_URL']\n"
			"(url, x) = settings.both()\n" ONLINE("create_engine(url)"),
		IMPORTS
		"url = os.environ['DATABASE_URL']\n"
		"for url in settings.all():\n    x()\n" ONLINE("create_engine(url)"),
		IMPORTS "url = os.environ['DATABASE_URL']\n"
			"if (url := settings.url): pass\n" ONLINE("create_engine(url)"),
		IMPORTS "url = os.environ['DATABASE_URL']\n"
			"from app.settings import *\n" ONLINE("create_engine(url)"),
		IMPORTS "def get_url():\n    if x:\n        return settings.url\n"
			"    return os.environ['DATABASE_URL']\n" ONLINE(
				"create_engine(get_url())"),
		IMPORTS "def get_url():\n    if x:\n"
			"        return os.environ['DATABASE_URL']\n" ONLINE(
				"create_engine(get_url() or settings.url)"),
		IMPORTS "url = url.replace('%', '%%')\n" ONLINE("create_engine(url)"),
		/* The variable is another one then. */
		IMPORTS "load_dotenv(override=True)\n" ONLINE(
			"create_engine(os.environ['DATABASE_URL'])"),
		IMPORTS "load_dotenv(None, None, False, True)\n" ONLINE(
			"create_engine(os.environ['DATABASE_URL'])"),
		IMPORTS "os.environ['DATABASE_URL'] = settings.url\n" ONLINE(
			"create_engine(os.environ['DATABASE_URL'])"),
		IMPORTS "os.environ.update(dotenv_values())\n" ONLINE(
			"create_engine(os.environ['DATABASE_URL'])"),
		IMPORTS "del os.environ['DATABASE_URL']\n" OF_SECTION,
		IMPORTS "os.environ['PGHOSTADDR'] = '192.0.2.1'\n" OF_SECTION,
		IMPORTS "os.environ[KEY] = url\n" OF_SECTION,
		IMPORTS "from app import os\nos.environ['PGHOSTADDR'] = x\n" OF_SECTION,
		IMPORTS "(settings or os).environ.update(x)\n" OF_SECTION,
		"from app import os\n" ONLINE(
			"create_engine(os.environ['DATABASE_URL'])"),
		IMPORTS "from app import environ\n" ONLINE(
			"create_engine(environ['DATABASE_URL'])"),
		IMPORTS "from app import create_engine\n" ONLINE(
			"create_engine(os.environ['DATABASE_URL'])"),
		/* What the ini says is said anew. */
		SET("settings.dsn"),
		SET("get_url()"),
		IMPORTS "KEY = 'sqlalchemy.url'\n"
			"config.set_main_option(KEY, get_url())\n" OF_SECTION,
		IMPORTS "config.set_main_option(*option)\n" OF_SECTION,
		IMPORTS "config.set_main_option('sqlalchemy.creator', x)\n" OF_SECTION,
		IMPORTS "config.set_section_option(config.config_ini_section,"
			" 'sqlalchemy.url', settings.dsn)\n" OF_SECTION,
		IMPORTS "config.file_config.set(a, b, c)\n" OF_SECTION,
		IMPORTS "config.config_ini_section = settings.section\n" OF_SECTION,
		IMPORTS "config = Config('other.ini')\n" OF_SECTION,
		IMPORTS "configuration = " SECTION "\n"
			"configuration['sqlalchemy.url'] = get_url()\n" ONLINE(
				"engine_from_config(configuration)"),
		IMPORTS "configuration = " SECTION "\n"
			"configuration[KEY] = get_url()\n" ONLINE(
				"engine_from_config(configuration)"),
		IMPORTS "configuration = " SECTION "\n"
			"configuration.update(settings.engine)\n" ONLINE(
				"engine_from_config(configuration)"),
		IMPORTS ONLINE(
			"engine_from_config({**" SECTION ", 'sqlalchemy.url': u})"),
		IMPORTS ONLINE("engine_from_config(" SECTION ", url=get_url())"),
		IMPORTS ONLINE("engine_from_config(" SECTION ", prefix='app.')"),
		IMPORTS ONLINE("engine_from_config(" SECTION ", creator=connect)"),
		IMPORTS ONLINE("engine_from_config(" SECTION ", **settings.engine)"),
		IMPORTS ONLINE("engine_from_config(" SECTION
			       ", connect_args={'host': 'prod'})"),
		IMPORTS ONLINE("engine_from_config(" SECTION ", connect_args=args)"),
		IMPORTS ONLINE("engine_from_config(settings.engine,"
			       " prefix='sqlalchemy.')"),
		IMPORTS "@event.listens_for(Engine, 'do_connect')\n"
			"def do(a, b, c, d):\n    d['host'] = 'prod'\n" OF_SECTION,
		IMPORTS "exec(open('more').read())\n" OF_SECTION,
		/* As `alembic init -t multidb` makes it: of sections that stay. */
		IMPORTS "for name in names:\n    engines[name] = rec = {}\n"
			"    rec['engine'] = engine_from_config(\n"
			"        context.config.get_section(name, {}),"
			" prefix='sqlalchemy.')\n",
		OF("config.get_main_option('my_url')"),
	};

	(void)state;
	check(not_told, COUNT_OF(not_told), false);
}

/* Whatever it is, it is read to its end and not beyond. */
static void
test_odd(void **state)
{
	static const char *const odd[] = {"def run_migrations_offline",
		"def run_migrations_offline(): pass", "get_section(", "get_section)))",
		"'sqlalchemy.url", "set_main_option('sqlalchemy.url'", "os.environ[",
		"import", "from", "from os import", "import os as", "x = ", "x =", "as",
		"x = x = x", "lambda", "a.", "os.", "del", "def", "def f", "return",
		"import os\nos.environ[", "import os\nos.environ.",
		"import os\nos.getenv(", "import os\nos.getenv('DATABASE_URL'",
		"import os\ndel os.environ", IMPORTS "create_engine(",
		IMPORTS "create_engine(url=", IMPORTS "config.",
		IMPORTS "create_engine(os.environ['DATABASE_URL'].replace(",
		IMPORTS "create_engine(os.environ['DATABASE_URL'].replace('%'",
		IMPORTS "create_engine(os.environ['DATABASE_URL'].replace('%',",
		IMPORTS "create_engine(os.environ['DATABASE_URL'], connect_args={",
		IMPORTS "def f():\n  return f()\ncreate_engine(f())\n",
		("def run_migrations_offline():\n"
		 "  create_engine(os.environ['DATABASE_URL'])")};

	(void)state;
	check(odd, COUNT_OF(odd), false);
	assert_true(envpy_is_told("async def run_migrations_offline(): pass\n" OF(
		"os.environ['DATABASE_URL']")));
	assert_true(envpy_is_told(OF("os.environ['DATABASE_URL']") OFFLINE));
}

/* Names of names, each of two. */
static void
test_endless(void **state)
{
	struct strbuf text = {0};

	(void)state;
	strbuf_add(&text, IMPORTS "v0 = os.environ['DATABASE_URL']\n");
	for (int i = 1; i < 60; i++)
		strbuf_printf(&text, "v%d = v%d or v%d\nv%d = v%d\n", i, i - 1, i - 1,
			i, i - 1);
	strbuf_add(&text, "create_engine(v59)\n");
	assert_false(envpy_is_told(text.s));
	strbuf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_the_ini),
		cmocka_unit_test(test_of_the_environment),
		cmocka_unit_test(test_not_told),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_endless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
