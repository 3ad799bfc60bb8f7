/* Pieces are shared, counted once, and any of them in a row are one gzip member. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/hash.h"
#include "base/strbuf.h"
#include "http/held.h"

static struct held held;

static struct piece *
piece_of(const char *text)
{
	return piece_new(&held, text, strlen(text));
}

/* What a client makes of it: one member, and nothing behind it. */
static void
check_gzip(const struct rope *r, const char *expected)
{
	struct strbuf whole = {0};
	struct rope_gzip ends;
	char out[4096];
	z_stream z = {0};

	rope_pack(r, &ends);
	strbuf_addn(&whole, (const char *)ends.head, sizeof ends.head);
	for (size_t i = 0; i < r->n; i++) {
		size_t n;
		const char *packed = piece_packed(r->v[i], &n);

		strbuf_addn(&whole, packed, n);
	}
	strbuf_addn(&whole, (const char *)ends.tail, sizeof ends.tail);
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (Bytef *)whole.s;
	z.avail_in = (uInt)whole.len;
	z.next_out = (Bytef *)out;
	z.avail_out = sizeof out;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(z.total_out, strlen(expected));
	assert_memory_equal(out, expected, strlen(expected));
	inflateEnd(&z);
	strbuf_free(&whole);
}

static void
test_gzip(void **state)
{
	struct piece *a = piece_of("one and one and one and one\n"),
		     *b = piece_of("one and two\n"), *none = piece_of("");
	struct rope r = {0}, other = {0}, empty = {0};

	(void)state;
	rope_share(&r, a);
	rope_share(&r, none);
	rope_share(&r, b);
	check_gzip(&r, "one and one and one and one\none and two\n");
	/* Packed already, in another order, and twice. */
	rope_share(&other, b);
	rope_share(&other, a);
	rope_share(&other, b);
	rope_take(&other, piece_of("the end"));
	check_gzip(&other,
		"one and two\none and one and one and one\none and two\nthe end");
	check_gzip(&empty, "");
	rope_free(&r);
	rope_free(&other);
	piece_unref(a);
	piece_unref(b);
	piece_unref(none);
	assert_int_equal(held.bytes, 0);
}

static void
test_digest(void **state)
{
	struct rope a = {0}, b = {0};
	char hex[3][HASH_HEX_LEN];

	(void)state;
	rope_take(&a, piece_of("x"));
	rope_take(&a, piece_of("y"));
	rope_digest(&a, hex[0]);
	rope_take(&b, piece_of("x"));
	rope_digest(&b, hex[1]);
	rope_take(&b, piece_of("y"));
	rope_digest(&b, hex[2]);
	assert_string_not_equal(hex[0], hex[1]);
	assert_string_equal(hex[0], hex[2]);
	rope_free(&a);
	rope_free(&b);
}

/* What is kept takes nothing of what answers may, until it is kept no more. */
static void
test_counted(void **state)
{
	struct piece *kept = piece_new(NULL, "12345", 5);
	struct rope a = {0}, b = {0};
	struct rope_gzip ends;
	size_t packed;

	(void)state;
	rope_share(&a, kept);
	rope_share(&b, kept);
	rope_pack(&a, &ends);
	assert_int_equal(held.bytes, 0);
	(void)piece_packed(kept, &packed);
	piece_leave(kept, &held);
	assert_int_equal(held.bytes, 5 + packed);
	rope_free(&a);
	assert_int_equal(held.bytes, 5 + packed);
	rope_free(&b);
	assert_int_equal(held.bytes, 0);
	piece_leave(piece_new(NULL, "1", 1), &held);
	piece_leave(NULL, &held);
	assert_int_equal(held.bytes, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
