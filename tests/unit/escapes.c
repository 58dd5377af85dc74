/* escapes: the shim writes a call's bytes sixteen at a time; each must be what RFC 8259 asks for, and none beyond the last is read. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The viewer, which is linked to this, has two of these names. */
#define json_string shim_string
#define json_text   shim_text
#include "preload/json.c"
#include "preload/text.c"
#undef json_string
#undef json_text
#include "tests/unit/lib/unit.h"

enum { LONGEST = 40, ROOM = 2048, FEW = 64 };

size_t text_len(const char *s)
{
	return strlen(s);
}

/* A character for each byte, U+0000 to U+00FF. */
static char *put_one(char *p, unsigned char c)
{
	static const char *const short_ones = "\bb\tt\nn\ff\rr";
	const char *letter = c ? strchr(short_ones, c) : NULL;

	if (c < 0x20 && letter && (letter - short_ones) % 2 == 0)
		return p + sprintf(p, "\\%c", letter[1]);
	if (c < 0x20)
		return p + sprintf(p, "\\u%04x", c);
	if (c == '"' || c == '\\')
		return p + sprintf(p, "\\%c", c);
	if (c < 0x80)
		return p + sprintf(p, "%c", c);
	return p + sprintf(p, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 0x3f));
}

/* The bytes are copied to where the sanitizer knows that nothing follows. */
static void check(const unsigned char *bytes, size_t len)
{
	char ours[ROOM], expected[8 * LONGEST], *end = expected;
	unsigned char *alone = malloc(len ? len : 1);
	struct json j;

	memcpy(alone, bytes, len);
	for (size_t i = 0; i < len; i++)
		end = put_one(end, bytes[i]);
	*end = 0;
	json_init(&j, ours, sizeof ours);
	json_bytes_more(&j, alone, len);
	*j.p = 0;
	assert_string_equal(ours, expected);
	free(alone);
}

static void each_byte_in_each_place(void **state)
{
	unsigned char bytes[LONGEST];

	(void)state;
	for (int c = 0; c < 256; c++) {
		for (size_t len = 1; len <= LONGEST; len++) {
			for (size_t at = 0; at < len; at++) {
				memset(bytes, 'a', len);
				bytes[at] = c;
				check(bytes, len);
			}
		}
	}
}

static void any_bytes(void **state)
{
	unsigned char bytes[LONGEST];
	uint32_t chance = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		for (size_t k = 0; k < sizeof bytes; k++) {
			chance = chance * 1103515245 + 12345;
			/* mostly plain, so that steps of all lengths occur */
			bytes[k] = i % 3 ? chance >> 16 : chance >> 16 & 3 ? 'a' + k % 26 : chance >> 18;
		}
		check(bytes, i % (LONGEST + 1));
	}
}

/* What does not fit is left out, at a character's end, and only the room behind it is touched. */
static void little_room(void **state)
{
	unsigned char bytes[FEW];
	char ours[ROOM], whole[ROOM];
	struct json all, j;

	(void)state;
	for (int i = 0; i < FEW; i++)
		bytes[i] = i % 5 ? 'a' + i % 26 : i * 37;
	json_init(&all, whole, sizeof whole);
	json_bytes_more(&all, bytes, sizeof bytes);
	for (size_t room = 0; room < 100; room++) {
		memset(ours, '#', sizeof ours);
		json_init(&j, ours, JSON_SLACK + room);
		json_bytes_more(&j, bytes, sizeof bytes);
		size_t len = j.p - j.start;
		assert_memory_equal(ours, whole, len);
		assert_true(len > room || len == (size_t)(all.p - all.start));
		assert_true(len <= room + 16);
		for (size_t k = room + 32; k < sizeof ours; k++)
			assert_int_equal(ours[k], '#');
	}
}

/* Another thread writes there meanwhile: whatever was seen of it, what stands there is JSON. */
static atomic_bool ends;

static void *change(void *shared)
{
	volatile char *bytes = shared;

	for (unsigned i = 0; !ends; i++)
		bytes[i % 20] = i % 3 ? 'a' : '\n';
	return NULL;
}

static void bytes_that_change(void **state)
{
	char shared[20] = {0}, ours[ROOM];
	pthread_t thread;
	struct json j;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, change, shared), 0);
	for (int i = 0; i < 300000; i++) {
		json_init(&j, ours, sizeof ours);
		json_bytes_more(&j, shared, sizeof shared);
		for (const char *at = ours; at < j.p; at++)
			if (*at == '\\')
				assert_true(*++at == 'n' || *at == 'u');
			else
				assert_true(*at >= ' ');
	}
	ends = true;
	pthread_join(thread, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_byte_in_each_place),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(little_room),
		cmocka_unit_test(bytes_that_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
