#include "tests/unit/unit.h"

#include "base/mem.h"
#include "catalog/kinds.h"
#include "conf/redact.h"

static void
test_redact(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"service=prod", "service=prod"},
		{"host=h password=x user=u", "host=h password=<secret> user=u"},
		{"password = 'a b\\'c' host=h", "password = <secret> host=h"},
		{"password='' host=h", "password=<secret> host=h"},
		{"password=a\\ b host=h", "password=<secret> host=h"},
		{"host=h password=", "host=h password=<secret>"},
		{"sslpassword=x passfile=/a/b", "sslpassword=<secret> passfile=/a/b"},
		{"oauth_client_secret=x scram_server_key='y z' host=h",
			"oauth_client_secret=<secret> scram_server_key=<secret> "
			"host=h"},
		{"postgresql://h/d?scram_client_key=x&user=u",
			"postgresql://h/d?scram_client_key=<secret>&user=u"},
		{"passfile=/etc/passwords PASSWORD=x",
			"passfile=/etc/passwords PASSWORD=<secret>"},
		{"user='a b' dbname='c\\\\'", "user='a b' dbname='c\\\\'"},
		{"dbname=postgresql://u:p@h/d", "dbname=<secret>"},
		{"options='-c x.password=y'", "options=<secret>"},
		{"host=h password='x", "<secret>"},
		{"just words", "<secret>"},
		{"host=h words", "<secret>"},
		{"postgresql://h/d", "postgresql://h/d"},
		{"postgresql://u@h/d", "postgresql://u@h/d"},
		{"postgresql://u:p@h/d", "postgresql://u:<secret>@h/d"},
		{"postgres://u:p@h", "postgres://u:<secret>@h"},
		{"postgresql://u:p:q@h/d", "postgresql://u:<secret>@h/d"},
		{"postgresql://u:p@q@h/d", "postgresql://u:<secret>@h/d"},
		{"postgresql://u:@h1:1,[::1]:2/d",
			"postgresql://u:<secret>@h1:1,[::1]:2/d"},
		{"postgresql:///d?host=/run&user=u",
			"postgresql:///d?host=/run&user=u"},
		{"postgresql://h/d?user=u&password=p&x=y",
			"postgresql://h/d?user=u&password=<secret>&x=y"},
		{"postgresql://u:p@h?sslpassword=p",
			"postgresql://u:<secret>@h?sslpassword=<secret>"},
		{"postgresql://h?p%61ssword=p&a",
			"postgresql://h?p%61ssword=<secret>&a"},
		{"postgresql://h/d?user=a@b", "postgresql://h/d?user=a@b"},
		{"postgresql://h:1/d", "postgresql://h:1/d"},
		{"postgresql://u:p/q@h/d", "postgresql://<secret>"},
		{"postgresql://u:p?q@h/d", "postgresql://<secret>"},
		{"postgresql://u:p/x?y@h", "postgresql://<secret>"},
		{"postgresql://h?password=a@b", "postgresql://<secret>"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf b = {0};

		conf_redact(cases[i][0], &b);
		assert_string_equal(b.s ? b.s : "", cases[i][1]);
		strbuf_free(&b);
	}
}

/* What libpq would not understand either. */
static void
test_words(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"/a/b.json: No such file or directory",
			"/a/b.json: No such file or directory"},
		{"pw:secret@host/db: No such file",
			"pw:<secret>@host/db: No such file"},
		{"no argument \"pw:sec ret@host/db\" here",
			"no argument \"pw:<secret>@host/db\" here"},
		{"at postgresql://u:a:b@c@h/d now",
			"at postgresql://u:<secret>@h/d now"},
		{"postgresql://h/d?password=a&x=y",
			"postgresql://h/d?password=<secret>"},
		{"\"host=h PASSWORD=a b\"", "\"host=h PASSWORD=<secret>\""},
		{"u:<secret>@h", "u:<secret>@h"},
		{"no environment \"a:b\"; me@host", "no environment \"a:b\"; me@host"},
		{"env:a:b@c is no environment", "env:a:b@c is no environment"},
		{"ddl:/srv/app@v2/structure.sql: no such file",
			"ddl:/srv/app@v2/structure.sql: no such file"},
		{"migrations:app@head", "migrations:app@head"},
		{"addl:x@h", "addl:<secret>@h"},
		{"rule *:public.a@owner matched nothing",
			"rule *:public.a@owner matched nothing"},
		{"!table:public.a@options", "!table:public.a@options"},
		{"!tables:x@h", "!tables:<secret>@h"},
		{"database:x@db.example", "database:<secret>@db.example"},
		{"x@y.conf:12: \"", "x@y.conf:12: \""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf b = {0};

		conf_redact_words(cases[i][0], &b);
		assert_string_equal(b.s, cases[i][1]);
		strbuf_free(&b);
	}
}

/* Whatever kind it is of, a rule can be read in a message about it. */
static void
test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		struct strbuf rule = {0}, shown = {0};

		strbuf_printf(&rule, "%s:public.a@owner", kind_info(i)->word);
		conf_redact_words(rule.s, &shown);
		assert_string_equal(shown.s, rule.s);
		strbuf_free(&rule);
		strbuf_free(&shown);
	}
}

static void
test_command(void **state)
{
	static const char *const cases[][2] = {
		{"alembic -c {ini} upgrade {revision}",
			"alembic -c {ini} upgrade {revision}"},
		{"DB_PASS=hunter2 API_TOKEN=x  make",
			"DB_PASS=<secret> API_TOKEN=<secret>"
			"  make"},
		{"client_secret=x PGSSLKEY='a b' make", "client_secret=<secret>"
							" PGSSLKEY=<secret> make"},
		{"A=x://u:hunter2@h B=c make", "A=x://u:<secret>@h B=c make"},
		{"tool --password hunter2 up", "tool --password <secret> up"},
		{"tool --token 'a b' --db-password=c up", "tool --token '<secret>'"
							  " --db-password=<secret> up"},
		{"psql --no-password -f {file}", "psql --no-password -f {file}"},
		{"tool --token", "tool --token"},
		{"sh -c 'PASSWORD=\"a b\" make'", "sh -c 'PASSWORD=<secret>'"},
		{"sh -c 'cd /srv; KEY=\"a b\" make'", "sh -c 'cd /srv; KEY=<secret>"
						      " make'"},
		{"tool \"host=h password='a b' port=1\"",
			"tool \"host=h password=<secret> port=1\""},
		{"tool 'host=h", "tool 'host=h"},
		{"tool a=\"b c\"", "tool a=\"b c\""},
		{"tool --env=\"DB_PASS=b c\" up", "tool --env=\"DB_PASS=<secret>\" up"},
		{"tool \"b c\"d'e f", "tool \"b c\"d'e f"},
		{"tool a\\ b '' '", "tool a\\ b '' '"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strvec words = {0}, shown = {0};

		strvec_add(&words, cases[i][0]);
		conf_redact_command(&words, &shown);
		assert_int_equal(shown.n, 1);
		assert_string_equal(shown.v[0], cases[i][1]);
		strvec_free(&words);
		strvec_free(&shown);
	}
}

/* Of a list each is a word, whatever stands in it. */
static void
test_words_of_a_command(void **state)
{
	static const char *const words[][2] = {
		{"DB_PASS=a b", "DB_PASS=<secret>"},
		{"Password", "Password"},
		{"--password", "--password"},
		{"a b", "<secret>"},
		{"a b", "a b"},
		{"u:b@h", "u:<secret>@h"},
	};
	struct strvec given = {0}, shown = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		strvec_add(&given, words[i][0]);
	conf_redact_command(&given, &shown);
	assert_int_equal(shown.n, COUNT_OF(words));
	for (size_t i = 0; i < COUNT_OF(words); i++)
		assert_string_equal(shown.v[i], words[i][1]);
	strvec_free(&given);
	strvec_free(&shown);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redact),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_words_of_a_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
