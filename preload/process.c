/* process: the lines that speak of the process: its first, the sockets it came with, its end. */
#include "preload/process.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>

#include "preload/addr.h"
#include "preload/fdtable.h"
#include "preload/json.h"
#include "preload/mem.h"
#include "preload/modules.h"
#include "preload/out.h"
#include "preload/procfs.h"
#include "preload/slot.h"
#include "preload/sock.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"

enum { NO_TRACE, MAKING_TRACE, HAS_TRACE, CANNOT_TRACE };

static _Atomic int trace; /* one of these */
static _Atomic int maker; /* thread id of who makes it */
static _Atomic bool ended;
static int forked_from; /* pid of the parent, 0 for a process that was exec'd */

/* The maker alone uses these. */
static char first_line[4 * TRACE_BLOCK];
static char text[2 * TRACE_BLOCK];

/* What a fork's child, which has them too, cannot ask for any more where its root has no /proc. */
static char path[PATH_MAX]; /* the executable */
static char arguments[2 * TRACE_BLOCK];
static char boot_id[64];
static uint64_t netns, pidns;

extern const char *gnu_get_libc_version(void) __attribute__((weak));
extern unsigned long getauxval(unsigned long type) __attribute__((weak));

bool process_is_traced(void)
{
	return atomic_load_explicit(&trace, memory_order_acquire) == HAS_TRACE;
}

static void put_key_string(struct json *j, const char *key, const char *value)
{
	if (!*value)
		return;
	json_put(j, ",\"");
	json_text(j, key);
	json_put(j, "\":");
	json_string(j, value);
}

static void put_key_u64(struct json *j, const char *key, uint64_t value)
{
	json_put(j, ",\"");
	json_text(j, key);
	json_put(j, "\":");
	json_u64(j, value);
}

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
	put_key_string(j, "exe", path);
}

static void put_cwd(struct json *j)
{
	procfs_link("/proc/self/cwd", text, sizeof text);
	if (!*text && sys3(SYS_getcwd, (long)text, sizeof text, 0) < 0)
		*text = 0;
	put_key_string(j, "cwd", text);
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
	if (at < len)
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
	put_key_string(j, "boot", boot_id);
}

static void put_namespace(struct json *j, const char *key, const char *link, uint64_t *kept)
{
	uint64_t now = procfs_namespace(link);

	*kept = now ? now : *kept;
	put_key_u64(j, key, *kept);
}

static void put_libc(struct json *j)
{
	json_put(j, ",\"libc\":\"");
	if (gnu_get_libc_version) {
		json_put(j, "glibc ");
		json_text(j, gnu_get_libc_version());
	} else {
		json_put(j, "unknown");
	}
	json_put(j, "\",\"libc_calls\":false");
}

static size_t format_first_line(void)
{
	struct timespec wall;
	struct utsname host;
	struct json j;
	uint64_t now = shim_now_ns();

	/* At once, so that the two clocks mean the same instant. */
	sys3(SYS_clock_gettime, CLOCK_REALTIME, (long)&wall, 0);
	json_init(&j, first_line, sizeof first_line - TRACE_BLOCK);
	json_put(&j, "{\"ev\":\"process\",\"t\":");
	json_u64(&j, now);
	put_key_u64(&j, "tid", self.tid);
	put_key_u64(&j, "v", TRACE_VERSION);
	put_key_u64(&j, "pid", shim.pid);
	/* A daemon's parent may have ended by now, and getppid would say 1. */
	put_key_u64(&j, "ppid", forked_from ? forked_from : sys3(SYS_getppid, 0, 0, 0));
	put_key_u64(&j, "started", procfs_stat(22));
	put_key_u64(&j, "realtime", 0);
	j.p -= 1;
	json_put(&j, "[");
	json_i64(&j, wall.tv_sec);
	json_put(&j, ",");
	json_i64(&j, wall.tv_nsec);
	json_put(&j, "]");
	put_key_string(&j, "start", forked_from ? "fork" : "exec");
	put_exe(&j);
	put_argv(&j);
	put_cwd(&j);
	if (sys3(SYS_uname, (long)&host, 0, 0) == 0)
		put_key_string(&j, "host", host.nodename);
	put_boot(&j);
	put_namespace(&j, "netns", "/proc/self/ns/net", &netns);
	put_namespace(&j, "pidns", "/proc/self/ns/pid", &pidns);
	put_key_u64(&j, "uid", sys3(SYS_getuid, 0, 0, 0));
	put_libc(&j);
	put_key_string(&j, "shim", SOCKTRACE_VERSION);
	json_put(&j, "}\n");

	size_t len = j.p - j.start, over = len % TRACE_BLOCK, more = over ? TRACE_BLOCK - over : 0;
	memset(j.p - 2, ' ', more);
	memcpy(j.p - 2 + more, "}\n", 2);
	return len + more;
}

/* What a file is named after: [A-Za-z0-9._+-] of the executable's base name. `path` holds the executable. */
static const char *trace_name(void)
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

/* Was this process, or its parent, traced before it became what it is? Then its files are there. */
static bool comes_from_traced(void)
{
	_Alignas(8) char room[1024];
	char own[24], parent[24];
	struct json j = {.p = own};
	bool found = false;
	long dir = sys_open(shim.out_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), n;

	json_u64(&j, shim.pid);
	json_put(&j, ".");
	*j.p = 0;
	j.p = parent;
	json_u64(&j, sys3(SYS_getppid, 0, 0, 0));
	json_put(&j, ".");
	*j.p = 0;
	while (dir >= 0 && !found && (n = sys3(SYS_getdents64, dir, (long)room, sizeof room)) > 0) {
		for (long at = 0; at < n && !found;) {
			unsigned short reclen;
			__builtin_memcpy(&reclen, room + at + 16, sizeof reclen);
			const char *name = room + at + 19; /* struct linux_dirent64, getdents(2) */
			found = text_starts(name, own) || text_starts(name, parent);
			at += reclen;
		}
	}
	if (dir >= 0)
		sys_close(dir);
	return found;
}

void process_inherit(int fd, const char *via)
{
	struct slot *s = slot_take();
	struct json j;
	bool has_peer;
	char *state;

	if (!s)
		return;
	int domain = sock_option(fd, SO_DOMAIN), protocol = sock_option(fd, SO_PROTOCOL);
	json_init(&j, s->line, SLOT_LINE);
	json_put(&j, "{\"ev\":\"inherit\",\"t\":");
	json_u64(&j, shim_now_ns());
	put_key_u64(&j, "tid", self.tid);
	put_key_u64(&j, "fd", fd);
	put_key_u64(&j, "sock", fd_sock(fd));
	json_put(&j, ",\"family\":");
	json_name(&j, NAMES_FAMILY, domain);
	json_put(&j, ",\"type\":");
	json_name(&j, NAMES_SOCKTYPE, sock_option(fd, SO_TYPE));
	json_put(&j, ",\"protocol\":");
	if (domain == AF_INET || domain == AF_INET6)
		json_name(&j, NAMES_PROTOCOL, protocol);
	else
		json_i64(&j, protocol);
	json_put(&j, ",\"state\":\"");
	state = j.p; /* known after the peer was asked for: all three words have their room kept */
	json_put(&j, "unconnected\"");
	addr_put_local(&j, fd);
	has_peer = addr_put_peer(&j, fd);
	if (sock_option(fd, SO_ACCEPTCONN) == 1)
		__builtin_memcpy(state, "listening\"  ", 12);
	else if (has_peer)
		__builtin_memcpy(state, "connected\"  ", 12);
	put_key_string(&j, "via", via);
	json_put(&j, "}\n");
	slot_put(s, j.p - j.start);
	slot_drop(s);
}

static bool make_trace(void)
{
	size_t len = format_first_line();
	const char *via = forked_from ? "fork" : "untraced";
	int fd = fd_next(0);

	/* Asked before our own file is there. */
	if (!forked_from && fd >= 0 && comes_from_traced())
		via = "exec";
	if (!out_create(trace_name(), first_line, len)) {
		atomic_store(&trace, CANNOT_TRACE);
		atomic_store(&shim.mode, SHIM_OFF); /* not a system call more of ours, least of all in a sandbox */
		return false;
	}
	atomic_store_explicit(&trace, HAS_TRACE, memory_order_release);
	for (; fd >= 0; fd = fd_next(fd + 1))
		process_inherit(fd, via);
	return true;
}

bool process_trace(void)
{
	int was = NO_TRACE;

	if (process_is_traced())
		return true;
	if (!shim_know_thread()) {
		out_lose("of a clone that shares this process's memory");
		return false;
	}
	if (atomic_compare_exchange_strong(&trace, &was, MAKING_TRACE)) {
		atomic_store(&maker, self.tid);
		return make_trace();
	}
	/* Another thread is at it. Not so where a handler interrupted the very making: its event is lost. */
	for (uint64_t begin = shim_now_ns(); shim_now_ns() - begin < 1000000000;) {
		if (atomic_load(&trace) != MAKING_TRACE)
			return process_is_traced();
		if (atomic_load(&maker) == self.tid)
			break;
		sys3(SYS_sched_yield, 0, 0, 0);
	}
	out_lose("its first sockets were made at once");
	return false;
}

static void note_socket(int fd)
{
	uint64_t sock = fd_flags(fd) ? 0 : sock_identity(fd);

	if (!sock)
		return;
	fd_meet_socket(fd, sock, sock_flags(fd));
	if (process_is_traced()) /* another library's constructor has made sockets before */
		process_inherit(fd, "untraced");
}

void process_take_stock(void)
{
	procfs_each_fd(note_socket);
	if (fd_next(0) >= 0)
		process_trace();
}

void process_forked(int parent)
{
	forked_from = parent;
	atomic_store(&trace, NO_TRACE);
	atomic_store(&ended, false);
	if (fd_next(0) >= 0)
		process_trace();
}

static void put_open(struct json *j)
{
	size_t more = 0;

	json_put(j, ",\"open\":[");
	for (int fd = fd_next(0); fd >= 0; fd = fd_next(fd + 1)) {
		if (json_full(j)) {
			more++;
			continue;
		}
		if (j->p[-1] != '[')
			json_put(j, ",");
		sock_put(j, fd, fd_sock(fd));
	}
	json_put(j, "]");
	if (more)
		put_key_u64(j, "open_more", more);
}

void process_end(const char *how, int status)
{
	struct slot *s;
	struct json j;

	if (!*shim.alive)
		shim_forked();
	if (!shim_start() || !process_is_traced() || atomic_exchange(&ended, true))
		return;
	s = slot_take();
	if (s) {
		json_init(&j, s->line, SLOT_LINE);
		json_put(&j, "{\"ev\":\"exit\",\"t\":");
		json_u64(&j, shim_now_ns());
		put_key_u64(&j, "tid", self.tid);
		put_key_string(&j, "how", how);
		json_put(&j, ",\"status\":");
		json_i64(&j, status);
		put_open(&j);
		json_put(&j, "}\n");
		slot_put(s, j.p - j.start);
		slot_drop(s);
	}
	slots_finish();
}
