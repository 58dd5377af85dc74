/* base: arena, buffer, array, map, sort and messages. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/buf.h"
#include "viewer/base/json.h"
#include "viewer/base/map.h"
#include "viewer/base/sort.h"
#include "viewer/base/vec.h"

static void count_one(void *subject)
{
	++*(int *)subject;
}

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
	static const size_t sizes[] = {0, 1, 3, 24, 100, 5000, 70000, 3000000};
	struct arena *a = arena_new();

	(void)state;
	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes - (round > 3); i++) {
			unsigned char *p = arena_alloc(a, sizes[i]);

			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (size_t k = 0; k < sizes[i]; k++)
				assert_int_equal(p[k], 0);
			memset(p, 0xee, sizes[i]);
		}
	}
	assert_true(arena_used(a) > 200 * 70000);
	arena_free(a);
}

static void an_arena_keeps_its_duties(void **state)
{
	struct arena *a = arena_new();
	int count = 0;

	(void)state;
	arena_defer(a, count_one, &count);
	arena_defer(a, count_one, &count);
	assert_int_equal(count, 0);
	assert_string_equal(arena_printf(a, "%d %s", 7, "x"), "7 x");
	assert_string_equal(arena_copy(a, "abcdef", 3), "abc");
	arena_free(a);
	assert_int_equal(count, 2);
}

static void a_buffer_grows(void **state)
{
	struct buf b = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i);
	assert_int_equal(b.len, strlen(b.bytes));
	assert_memory_equal(b.bytes, "0,1,2,", 6);
	assert_string_equal(b.bytes + b.len - 4, "999,");
	buf_clear(&b);
	buf_fill(&b, '-', 3);
	buf_put(&b, "\0z", 2);
	assert_int_equal(b.len, 5);
	assert_memory_equal(b.bytes, "---\0z", 6);
	buf_free(&b);
	assert_null(b.bytes);
}

struct number {
	uint64_t key, serial;
};

static bool same_number(const void *value, const void *key)
{
	return ((const struct number *)value)->key == *(const uint64_t *)key;
}

static void a_map_finds_what_was_added(void **state)
{
	enum { COUNT = 5000 };
	struct number *numbers = calloc(COUNT, sizeof *numbers);
	struct map m = {0};
	uint64_t missing = COUNT;

	(void)state;
	assert_null(map_find(&m, 1, same_number, &missing));
	for (uint64_t i = 0; i < COUNT; i++) {
		numbers[i].key = i;
		map_add(&m, i % 16, &numbers[i]); /* many of one hash */
	}
	for (uint64_t i = 0; i < COUNT; i += 97)
		assert_ptr_equal(map_find(&m, i % 16, same_number, &i), &numbers[i]);
	assert_null(map_find(&m, missing % 16, same_number, &missing));
	map_free(&m);
	free(numbers);
}

static void hashes_tell_apart(void **state)
{
	(void)state;
	assert_true(hash_string(0, "a") != hash_string(0, "b"));
	assert_true(hash_string(0, NULL) == hash_string(0, ""));
	assert_true(hash_bytes(0, "a\0", 2) != hash_bytes(0, "a", 1));
	assert_true(hash_number(1, 2) != hash_number(1, 3));
	assert_true(hash_number(1, 2) != hash_number(2, 1));
	assert_true(hash_number(4, 9) != hash_number(5, 8)); /* as alike as processes and their threads */
}

static bool key_before(const void *a, const void *b)
{
	return ((const struct number *)a)->key < ((const struct number *)b)->key;
}

static uint64_t key_of(const void *item)
{
	return ((const struct number *)item)->key;
}

/* The many are more than one thread takes at once, and end amid such a piece. */
enum { SORTED_MAX = 70, SORTED_MANY = 150001 };

static uint64_t mixed(size_t i)
{
	return i * 7919 % 13;
}

static uint64_t three_runs(size_t i)
{
	return i % (SORTED_MAX / 3);
}

static uint64_t backwards(size_t i)
{
	return SORTED_MANY - i;
}

static uint64_t one_out_of_place(size_t i)
{
	return i == SORTED_MAX / 2 ? 0 : i + 1;
}

static void sort_by_before(struct number **list, size_t count)
{
	sort_stable(list, count, key_before);
}

static void sort_by_key(struct number **list, size_t count)
{
	sort_by_number(list, count, key_of);
}

static void assert_sorts(void (*sort)(struct number **, size_t), uint64_t (*key)(size_t), size_t count)
{
	struct number *numbers = calloc(count + 1, sizeof *numbers), **list = calloc(count + 1, sizeof *list);
	bool *seen = calloc(count + 1, sizeof *seen);

	for (size_t i = 0; i < count; i++) {
		numbers[i] = (struct number){.key = key(i), .serial = i};
		list[i] = &numbers[i];
	}
	sort(list, count);
	for (size_t i = 0; i < count; i++) {
		assert_false(seen[list[i]->serial]);
		seen[list[i]->serial] = true;
	}
	for (size_t i = 1; i < count; i++) {
		assert_true(list[i - 1]->key <= list[i]->key);
		assert_true(list[i - 1]->key < list[i]->key || list[i - 1]->serial < list[i]->serial);
	}
	free(numbers);
	free(list);
	free(seen);
}

static void assert_all_sort(void (*sort)(struct number **, size_t), size_t count)
{
	assert_sorts(sort, mixed, count);
	assert_sorts(sort, three_runs, count);
	assert_sorts(sort, backwards, count);
	assert_sorts(sort, one_out_of_place, count);
}

static void sorting_is_stable(void **state)
{
	(void)state;
	for (size_t count = 0; count <= SORTED_MAX; count++) {
		assert_all_sort(sort_by_before, count);
		assert_all_sort(sort_by_key, count);
	}
	assert_all_sort(sort_by_before, SORTED_MANY);
	assert_all_sort(sort_by_key, SORTED_MANY);
}

static void what_lies_below_is_counted(void **state)
{
	struct number numbers[SORTED_MAX], *list[SORTED_MAX];

	(void)state;
	/* 0 0 0 2 2 2 4 ... */
	for (size_t i = 0; i < SORTED_MAX; i++) {
		numbers[i] = (struct number){.key = i / 3 * 2, .serial = i};
		list[i] = &numbers[i];
	}
	for (size_t count = 0; count <= SORTED_MAX; count++)
		for (uint64_t least = 0; least < SORTED_MAX; least++) {
			size_t below = 0;
			while (below < count && numbers[below].key < least)
				below++;
			assert_int_equal(sort_below(list, count, key_of, least), below);
		}
}

static void messages_gain_their_place(void **state)
{
	struct err err;
	char huge[2000];

	(void)state;
	assert_false(err_set(&err, "line %d", 7));
	assert_false(err_where(&err, "%s", "file"));
	assert_string_equal(err.text, "file: line 7");
	memset(huge, 'x', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	err_where(&err, "%s", huge);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void check_text(const char *document, const char *text)
{
	struct err err;
	json_object *parsed = json_parse(document, strlen(document), &err);
	json_object *value = parsed ? json_member(parsed, "a", json_type_string) : NULL;

	if (!text) {
		assert_null(parsed);
		return;
	}
	assert_non_null(value);
	assert_string_equal(json_object_get_string(value), text);
	json_object_put(parsed);
}

/* Not all of json-c's releases take each byte of UTF-8 where they are strict. */
static void any_text_is_parsed(void **state)
{
	(void)state;
	check_text("{\"a\":\"plain\"}", "plain");
	check_text("{\"a\":\"é\\u00e9\"}", "éé");
	check_text("{\"a\":\"x한글y\"}", "x한글y");
	check_text("{\"한\":1,\"a\":\"😀𐀀􏿿\"}", "😀𐀀􏿿");
	check_text("{\"a\":\"\\\\é\"}", "\\é");
	check_text("{\"a\":\"\\é\"}", NULL);
	check_text("{\"a\":é}", NULL);
	check_text("{\"a\":\"\xe9\"}", NULL);
	check_text("{\"a\":\"\xc0\x80\"}", NULL);
	check_text("{\"a\":\"\xed\xa0\x80\"}", NULL);
	check_text("{\"a\":\"\xed\x95\"}", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(an_arena_keeps_its_duties),
		cmocka_unit_test(a_buffer_grows),
		cmocka_unit_test(a_map_finds_what_was_added),
		cmocka_unit_test(hashes_tell_apart),
		cmocka_unit_test(sorting_is_stable),
		cmocka_unit_test(what_lies_below_is_counted),
		cmocka_unit_test(messages_gain_their_place),
		cmocka_unit_test(any_text_is_parsed),
	};

	return UNIT_MAIN(tests);
}
