/* acts: what a program did in one step, told so that equal deeds of two runs are equal. */
#include "viewer/compare/acts.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/base/escape.h"

enum { CELLS_MOST = 64, SHOWN_LEAST = 8 };

void acts_begin(struct acts *a, struct arena *arena, enum payload payload)
{
	*a = (struct acts){.text = {.arena = arena}, .payload = payload, .limit = UINT64_MAX};
}

void acts_end(struct acts *a)
{
	map_free(&a->known);
	intern_free(&a->text);
	vec_free(&a->list);
}

/* The number stands behind the act, where a map's value can lead to it. */
struct known_act {
	struct act act;
	uint32_t number;
};

static bool same_act(const void *value, const void *key)
{
	const struct act *a = &((const struct known_act *)value)->act, *b = key;

	return a->verb == b->verb && a->call == b->call && a->number == b->number && a->what == b->what &&
	       a->err == b->err && a->data == b->data && a->data_len == b->data_len;
}

static uint64_t hash_act(const struct act *act)
{
	uint64_t hash = hash_number(act->verb, act->call);

	hash = hash_number(hash, (uint64_t)act->number);
	hash = hash_number(hash, (uintptr_t)act->what);
	hash = hash_number(hash, (uintptr_t)act->err);
	return hash_number(hash, (uintptr_t)act->data);
}

uint32_t acts_number(struct acts *a, const struct act *act)
{
	uint64_t hash = hash_act(act);
	struct known_act *k = map_find(&a->known, hash, same_act, act);

	if (k)
		return k->number;
	k = arena_alloc(a->text.arena, sizeof *k);
	k->act = *act;
	k->number = (uint32_t)a->list.count;
	map_add(&a->known, hash, k);
	vec_push(&a->list, &k->act);
	return k->number;
}

const char *acts_word(struct acts *a, const char *text)
{
	return text ? intern_bytes(&a->text, text, strlen(text)) : NULL;
}

/* As a string in C; a quote is escaped too. */
static void put_string(struct buf *out, const char *data, size_t len)
{
	buf_puts(out, "\"");
	for (size_t at = 0, end; at < len; at = end) {
		for (end = at; end < len && data[end] != '"'; end++)
			;
		escape_bytes(out, data + at, end - at);
		if (end < len)
			end++, buf_puts(out, "\\\"");
	}
	buf_puts(out, "\"");
}

/* So many of the first bytes that they take CELLS_MOST at most. */
static void put_beginning(struct buf *out, const struct act *act, size_t *shown)
{
	size_t before = out->len;

	for (*shown = act->data_len < CELLS_MOST ? act->data_len : CELLS_MOST;; *shown = *shown * 3 / 4) {
		if (*shown < act->data_len)
			*shown = escape_whole(act->data, *shown);
		put_string(out, act->data, *shown);
		if (out->len - before <= CELLS_MOST + 2 || *shown <= SHOWN_LEAST)
			return;
		out->len = before;
	}
}

/* What is not shown of the recorded bytes counts all the same: then their hash stands there. */
static void put_data(struct buf *out, const struct acts *a, const struct act *act, uint64_t bytes)
{
	size_t shown = 0;

	buf_puts(out, " ");
	if (a->payload == PAYLOAD_TEXT) {
		put_beginning(out, act, &shown);
		buf_puts(out, shown < bytes ? "..." : "");
	}
	if (shown < act->data_len)
		buf_printf(out, "%s#%016" PRIx64, shown ? " " : "", hash_bytes(0, act->data, act->data_len));
}

static void put_amount(struct buf *out, const struct acts *a, const struct act *act, uint64_t bytes)
{
	uint64_t amount = act->number >= 0 ? (uint64_t)act->number : bytes;

	if (a->payload == PAYLOAD_NONE || act->err)
		return;
	buf_printf(out, " %" PRIu64, amount);
	if (act->data)
		put_data(out, a, act, amount);
}

static void put_words(struct buf *out, const char *words)
{
	buf_puts(out, " ");
	escape_bytes(out, words, strlen(words));
}

void act_print(struct buf *out, const struct acts *a, const struct act *act, uint64_t bytes, const char *port)
{
	static const char *const words[] = {
#define VERB(name, word, class) [VERB_##name] = word,
#include "viewer/compare/verbs.def"
	};

	buf_puts(out, words[act->verb]);
	if (act->call)
		buf_printf(out, "%s%s", *words[act->verb] ? " " : "", call_table[act->call].name);
	if (act->what)
		put_words(out, act->what);
	if (port && (act->verb == VERB_CONNECT || act->verb == VERB_BIND))
		buf_printf(out, "(%s)", port);
	if (act->verb == VERB_SEND || act->verb == VERB_RECV)
		put_amount(out, a, act, bytes);
	else if (act->number >= 0)
		buf_printf(out, " %" PRId64, act->number);
	if (act->err)
		buf_puts(out, " ="), put_words(out, act->err);
}
