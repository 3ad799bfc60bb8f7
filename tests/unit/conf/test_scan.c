#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/scan.h"

static void
check(const char *in, size_t n, const char *out, const char *message)
{
	struct conf_errors errors = {0};
	struct strbuf got = {0}, messages = {0};
	bool ok = conf_scan(in, n, "f", &errors, &got);

	strbuf_add(&messages, "");
	strvec_join(&errors.messages, "\n", &messages);
	assert_string_equal(messages.s, message ? message : "");
	assert_int_equal(ok, out != NULL);
	if (out)
		assert_string_equal(got.s ? got.s : "", out);
	strbuf_free(&got);
	strbuf_free(&messages);
	conf_errors_free(&errors);
}

static void
test_tokens(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"a { b = 1 }", "\"a\" { \"b\" = \"1\" }"},
		{"a+={x,y}", "\"a\"+={\"x\",\"y\"}"},
		{"a#b\nc", "\"a\"\n\"c\""},
		{"// x\nb", "\n\"b\""},
		{"a /* x\ny */ b", "\"a\" \n \"b\""},
		{"http://h app* /a//b", "\"http://h\" \"app*\" \"/a//b\""},
		{"'it\\'s $a ${A} \\n'", "\"it's \\$a \\${A} \\\\n\""},
		{"\"a\\\"b\\\\\"", "\"a\\\"b\\\\\""},
		{"\"a\nb\" c", "\"a\\nb\"\n \"c\""},
		{"\"a\\\nb\"", "\"ab\"\n"},
		{"\"\\n\\t\\101\\x41\"", "\"\\n\tAA\""},
		{"\xef\xbb\xbf"
		 "a",
			"\"a\""},
		{"a\r\nb", "\"a\"\r\n\"b\""},
		{"\"日本\"", "\"日本\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(cases[i][0], strlen(cases[i][0]), cases[i][1], NULL);
}

static void
test_variables(void **state)
{
	static const char *const cases[][2] = {
		{"\"${T_SET}\"", "\"value\""},
		{"${T_SET}", "\"value\""},
		{"a${T_SET}b", "\"avalueb\""},
		{"\"a ${T_SET} b\"", "\"a value b\""},
		{"\"${T_SET:-x}\"", "\"value\""},
		{"\"${T_UNSET:-x y}\"", "\"x y\""},
		{"\"${T_UNSET:-}\"", "\"\""},
		{"\"${T_EMPTY}\"", "\"\""},
		{"\"${T_EMPTY:-x}\"", "\"x\""},
		{"\"\\${T_SET}\"", "\"\\${T_SET}\""},
		{"'${T_SET}'", "\"\\${T_SET}\""},
		{"# ${T_UNSET}", ""},
		{"\"a$b $$\"", "\"a\\$b \\$\\$\""},
		{"\"${T_NASTY}\"", "\"a\\\"b\\\\c } \\${T_SET}\\n\""},
	};

	(void)state;
	setenv("T_SET", "value", 1);
	setenv("T_EMPTY", "", 1);
	setenv("T_NASTY", "a\"b\\c } ${T_SET}\n", 1);
	unsetenv("T_UNSET");
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(cases[i][0], strlen(cases[i][0]), cases[i][1], NULL);
}

static void
test_errors(void **state)
{
	static const struct {
		const char *in, *out, *message;
	} cases[] = {
		{"a\n\"x", NULL, "f:2: the string that begins here does not end"},
		{"'x\n\n", NULL, "f:1: the string that begins here does not end"},
		{"\"x\\", NULL, "f:1: the string that begins here does not end"},
		{"\n/* x\n", NULL, "f:2: the comment that begins here does not end"},
		{"\n{ {\n}", NULL, "f:2: the block that begins here does not end"},
		{"\"${T_UNSET}\"", "\"\"",
			"f:1: variable T_UNSET is not set; set it, or give a default: "
			"${T_UNSET:-…}"},
		{"\"a\n${T_UNSET}\"", "\"a\\n\"\n",
			"f:2: variable T_UNSET is not set; set it, or give a default: "
			"${T_UNSET:-…}"},
		{"\"${1a}\"", "\"\"",
			"f:1: ${…} holds no name of a variable; write \\$ for a "
			"dollar"},
		{"\"${}\"", "\"\"",
			"f:1: ${…} holds no name of a variable; write \\$ for a "
			"dollar"},
		{"\"${a\n}\"", "\"a\\n}\"\n", "f:1: ${ without }"},
		{"\"\\777\"", "\"\"", "f:1: bad number after a backslash"},
		{"\"\\9\"", "\"9\"", "f:1: bad number after a backslash"},
		{"\"\\xg\"", "\"g\"", "f:1: bad number after a backslash"},
		{"\"a\\001b\"", "\"a\"", "f:1: control character in a value"},
	};

	(void)state;
	unsetenv("T_UNSET");
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(cases[i].in, strlen(cases[i].in), cases[i].out, cases[i].message);
	check("\"a\0b\"", 5, "\"a\"", "f:1: control character in a value");
	check("a\0b", 3, "\"a\"", "f:1: control character in a value");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
