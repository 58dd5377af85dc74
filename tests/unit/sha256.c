/* sha256: the examples of FIPS 180-4 and of other tools, at every length around a block. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/sha256.h"

static const char *hex_of(const void *bytes, size_t len)
{
	static char hex[2 * SHA256_SIZE + 1];
	uint8_t digest[SHA256_SIZE];

	sha256(bytes, len, digest);
	for (int i = 0; i < SHA256_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return hex;
}

static void the_standards_examples(void **state)
{
	(void)state;
	assert_string_equal(hex_of("", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_string_equal(hex_of("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56),
			    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* Of `length` letters a each, what sha256sum(1) says. */
static void lengths_around_a_block(void **state)
{
	static const struct {
		size_t length;
		const char *hex;
	} known[] = {
		{55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
		{63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
		{64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
		{119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"},
		{1000, "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"},
	};
	char text[1000];

	(void)state;
	memset(text, 'a', sizeof text);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_string_equal(hex_of(text, known[i].length), known[i].hex);
}

static void base64_is_what_a_policy_has(void **state)
{
	char text[SHA256_BASE64 + 1];

	(void)state;
	sha256_base64("alert('Hello, world.');", 23, text);
	assert_string_equal(text, "qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_examples),
		cmocka_unit_test(lengths_around_a_block),
		cmocka_unit_test(base64_is_what_a_policy_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
