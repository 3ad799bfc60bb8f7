#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/generated.h"
#include "tests/unit/catalog/literal.h"

#define T40 "a_table_with_a_name_of_forty_characters_"
#define LONG "columns=" T40
#define T28 "a_table_with_a_name_of_forty"

static void
test_names(void **state)
{
	static const struct {
		const char *object;
		enum generated generated;
	} cases[] = {
		{"constraint s/t/t_pkey|type=PRIMARY KEY", GENERATED_NOW},
		{"constraint s/t/t_pkey1|type=PRIMARY KEY", GENERATED_NOW},
		{"constraint s/t/old_pkey|type=PRIMARY KEY", GENERATED_ONCE},
		{"constraint s/t/pk_t|type=PRIMARY KEY", GENERATED_NOT},
		{"constraint s/t/_pkey|type=PRIMARY KEY", GENERATED_NOT},
		{"constraint s/t/t_pkey01|type=PRIMARY KEY", GENERATED_NOT},
		{"constraint s/t/t_pkey1234567890|type=PRIMARY KEY", GENERATED_NOT},
		{"constraint s/t/t_a_key|type=PRIMARY KEY", GENERATED_NOT},
		{"constraint s/t/t_a_b_key|type=UNIQUE|columns=a, b", GENERATED_NOW},
		{"constraint s/t/t_a_b_key12|type=UNIQUE|columns=a|include=b",
			GENERATED_NOW},
		{"constraint s/t/t_A b_c\"d_key|type=UNIQUE|columns=\"A b\", "
		 "\"c\"\"d\"",
			GENERATED_NOW},
		{"constraint s/t/t_b_a_key|type=UNIQUE|columns=a, b", GENERATED_ONCE},
		{"constraint s/t/old_a_b_key|type=UNIQUE|columns=a, b", GENERATED_ONCE},
		{"constraint s/t/unique_key|type=UNIQUE|columns=a, b", GENERATED_NOT},
		{"constraint s/t/uq_t_a_b|type=UNIQUE|columns=a, b", GENERATED_NOT},
		{"constraint s/t/t_a_fkey|type=FOREIGN KEY|columns=a", GENERATED_NOW},
		/* Before 12 only the first column was in it */
		{"constraint s/t/t_a_fkey|type=FOREIGN KEY|columns=a, b",
			GENERATED_ONCE},
		{"constraint s/t/t_a_check|type=CHECK|expression=(a > b)",
			GENERATED_NOW},
		{"constraint s/t/t_check1|type=CHECK|expression=(a > b)",
			GENERATED_NOW},
		{"constraint s/t/t_gone_check|type=CHECK", GENERATED_ONCE},
		{"constraint s/t/old_a_check|type=CHECK", GENERATED_ONCE},
		{"constraint s/t/positive_check|type=CHECK", GENERATED_NOT},
		{"constraint s/d/d_check|type=CHECK", GENERATED_NOW},
		{"constraint s/d/old_check|type=CHECK", GENERATED_NOT},
		{"constraint s/t/t_a_b_excl|type=EXCLUDE|exclusion="
		 "EXCLUDE USING gist (a WITH =, b COLLATE \"C\" WITH &&) WHERE (a > 0)",
			GENERATED_NOW},
		{"constraint s/t/old_a_excl|type=EXCLUDE|exclusion="
		 "EXCLUDE USING gist (a WITH =)",
			GENERATED_ONCE},
		{"constraint s/t/t_x_excl|type=EXCLUDE|exclusion="
		 "EXCLUDE USING gist (lower(a) WITH =)",
			GENERATED_NOW},
		{"constraint s/t/no_excl|type=EXCLUDE|exclusion="
		 "EXCLUDE USING gist (a WITH =)",
			GENERATED_NOT},
		{"index s/t_a_b_idx|parent=t|keys=a DESC, b COLLATE \"C\"",
			GENERATED_NOW},
		{"index s/t_a_b_idx|parent=t|keys=a|include=b", GENERATED_NOW},
		{"index s/t_lower_idx1|parent=t|keys=lower(a)", GENERATED_NOW},
		{"index s/t_expr_idx|parent=t|keys=a, ((a + b))", GENERATED_NOW},
		{"index s/old_a_idx|parent=t|keys=a", GENERATED_ONCE},
		{"index s/old_lower_idx|parent=t|keys=lower(a)", GENERATED_NOT},
		{"index s/by_a|parent=t|keys=a", GENERATED_NOT},
		{"index s/t_a_idx|keys=a", GENERATED_NOT},
		{"sequence s/t_a_seq|parent=t|parent_part=a", GENERATED_NOW},
		{"sequence s/old_a_seq1|parent=t|parent_part=a", GENERATED_ONCE},
		{"sequence s/t_old_seq|parent=t|parent_part=a", GENERATED_ONCE},
		{"sequence s/numbers_seq|parent=t|parent_part=a", GENERATED_NOT},
		{"sequence s/t_a_seq", GENERATED_NOT},
		{"statistics s/t_a_b_stat|table=s.t|columns=a, b", GENERATED_NOW},
		{"statistics s/A.b_a_b_stat|table=s.\"A.b\"|columns=a, b",
			GENERATED_NOW},
		{"statistics s/mine|table=s.t|columns=a, b", GENERATED_NOT},
		{"view s/t_pkey", GENERATED_NOT},
		/* Cut to 63 bytes, the longer one first, between characters */
		{"constraint s/" T40 "/" T28 "__" T28 "__key|type=UNIQUE|" LONG,
			GENERATED_NOW},
		{"constraint s/" T40 "/" T28 "__" T28 "_key1|type=UNIQUE|" LONG,
			GENERATED_NOW},
		{"constraint s/" T40 "/" T28 "_" T28 "__key|type=UNIQUE|" LONG,
			GENERATED_NOT},
		{"constraint s/" T40 T40 "/" T40 "a_table_with_a_na_check|type=CHECK",
			GENERATED_NOW},
		{"constraint s/" T40 "a_table_with_a_nü/" T40
		 "a_table_with_a_n_check|type=CHECK",
			GENERATED_NOW},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snapshot *s = CATALOG("schema /s", "table s/t", "column s/t/a",
			"column s/t/b", "domain s/d", cases[i].object);
		size_t at = 0;
		enum generated g;

		while (strncmp(cases[i].object, kind_info(s->objects[at].kind)->word,
			strlen(kind_info(s->objects[at].kind)->word)))
			at++;
		g = generated_name(s, &s->objects[at]);
		if (g != cases[i].generated)
			fail_msg("%s: %d", cases[i].object, (int)g);
		snapshot_unref(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
