/* process: the lines that speak of the process: its first, the sockets it came with, its end. */
#include "preload/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "preload/addr.h"
#include "preload/clock.h"
#include "preload/descriptors.h"
#include "preload/fdtable.h"
#include "preload/identity.h"
#include "preload/json.h"
#include "preload/libc_calls.h"
#include "preload/mem.h"
#include "preload/modules.h"
#include "preload/out.h"
#include "preload/own_stack.h"
#include "preload/procfs.h"
#include "preload/real.h"
#include "preload/slot.h"
#include "preload/sock.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"

_Atomic int process_state;
static _Atomic bool ended;
static int forked_from; /* pid of the parent, 0 for a process that was exec'd */
static bool knows_all;  /* sockets: they have just been looked for, or are its parent's */

bool process_is_blank(void)
{
	return atomic_load(&process_state) == PROCESS_UNTRACED && !identity_has_begun() &&
	       !atomic_load(&out_lost_count) && fd_next(0) < 0;
}

/* Was this process, or its parent, traced before it became what it is? Then its files are there. */
static bool comes_from_traced(void)
{
	_Alignas(8) char room[1024];
	char own[24], parent[24];
	struct json j = {.p = own};
	bool found = false;
	long dir = sys_open_read(shim.out_dir, O_DIRECTORY), n;

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
	json_u64(&j, clock_ns());
	json_key_u64(&j, "tid", self.tid);
	json_key_u64(&j, "fd", fd);
	json_key_u64(&j, "sock", fd_sock(fd));
	json_put(&j, ",\"family\":");
	json_name(&j, NAMES_FAMILY, domain);
	json_put(&j, ",\"type\":");
	json_name(&j, NAMES_SOCKTYPE, sock_option(fd, SO_TYPE));
	json_put(&j, ",\"protocol\":");
	addr_put_protocol(&j, domain, protocol);
	json_put(&j, ",\"state\":\"");
	state = j.p; /* known after the peer was asked for: all three words have their room kept */
	json_put(&j, "unconnected\"");
	addr_put_local(&j, fd);
	has_peer = addr_put_peer(&j, fd);
	if (sock_option(fd, SO_ACCEPTCONN) == 1)
		__builtin_memcpy(state, "listening\"  ", 12);
	else if (has_peer)
		__builtin_memcpy(state, "connected\"  ", 12);
	json_key_string(&j, "via", via);
	json_put(&j, "}\n");
	slot_put(s, j.p - j.start);
	slot_drop(s);
}

static bool note_socket(int fd)
{
	uint64_t sock;
	bool is_open = sock_ask(fd, &sock);

	if (!sock || fd_flags(fd))
		return is_open;
	fd_meet_socket(fd, sock, sock_flags(fd));
	if (out_is_made()) /* another library's constructor has made sockets before, or somebody past us */
		process_inherit(fd, "untraced");
	return true;
}

/* Sockets that were made by what dlsym has found in libc. Where users were asked for, another thread may be about to note the one that this
 * was done with. */
static bool may_have_more(void)
{
	return !knows_all && !shim_is_sandboxed() && !identity_has_begun();
}

static bool begin_file(void)
{
	bool has_more = may_have_more();
	int fd = fd_next(0);
	size_t len;

	clock_begin();
	libc_calls_begin(); /* the first line says what came of it */
	const char *line = identity_line(forked_from, &len);
	const char *via = forked_from ? "fork" : "untraced";

	/* Asked before our own file is there. */
	if (!forked_from && fd >= 0 && comes_from_traced())
		via = "exec";
	if (!out_create(identity_name(), line, len)) {
		atomic_store(&process_state, PROCESS_UNTRACEABLE);
		/* Not a system call more of ours in a sandbox. Elsewhere what is started may have no such library: ld.so would say so. */
		atomic_store(&shim.mode, shim_is_sandboxed() ? SHIM_OFF : SHIM_ASIDE);
		return false;
	}
	slots_trace_begins();
	/* Others wait meanwhile: what they make then is theirs. */
	for (fd = fd_next(0); fd >= 0; fd = fd_next(fd + 1))
		process_inherit(fd, via);
	if (has_more)
		descriptors_each(note_socket);
	atomic_store_explicit(&process_state, PROCESS_TRACED, memory_order_release);
	return true;
}

static void make_trace(void *made)
{
	*(bool *)made = begin_file();
}

bool process_trace(void)
{
	int was = PROCESS_UNTRACED;

	if (process_is_traced())
		return true;
	if (!shim_know_thread()) {
		out_lose("of a clone that shares this process's memory");
		return false;
	}
	/* A handler in the very making would wait for it, and the child that one forks would go on with it. */
	uint64_t before = sys_block_signals(~0ull);
	bool is_ours = atomic_compare_exchange_strong(&process_state, &was, PROCESS_MAKES_TRACE), made = false;
	if (is_ours)
		own_stack_run(make_trace, &made);
	sys_signals_back(before);
	if (is_ours)
		return made;
	libc_calls_forks_pause();
	uint64_t begin = clock_ns();
	while (atomic_load(&process_state) == PROCESS_MAKES_TRACE && clock_ns() - begin < SHIM_WAIT_NS)
		sys3(SYS_sched_yield, 0, 0, 0);
	libc_calls_forks_go_on();
	if (atomic_load(&process_state) != PROCESS_MAKES_TRACE)
		return process_is_traced();
	out_lose("its first sockets were made at once");
	return false;
}

/* A trace for the sockets that are known, which are all. */
static __attribute__((noinline)) void trace_known(void)
{
	knows_all = true;
	process_trace();
	knows_all = false;
}

void process_take_stock(void)
{
	descriptors_each(note_socket);
	if (fd_next(0) >= 0)
		trace_known();
}

void process_recheck(void)
{
	for (int fd = fd_next(0); fd >= 0; fd = fd_next(fd + 1))
		if (sock_identity(fd) != fd_sock(fd))
			fd_clear(fd);
}

/* The kernel copies the descriptors first, then the memory that speaks of them: another thread may have been making this one, or closing it. */
static bool note_copied(int fd)
{
	uint64_t sock;
	bool is_open = sock_ask(fd, &sock);

	if (sock && !(fd_flags(fd) & FD_SOCKET))
		fd_meet_socket(fd, sock, sock_flags(fd));
	return is_open;
}

void process_forked(int parent, bool others)
{
	process_recheck();
	if (others && (process_is_traced() || fd_next(0) >= 0))
		descriptors_each(note_copied);
	forked_from = parent;
	atomic_store(&process_state, PROCESS_UNTRACED);
	atomic_store(&ended, false);
	if (fd_next(0) >= 0)
		trace_known();
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
	json_list_end(j, "open_more", more);
}

void process_end(const char *how, int status)
{
	struct slot *s;
	struct json j;

	/* Most have nothing to end, and are left alone. */
	if (!shim_start() || !process_is_traced())
		return;
	shim_notice(); /* a child would have no trace yet */
	if (!shim_is_on() || !process_is_traced() || atomic_exchange(&ended, true))
		return;
	s = slot_take();
	if (s) {
		json_init(&j, s->line, SLOT_LINE);
		json_put(&j, "{\"ev\":\"exit\",\"t\":");
		json_u64(&j, clock_ns());
		json_key_u64(&j, "tid", self.tid);
		json_key_string(&j, "how", how);
		json_put(&j, ",\"status\":");
		json_i64(&j, status);
		put_open(&j);
		json_put(&j, "}\n");
		slot_put(s, j.p - j.start);
		slot_drop(s);
	}
	slots_finish();
}
