/* How long a document is good for. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/shared.h"

static struct held held;

static struct reply *
reply_of(size_t size)
{
	struct answer a = {.status = 200, .type = answer_type_text};
	char *text = xcalloc(1, size + 1);
	struct reply *r;

	memset(text, 'x', size);
	strbuf_addn(&a.body, text, size);
	free(text);
	r = reply_new(&held, &a, false);
	return r;
}

static void
test_by_size(void **state)
{
	struct shared s = {0};
	struct reply *large = reply_of(3 << 20);

	(void)state;
	assert_null(shared_get(&s, 0));
	shared_put(&s, reply_of(65535), 1000);
	assert_null(shared_get(&s, 1000));
	shared_put(&s, large, 1000);
	assert_ptr_equal(shared_get(&s, 1000), large);
	assert_ptr_equal(shared_get(&s, 1767), large);
	assert_null(shared_get(&s, 1768));
	shared_fini(&s);
	assert_null(shared_get(&s, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_size)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
