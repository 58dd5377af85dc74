/* identity: what this process is: the first line of its trace, and what its file is named after. */
#include "preload/identity.h"

#include <elf.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/utsname.h>
#include <time.h>

#include "preload/clock.h"
#include "preload/json.h"
#include "preload/libc_calls.h"
#include "preload/mem.h"
#include "preload/procfs.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"

/* Who makes the trace alone uses these. */
static char first_line[4 * TRACE_BLOCK];
static char text[2 * TRACE_BLOCK];

/* What a fork's child, which has them too, cannot ask for any more where its root has no /proc. */
static char path[PATH_MAX]; /* the executable */
static char arguments[2 * TRACE_BLOCK];
static char boot_id[64];
static uint64_t netns, pidns;

extern const char *gnu_get_libc_version(void) __attribute__((weak));
extern unsigned long getauxval(unsigned long type) __attribute__((weak));

/* A link of /proc into `to`, which keeps what it has where there is none. */
static void read_link(const char *link, char *to, size_t room)
{
	procfs_link(link, text, sizeof text);
	if (!*text || text_len(text) >= room)
		return;
	memcpy(to, text, text_len(text) + 1);
}

static void put_exe(struct json *j)
{
	const char *name = getauxval ? (const char *)getauxval(AT_EXECFN) : NULL;

	if (!*path && name && text_len(name) < sizeof path)
		memcpy(path, name, text_len(name) + 1);
	read_link("/proc/self/exe", path, sizeof path);
	json_key_string(j, "exe", path);
}

static void put_cwd(struct json *j)
{
	procfs_cwd(text, sizeof text);
	json_key_string(j, "cwd", text);
}

static void put_argv(struct json *j)
{
	size_t len = procfs_read("/proc/self/cmdline", text, sizeof text), n = 0, at = 0;
	char *begin = j->p;

	if (!len && *arguments) {
		json_text(j, arguments);
		return;
	}
	json_put(j, ",\"argv\":[");
	for (; at < len && n < TRACE_ARGV_MAX && !json_full(j); n++) {
		if (n)
			json_put(j, ",");
		json_string(j, text + at);
		at += text_len(text + at) + 1;
	}
	json_put(j, "]");
	if (at < len || len + 1 >= sizeof text || json_full(j))
		json_put(j, ",\"argv_cut\":true");
	len = j->p - begin;
	if (len < sizeof arguments) {
		memcpy(arguments, begin, len);
		arguments[len] = 0;
	}
}

static void put_boot(struct json *j)
{
	size_t n = *boot_id ? 0 : procfs_read("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id);

	if (n && boot_id[n - 1] == '\n')
		boot_id[n - 1] = 0;
	json_key_string(j, "boot", boot_id);
}

static void put_namespace(struct json *j, const char *key, const char *link, uint64_t *kept)
{
	uint64_t now = procfs_namespace(link);

	*kept = now ? now : *kept;
	json_key_u64(j, key, *kept);
}

static void put_libc(struct json *j)
{
	const char *why = libc_calls_why();

	json_put(j, ",\"libc\":\"");
	if (gnu_get_libc_version) {
		json_put(j, "glibc ");
		json_text(j, gnu_get_libc_version());
	} else {
		json_put(j, "unknown");
	}
	json_put(j, "\"");
	if (!why) {
		json_put(j, ",\"libc_calls\":true");
		return;
	}
	json_put(j, ",\"libc_calls\":false");
	json_key_string(j, "libc_why", why);
}

/* Whether children end without leaving a zombie: the parent set that before the fork, and the child inherits it. */
static bool ignores_sigchld(void)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		uint64_t mask;
	} action = {0}; /* as the kernel has it */

	if (sys6(SYS_rt_sigaction, SIGCHLD, 0, (long)&action, sizeof action.mask, 0, 0) < 0)
		return false;
	return action.handler == SIG_IGN || action.flags & SA_NOCLDWAIT;
}

static _Atomic uint64_t begin_ns; /* when the trace begins; 0: it has not */

void identity_begin(void)
{
	uint64_t none = 0;

	atomic_compare_exchange_strong(&begin_ns, &none, clock_ns());
}

bool identity_has_begun(void)
{
	return atomic_load(&begin_ns) != 0;
}

void identity_forked(void)
{
	atomic_store(&begin_ns, 0);
}

/* The wall clock's time at begin_ns, from what both clocks say now. */
static void put_realtime(struct json *j)
{
	struct timespec wall;
	int64_t ns, ago = clock_ns() - begin_ns;

	sys3(SYS_clock_gettime, CLOCK_REALTIME, (long)&wall, 0);
	ns = wall.tv_sec * 1000000000ll + wall.tv_nsec - ago;
	json_put(j, ",\"realtime\":[");
	json_i64(j, ns / 1000000000);
	json_put(j, ",");
	json_i64(j, ns % 1000000000);
	json_put(j, "]");
}

const char *identity_line(int forked_from, size_t *line_len)
{
	struct utsname host;
	struct json j;

	identity_begin();
	json_init(&j, first_line, sizeof first_line - TRACE_BLOCK);
	json_put(&j, "{\"ev\":\"process\",\"t\":");
	json_u64(&j, begin_ns);
	json_key_u64(&j, "tid", self.tid);
	json_key_u64(&j, "v", TRACE_VERSION);
	json_key_u64(&j, "pid", shim.pid);
	/* A daemon's parent may have ended by now, and getppid would say 1. */
	json_key_u64(&j, "ppid", forked_from ? forked_from : sys3(SYS_getppid, 0, 0, 0));
	json_key_u64(&j, "started", procfs_stat(22));
	put_realtime(&j);
	json_key_string(&j, "start", forked_from ? "fork" : "exec");
	if (forked_from && ignores_sigchld())
		json_key_string(&j, "sigchld", "ignored");
	put_exe(&j);
	put_argv(&j);
	put_cwd(&j);
	if (sys3(SYS_uname, (long)&host, 0, 0) == 0)
		json_key_string(&j, "host", host.nodename);
	put_boot(&j);
	put_namespace(&j, "netns", "/proc/self/ns/net", &netns);
	put_namespace(&j, "pidns", "/proc/self/ns/pid", &pidns);
	json_key_u64(&j, "uid", sys3(SYS_getuid, 0, 0, 0));
	put_libc(&j);
	json_key_string(&j, "shim", SOCKTRACE_VERSION);
	json_put(&j, "}\n");

	size_t len = j.p - j.start, over = len % TRACE_BLOCK, more = over ? TRACE_BLOCK - over : 0;
	memset(j.p - 2, ' ', more);
	memcpy(j.p - 2 + more, "}\n", 2);
	*line_len = len + more;
	return first_line;
}

/* What a file is named after: [A-Za-z0-9._+-] of the executable's base name. `path` holds the executable. */
const char *identity_name(void)
{
	static char name[TRACE_NAME_MAX + 1];
	const char *base = path;
	size_t n = 0;

	for (const char *s = path; *s; s++)
		if (*s == '/')
			base = s + 1;
	for (; base[n] && base[n] != ' ' && n < TRACE_NAME_MAX; n++) {
		char c = base[n];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
			     c == '_' || c == '+' || c == '-';
		name[n] = plain ? c : '_';
	}
	name[n] = 0;
	return n ? name : "unknown";
}
