/* choice_read: what somebody typed as a choice among a trace's events. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/nearest.h"
#include "viewer/scene/choice.h"
#include "viewer/scene/words.h"

const struct conn *choice_conn(const struct trace *t, const char *name, size_t len, struct err *err)
{
	char digits[16] = "", *end;
	unsigned long id;

	strncat(digits, name, len < sizeof digits - 1 ? len : sizeof digits - 1);
	id = strtoul(digits + (digits[0] == 'c'), &end, 10);
	if (*end == '\0' && len < sizeof digits)
		for (size_t i = 0; i < t->conns.count; i++)
			if (t->conns.items[i]->id == id)
				return t->conns.items[i];
	if (!t->conns.count)
		err_set(err, "no connection `%.*s`: the trace has none", (int)len, name);
	else
		err_set(err, "no connection `%.*s`: there are c1 to c%zu", (int)len, name, t->conns.count);
	return NULL;
}

static bool read_conn(struct choice *c, const struct trace *t, const char *word, size_t len, struct err *err)
{
	const struct conn *conn = choice_conn(t, word, len, err);

	if (conn)
		vec_push(&c->conns, conn);
	return conn;
}

static bool no_process(const struct trace *t, const char *word, size_t len, struct err *err)
{
	char known[64] = "";

	for (size_t i = 0; i < t->procs.count && i < 4; i++)
		snprintf(known + strlen(known), sizeof known - strlen(known), "%s%" PRIu32, i ? ", " : "",
			 t->procs.items[i]->pid);
	return err_set(err, "no process `%.*s`: there %s %s%s", (int)len, word, t->procs.count == 1 ? "is" : "are",
		       known, t->procs.count > 4 ? "..." : "");
}

/* By its pid, all images of it, or by the number that the pictures give it. */
static bool read_proc(struct choice *c, const struct trace *t, const char *word, size_t len, struct err *err)
{
	char *end;
	bool by_index = word[0] == 'P';
	unsigned long number = strtoul(word + by_index, &end, 10);
	size_t before = c->procs.count;

	for (size_t i = 0; end == word + len && i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];

		if ((by_index ? p->index : p->pid) == number)
			vec_push(&c->procs, p);
	}
	return c->procs.count > before || no_process(t, word, len, err);
}

static bool read_call(struct choice *c, const struct trace *t, const char *word, size_t len, struct err *err)
{
	char *name = arena_copy(t->arena, word, len);
	struct nearest near = {.typed = name};

	for (size_t i = 0; i < CALL_COUNT; i++) {
		if (len && strncmp(call_table[i].name, name, len) == 0) {
			vec_push(&c->calls, name);
			return true;
		}
		nearest_offer(&near, call_table[i].name);
	}
	if (near.word)
		return err_set(err, "no call `%s`: did you mean `%s`?", name, near.word);
	return err_set(err, "no call `%s`: docs/trace-format.md lists them", name);
}

typedef bool read_word(struct choice *c, const struct trace *t, const char *word, size_t len, struct err *err);

static bool read_list(struct choice *c, const struct trace *t, const char *list, read_word *read, struct err *err)
{
	while (list) {
		size_t len = strcspn(list, ",");

		if (!read(c, t, list, len, err))
			return false;
		list = list[len] ? list + len + 1 : NULL;
	}
	return true;
}

static bool read_time(const char *option, const char *word, uint64_t *ns, struct err *err)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = {{"", 1e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"\xc2\xb5s", 1e3}, {"ns", 1}};
	char *end;
	double number = strtod(word, &end);

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (end != word && strcmp(end, units[i].unit) == 0 && isfinite(number) && number >= 0 &&
		    number * units[i].ns < 1e18) {
			*ns = (uint64_t)(number * units[i].ns);
			return true;
		}
	return err_set(err, "%s wants a time since the trace's first step, as 1.5s or 200ms, not `%s`", option, word);
}

static bool read_span(struct choice *c, const struct choice_words *words, struct err *err)
{
	uint64_t from_ns = 0, to_ns = 0;

	if (words->from && !read_time("--from", words->from, &from_ns, err))
		return false;
	if (words->to && !read_time("--to", words->to, &to_ns, err))
		return false;
	if (words->from && words->to && to_ns < from_ns)
		return err_set(err, "--to=%s is before --from=%s", words->to, words->from);
	if (words->from)
		c->from_ns = c->zero_ns + from_ns;
	if (words->to)
		c->to_ns = c->zero_ns + to_ns;
	return true;
}

bool choice_read(struct choice *c, const struct trace *t, const struct choice_words *words, struct err *err)
{
	choice_all(c, t);
	if (!read_list(c, t, words->conns, read_conn, err) || !read_list(c, t, words->pids, read_proc, err) ||
	    !read_list(c, t, words->calls, read_call, err) || !read_span(c, words, err)) {
		choice_free(c);
		return false;
	}
	c->errors = words->errors;
	if (c->errors)
		choice_explain(c, t);
	return true;
}
