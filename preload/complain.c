/* complain: what is said on standard error, for want of a trace to say it in. */
#include "preload/complain.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>

#include "preload/json.h"
#include "preload/sock.h"
#include "preload/state.h"
#include "preload/sys.h"

static struct file {
	dev_t dev;
	ino_t ino;
} standard_error; /* what standard error was when the program began */

void complain_begin(void)
{
	struct stat st;

	if (sys3(SYS_fstat, 2, (long)&st, 0) == 0)
		standard_error = (struct file){st.st_dev, st.st_ino};
}

/* Has the program closed standard error, and opened a file for reading and writing, which got its number? */
static bool is_data(void)
{
	struct stat st;

	return sys3(SYS_fstat, 2, (long)&st, 0) == 0 && S_ISREG(st.st_mode) &&
	       (st.st_dev != standard_error.dev || st.st_ino != standard_error.ino) &&
	       (sys3(SYS_fcntl, 2, F_GETFL, 0) & O_ACCMODE) == O_RDWR;
}

/* Can a line be written there at once? Not to a socket: it would go to whom the program serves (inetd). */
static bool is_heard(void)
{
	struct pollfd err = {.fd = 2, .events = POLLOUT};

	return sys3(SYS_poll, (long)&err, 1, 0) == 1 && err.revents == POLLOUT && !sock_identity(2) && !is_data();
}

static uint64_t bit(int signal)
{
	return 1ull << (signal - 1);
}

/* To standard error, which may be a pipe that nobody reads, a file at its limit, a terminal that stops who writes from the background: the
 * signals for that are not the program's. */
static void say(const char *text, size_t len)
{
	uint64_t sent, before, pending = 0;
	struct timespec none = {0};
	long ret;

	if (!is_heard())
		return;
	sys6(SYS_rt_sigpending, (long)&pending, sizeof pending, 0, 0, 0, 0);
	before = sys_block_signals(bit(SIGPIPE) | bit(SIGXFSZ) | bit(SIGTTOU));
	ret = sys_write(2, text, len < PIPE_BUF ? len : PIPE_BUF); /* for which a pipe that says so has room */
	sent = ret == -EPIPE ? bit(SIGPIPE) : ret == -EFBIG ? bit(SIGXFSZ) : 0;
	if (sent & ~pending)
		sys6(SYS_rt_sigtimedwait, (long)&sent, 0, (long)&none, sizeof sent, 0, 0);
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
