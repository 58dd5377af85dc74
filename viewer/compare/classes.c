/* classes: their words, and the options that are written with them. */
#include <stdlib.h>
#include <string.h>

#include "viewer/base/nearest.h"
#include "viewer/compare/compare.h"

struct class_row {
	const char *word;
	bool counts;
	const char *about;
};

static const struct class_row rows[] = {
#define CLASS(name, word, counts, about) [CLASS_##name] = {word, counts, about},
#include "viewer/compare/classes.def"
};

const char *class_word(enum difference_class kind)
{
	return rows[kind].word;
}

const char *class_about(enum difference_class kind)
{
	return rows[kind].about;
}

const char *verdict_word(enum verdict verdict)
{
	static const char *const words[] = {
		[VERDICT_SAME] = "same",
		[VERDICT_DIFFERENT] = "different",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
	};

	return words[verdict];
}

static bool ignore(struct compare_options *o, const char *word, size_t len, struct err *err)
{
	char typed[32];
	struct nearest near = {.typed = typed};

	if (len >= sizeof typed)
		len = sizeof typed - 1;
	memcpy(typed, word, len);
	typed[len] = '\0';
	for (enum difference_class kind = 0; kind < CLASS_COUNT; kind++) {
		if (strcmp(rows[kind].word, typed) == 0)
			return o->ignored[kind] = true;
		nearest_offer(&near, rows[kind].word);
	}
	if (near.word)
		return err_set(err, "no class `%s` to ignore: did you mean `%s`?", typed, near.word);
	return err_set(err,
		       "no class `%s` to ignore: there are role, address, step, outcome, concurrency, connection, "
		       "data, descriptor",
		       typed);
}

bool compare_read_ignored(struct compare_options *o, const char *words, struct err *err)
{
	for (const char *at = words; *at;) {
		size_t len = strcspn(at, ",");

		if (len && !ignore(o, at, len, err))
			return false;
		at += len + (at[len] == ',');
	}
	return true;
}

static bool read_limit(struct compare_options *o, const char *text, size_t len)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
	char *end;
	double value = strtod(text, &end);
	size_t unit_len = len - (size_t)(end - text);

	if (end == text || end > text + len || !(value >= 0 && value < 1e9))
		return false;
	if (unit_len == 1 && *end == '%')
		return o->timing_percent = (unsigned)value, true;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strlen(units[i].unit) == unit_len && strncmp(end, units[i].unit, unit_len) == 0)
			return o->timing_ns = (uint64_t)(value * units[i].ns), true;
	return false;
}

bool compare_read_timing(struct compare_options *o, const char *text, struct err *err)
{
	o->timing = true;
	for (const char *at = text; *at;) {
		size_t len = strcspn(at, ",");

		if (!read_limit(o, at, len))
			return err_set(err, "--timing is a percentage, a time, or both, as in 25%%,5ms; not `%s`",
				       text);
		at += len + (at[len] == ',');
	}
	return true;
}
