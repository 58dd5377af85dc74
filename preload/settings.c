/* settings: what variables SOCKTRACE_* hold. */
#include "preload/settings.h"

#include <stdbool.h>
#include <unistd.h>

#include "preload/complain.h"
#include "preload/env.h"
#include "preload/json.h"
#include "preload/mem.h"
#include "preload/stack.h"
#include "preload/state.h"
#include "trace/format.h"

enum {
	FILE_LEAST = 128 << 10, /* bytes: room for a slot, in which what is lost is counted */
	SETTINGS = 4,
};

/* So that the programs that this one starts do not say it again. */
static void correct(const char *name, uint64_t value)
{
	static char entries[SETTINGS][48];
	static int used;
	struct json j = {.p = entries[used]};

	json_text(&j, name);
	json_put(&j, "=");
	json_u64(&j, value);
	*j.p = 0;
	env_replace(name, entries[used++]);
}

/* A whole number in a variable; `otherwise` where it is not set. What is no number, or out of its range, is said. */
static uint64_t number_of(const char *name, uint64_t least, uint64_t most, uint64_t otherwise)
{
	const char *s = env_get(environ, name);
	uint64_t v = 0;
	bool good = true;

	if (!s || !*s)
		return otherwise;
	for (const char *c = s; good && *c; c++)
		good = *c >= '0' && *c <= '9' && (v = v * 10 + (*c - '0')) <= most;
	if (good && v >= least)
		return v;
	complain_setting(name, least, most, otherwise);
	correct(name, otherwise);
	return otherwise;
}

/* One of the words that SOCKTRACE_LIBC takes. */
static int libc_mode(void)
{
	static const char *const words[] = {[LIBC_AUTO] = "auto", [LIBC_EARLY] = "early", [LIBC_OFF] = "off"};
	static char corrected[] = "SOCKTRACE_LIBC=auto";
	const char *s = env_get(environ, "SOCKTRACE_LIBC");

	if (!s || !*s)
		return LIBC_AUTO;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (text_equal(s, words[i]))
			return i;
	complain_word("SOCKTRACE_LIBC", "auto, early or off", "auto");
	env_replace("SOCKTRACE_LIBC", corrected);
	return LIBC_AUTO;
}

/* A list without a name would have no program record. */
static void check_names(void)
{
	static char corrected[] = "SOCKTRACE_ONLY=";
	const char *s = env_get(environ, "SOCKTRACE_ONLY");

	if (!s || !*s)
		return;
	while (*s == ',' || text_is_blank(*s))
		s++;
	if (*s)
		return;
	complain_word("SOCKTRACE_ONLY", "names of programs, with commas between", "none: all record");
	env_replace("SOCKTRACE_ONLY", corrected);
}

void settings_read(void)
{
	check_names();
	shim.data_max = number_of("SOCKTRACE_DATA", 0, TRACE_DATA_MAX, TRACE_DATA_DEFAULT);
	shim.stack_max = number_of("SOCKTRACE_STACK", 0, STACK_MAX, 0);
	shim.file_max = number_of("SOCKTRACE_MAX", FILE_LEAST, 1ull << 50, 1ull << 30);
	shim.libc = libc_mode();
	shim.follows = number_of("SOCKTRACE_FOLLOW", 0, 1, 1);
}
