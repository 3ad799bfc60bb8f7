/* Labels: their names, the block that they are written in, what comes of it. */
#include "conf/labels.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/discovered.h"
#include "tests/unit/conf/fixture.h"

static void
test_names(void **state)
{
	static const char *const good[] = {
		"team", "_x", "A9", "stage_2", "statement", "environment_", "job"};
	static const struct {
		const char *name, *part;
	} bad[] = {
		{"", "that is no name for a label; use letters, digits and _"},
		{"9a", "\"9a\" is no name for a label; use letters"},
		{"team-x", "\"team-x\" is no name"},
		{"app.io", "\"app.io\" is no name"},
		{"t\xc3\xa9", "that is no name"},
		{"hun ter2", "that is no name"},
		{"a\nb", "that is no name"},
		{"__name__", "\"__name__\": what begins with __ is Prometheus' own; "
			     "choose another name"},
		{"environment", "\"environment\" is a label of pgdriftd's own metrics; "
				"choose another name"},
		{"kind", "of pgdriftd's own"},
		{"state", "of pgdriftd's own"},
		{"migrations", "of pgdriftd's own"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_null(label_wrong(good[i]));
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char *wrong = label_wrong(bad[i].name);

		assert_non_null(wrong);
		if (!strstr(wrong, bad[i].part))
			fail_msg("%s: %s", bad[i].name, wrong);
		free(wrong);
	}
}

static void
test_refused(void **state)
{
	struct strvec before = {0};
	char *wrong;

	(void)state;
	strvec_add(&before, "team=x");
	strvec_add(&before, "name");
	assert_null(label_refused(&before, "tea"));
	wrong = label_refused(&before, "team");
	assert_string_equal(wrong, "\"team\" is there twice; remove one");
	free(wrong);
	wrong = label_refused(&before, "name");
	assert_string_equal(wrong, "\"name\" is there twice; remove one");
	free(wrong);
	while (before.n < LABELS_MAX) {
		char *name = xasprintf("l%zu", before.n);

		assert_null(label_refused(&before, name));
		strvec_take(&before, name);
	}
	wrong = label_refused(&before, "more");
	assert_string_equal(
		wrong, "\"more\" is one more than there may be, which is 64");
	free(wrong);
	strvec_free(&before);
}

static void
test_find(void **state)
{
	struct strvec labels = {0};

	(void)state;
	strvec_add(&labels, "a=1");
	strvec_add(&labels, "ab=x=y");
	strvec_add(&labels, "b=");
	assert_string_equal(label_find(&labels, "a"), "1");
	assert_string_equal(label_find(&labels, "ab"), "x=y");
	assert_string_equal(label_find(&labels, "b"), "");
	assert_null(label_find(&labels, "abc"));
	assert_null(label_find(&labels, ""));
	assert_string_equal(label_value(&labels, "abc"), "");
	strvec_free(&labels);
}

static void
test_rewrite(void **state)
{
	static const struct {
		const char *in, *out, *message;
	} cases[] = {
		{"", "", ""},
		{"\"e\" \"t\" { \"dsn\" = \"x\" }", "\"e\" \"t\" { \"dsn\" = \"x\" }",
			""},
		{"\"e\" {\"labels\"{\"a\"=\"b\"}}", "\"e\" {\"labels\"+={\"a=b\" }}",
			""},
		{"\"e\" {\n\"labels\" {\n\"a\" = \"b\"\n\n\"c\"\n=\n\"d\\\"}\"\n}\n}",
			"\"e\" {\n\"labels\" +={\n  \"a=b\",\n\n\n\n\"c=d\\\"}\" "
			"\n}\n}",
			""},
		{"\"e\" {\"labels\" { }}", "\"e\" {\"labels\" +={ }}", ""},
		/* of another place, or no key */
		{"\"labels\" {\"a\"=\"b\"}", "\"labels\" {\"a\"=\"b\"}", ""},
		{"\"e\" {\"was\"=\"labels\" \"x\"={\"labels\",\"y\"}}",
			"\"e\" {\"was\"=\"labels\" \"x\"={\"labels\",\"y\"}}", ""},
		/* what is none */
		{"\"e\" {\n\"labels\" = \"x\"}", "\"e\" {\n\"labels\" = \"x\"}",
			"f:2: labels is a block; write: labels { team = \"shop\" }"},
		{"\"e\" {\"labels\"{\n\"kind\"=\"b\"\n\"c\"=\"d\"}}",
			"\"e\" {\"labels\"+={\n\n\"c=d\" }}",
			"f:2: labels: \"kind\" is a label of pgdriftd's own metrics; "
			"choose another name"},
		{"\"e\" {\"labels\"{\"a\"=\"b\"} \"labels\"{\n\"a\"=\"d\"}}",
			"\"e\" {\"labels\"+={\"a=b\" } \"labels\"+={\n}}",
			"f:2: labels: \"a\" is there twice; remove one"},
		{"\"e\" {\"labels\"{\"a\"=\"b\"}}\"e\" {\"labels\"{\"a\"=\"d\"}}",
			"\"e\" {\"labels\"+={\"a=b\" }}\"e\" {\"labels\"+={\"a=d\" }}",
			""},
		{"\"e\" {\"labels\"{\n\"a\" \"b\"\n}\n}",
			"\"e\" {\"labels\"+={\n \n}\n}",
			"f:2: labels: \"a\" is not written NAME = \"VALUE\""},
		{"\"e\" {\"labels\"{\"a\" = {\"b\", \"}\"} }}",
			"\"e\" {\"labels\"+={  }}",
			"f:1: labels: \"a\" is not written NAME = \"VALUE\""},
		{"\"e\" {\"labels\"{ = \"x\"\n}}", "\"e\" {\"labels\"+={ \n}}",
			"f:1: labels: what stands here is not written NAME = "
			"\"VALUE\""},
		{"\"e\" {\"labels\"{ \"hun ter2\" }}", "\"e\" {\"labels\"+={  }}",
			"f:1: labels: what stands here is not written NAME = "
			"\"VALUE\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct conf_errors errors = {0};
		struct strbuf out = {0}, messages = {0};

		strbuf_add(&messages, "");
		labels_rewrite(cases[i].in, "f", &errors, &out);
		strvec_join(&errors.messages, "\n", &messages);
		assert_string_equal(out.s ? out.s : "", cases[i].out);
		assert_string_equal(messages.s, cases[i].message);
		strbuf_free(&out);
		strbuf_free(&messages);
		conf_errors_free(&errors);
	}
}

#define DSN "dsn = \"x=1\" head = a "

static void
assert_labels(const struct conf_environment *e, const char *expected)
{
	struct strbuf b = {0};

	strbuf_add(&b, "");
	strvec_join(&e->labels, " ", &b);
	assert_string_equal(b.s, expected);
	strbuf_free(&b);
}

static void
test_load(void **state)
{
	struct conf *c;

	setenv("T_STAGE", "pr\"o}d", 1);
	c = fixture_load_text(*state,
		"service { metric_labels = { team, stage } }\n"
		"environment a { " DSN "labels { team = shop stage = \"${T_STAGE}\" "
		"# }\n } labels { app = 'x=y' } owners = true }\n"
		"environment b { " DSN "labels { } }\n"
		"environment c { " DSN "}\n");
	assert_string_equal(c->service.metric_labels.v[0], "team");
	assert_string_equal(c->service.metric_labels.v[1], "stage");
	assert_labels(&c->environments[0], "app=x=y stage=pr\"o}d team=shop");
	assert_true(c->environments[0].owners);
	assert_labels(&c->environments[1], "");
	assert_labels(&c->environments[2], "");
	conf_free(c);
}

static void
test_errors(void **state)
{
	static const struct {
		const char *text, *errors;
	} cases[] = {
		{"environment a { " DSN "\nlabels {\n team = shop\n state = x\n}\n}",
			"pgdriftd.conf:4: labels: \"state\" is a label of pgdriftd's "
			"own metrics; choose another name"},
		{"environment a { " DSN "\nlabels {\n team = shop\n team = x } }",
			"pgdriftd.conf:4: labels: \"team\" is there twice; remove one"},
		{"environment a { " DSN "\nlabels { team shop } }",
			"pgdriftd.conf:2: labels: \"team\" is not written NAME = "
			"\"VALUE\""},
		{"environment a { " DSN "\nlabels = { \"a=b\" } }",
			"pgdriftd.conf:2: labels is a block; write: labels { team = "
			"\"shop\" }"},
		{"environment a { " DSN "\nlabels team = shop }",
			"pgdriftd.conf:2: labels is a block; write: labels { team = "
			"\"shop\" }\n"
			"pgdriftd.conf:2: missing equal sign after option 'labels'"},
		{"environment a { " DSN "\nlabel { team = shop\n app = { x } } }",
			"pgdriftd.conf:2: unknown key \"label\" in environment; did "
			"you mean \"labels\"?"},
		{"environment a { " DSN "was = labels\nlabels { kind = x } }",
			"pgdriftd.conf:2: labels: \"kind\" is a label of pgdriftd's "
			"own metrics; choose another name"},
		{"service {\n labels { team = shop } }",
			"pgdriftd.conf:2: unknown key \"labels\" in service; it is a "
			"key of environment"},
		{"environment a { " DSN "\nlabels { team = \"${T_UNSET}\" } }",
			"pgdriftd.conf:2: variable T_UNSET is not set; set it, or give "
			"a default: ${T_UNSET:-…}"},
		{"environment a {\n" DSN "\nlabels { team = shop\n",
			"pgdriftd.conf:1: the block that begins here does not end"},
		{"service {\nmetric_labels = { team, kind } }",
			"pgdriftd.conf:2: metric_labels: \"kind\" is a label of "
			"pgdriftd's own metrics; choose another name"},
		{"service {\nmetric_labels = { team, team } }",
			"pgdriftd.conf:2: metric_labels: \"team\" is there twice; "
			"remove one"},
	};

	unsetenv("T_UNSET");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *got;

		fixture_write(*state, "pgdriftd.conf", cases[i].text);
		got = fixture_errors(*state);
		assert_string_equal(got, cases[i].errors);
		free(got);
	}
}

/* A label that is in no environment is "" in all metrics. */
static void
test_warning(void **state)
{
	struct conf_errors errors = {0};
	char *path = xasprintf("%s/pgdriftd.conf", (char *)*state);
	struct conf *c;

	fixture_write(*state, "pgdriftd.conf",
		"service { metric_labels = { tema, stage } }\n"
		"environment a { " DSN "labels { team = a } }\n"
		"environment b { " DSN "labels { stage = a } }\n");
	c = conf_load(path, &errors);
	assert_non_null(c);
	assert_int_equal(errors.warnings.n, 1);
	assert_non_null(strstr(errors.warnings.v[0],
		"metric_labels: no environment has a label \"tema\"; did you mean "
		"\"team\"?"));
	conf_errors_free(&errors);
	conf_free(c);
	free(path);
}

/* What a check depends on is the same with other labels, and with nothing else. */
static void
test_equal(void **state)
{
	static const struct {
		const char *text;
		bool equal, checked;
	} cases[] = {
		{"environment a { " DSN "labels { team = shop } }", true, true},
		{"environment a { " DSN "labels { team = shops } }", false, true},
		{"environment a { " DSN "}", false, true},
		{"environment a { " DSN "labels { team = shop } owners = on }", false,
			false},
		{"environment b { " DSN "labels { team = shop } }", false, false},
	};
	struct conf *a = fixture_load_text(*state, cases[0].text), *b;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		b = fixture_load_text(*state, cases[i].text);
		assert_int_equal(conf_environment_equal(
					 &a->environments[0], &b->environments[0]),
			cases[i].equal);
		assert_int_equal(conf_environment_checked_equal(
					 &a->environments[0], &b->environments[0]),
			cases[i].checked);
		conf_free(b);
	}
	conf_free(a);
}

static void
test_shown(void **state)
{
	struct conf *a = fixture_load_text(*state,
			    "environment a { " DSN
			    "labels { team = \"sh\\\"op\\n\" app = x } }"),
		    *b;
	struct strbuf shown = {0};
	cJSON *json = conf_show_json(a);
	const cJSON *e =
		cJSON_GetArrayItem(cJSON_GetObjectItem(json, "environments"), 0);

	conf_show(a, &shown);
	assert_non_null(strstr(shown.s,
		"\tlabels {\n\t\tapp = \"x\"\n\t\tteam = \"sh\\\"op\\n\"\n\t}\n"));
	b = fixture_load_text(*state, shown.s);
	assert_true(conf_equal(a, b));
	e = cJSON_GetObjectItem(e, "labels");
	assert_int_equal(cJSON_GetArraySize(e), 2);
	assert_string_equal(json_str(e, "team"), "sh\"op\n");
	cJSON_Delete(json);
	strbuf_free(&shown);
	conf_free(a);
	conf_free(b);
}

/* Those of a template are handed on, with the name as the server has it. */
static void
test_template(void **state)
{
	struct strvec names = {0};
	const struct conf_found found[] = {{"t", &names}};
	struct conf *base = fixture_load_text(*state,
		"environment t { dsn = \"host=h\" discover = databases "
		"discover_match = \"*\" head = a\n"
		"labels { team = shop tenant = \"of {name}\" } }");
	struct conf *c;

	strvec_add(&names, "t 1");
	strvec_add(&names, "a=b");
	c = conf_expand(base, found, 1);
	assert_labels(&c->environments[0], "team=shop tenant=of t 1");
	assert_labels(&c->environments[1], "team=shop tenant=of a=b");
	conf_free(c);
	conf_free(base);
	strvec_free(&names);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup_conf, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_rewrite),
		CASE(test_load),
		CASE(test_errors),
		CASE(test_warning),
		CASE(test_equal),
		CASE(test_shown),
		CASE(test_template),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
