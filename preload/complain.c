/* complain: what is said on standard error, for want of a trace to say it in. */
#include "preload/complain.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "preload/json.h"
#include "preload/state.h"
#include "preload/sys.h"

/* To standard error, which may be a pipe that nobody reads: the signal for that is not the program's. */
static void say(const char *text, size_t len)
{
	uint64_t pipe_signal = 1ull << (SIGPIPE - 1), before, pending = 0;
	struct timespec none = {0};

	sys6(SYS_rt_sigpending, (long)&pending, sizeof pending, 0, 0, 0, 0);
	before = sys_block_signals(pipe_signal);
	if (sys_write(2, text, len) == -EPIPE && !(pending & pipe_signal))
		sys6(SYS_rt_sigtimedwait, (long)&pipe_signal, 0, (long)&none, sizeof pipe_signal, 0, 0);
	sys_signals_back(before);
}

void complain(const char *what, const char *path, const char *why)
{
	static _Atomic bool said;
	static char room[PATH_MAX + JSON_SLACK];
	struct json j;

	if (shim_is_sandboxed() || atomic_exchange(&said, true))
		return;
	json_init(&j, room, sizeof room);
	json_put(&j, "socktrace: ");
	json_text(&j, what);
	if (path) {
		json_put(&j, " ");
		json_text(&j, path);
	}
	json_put(&j, ": ");
	json_text(&j, why);
	json_put(&j, "; the program runs on untraced\n");
	say(room, j.p - room);
}

void complain_setting(const char *name, uint64_t least, uint64_t most, uint64_t otherwise)
{
	static char room[256];
	struct json j = {.p = room};

	json_put(&j, "socktrace: ");
	json_text(&j, name);
	json_put(&j, " must be a number from ");
	json_u64(&j, least);
	json_put(&j, " to ");
	json_u64(&j, most);
	json_put(&j, "; using ");
	json_u64(&j, otherwise);
	json_put(&j, "\n");
	say(room, j.p - room);
}

void complain_word(const char *name, const char *words, const char *otherwise)
{
	static char room[256];
	struct json j = {.p = room};

	json_put(&j, "socktrace: ");
	json_text(&j, name);
	json_put(&j, " must be ");
	json_text(&j, words);
	json_put(&j, "; using ");
	json_text(&j, otherwise);
	json_put(&j, "\n");
	say(room, j.p - room);
}
