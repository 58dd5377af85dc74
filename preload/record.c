/* record: one call from its entry to its return, as a pending line and as a call line. */
#include "preload/record.h"

#include <errno.h>
#include <limits.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/socket.h>

#include "preload/adopt.h"
#include "preload/args.h"
#include "preload/changes.h"
#include "preload/clock.h"
#include "preload/given.h"
#include "preload/identity.h"
#include "preload/libc_calls.h"
#include "preload/line.h"
#include "preload/mem.h"
#include "preload/out.h"
#include "preload/process.h"
#include "preload/ready.h"
#include "preload/rights.h"
#include "preload/slot.h"
#include "preload/sock.h"
#include "preload/stack.h"
#include "preload/state.h"
#include "preload/vforked.h"

bool record_failed(enum call_id call, long ret)
{
	return record_failed_by(call_table[call].result, ret);
}

static __attribute__((noinline, cold)) bool child_acts_on(struct frame *f, int fd)
{
	f->fd_flags = vforked_flags(fd, &f->sock);
	return f->sock != 0;
}

static inline bool act_on(struct frame *f, int fd)
{
	f->fd = fd;
	if (__builtin_expect(f->child, 0))
		return child_acts_on(f, fd);
	f->fd_flags = fd_flags(fd);
	if (!(f->fd_flags & FD_SOCKET))
		return false;
	f->sock = fd_sock(fd);
	return true;
}

bool record_act_on(struct frame *f, int fd)
{
	return act_on(f, fd);
}

uint64_t record_sock_of(const struct frame *f, int fd)
{
	uint64_t sock = 0;

	if (f->child)
		vforked_flags(fd, &sock);
	else if (fd_flags(fd) & FD_SOCKET)
		sock = fd_sock(fd);
	return sock;
}

int record_next_socket(const struct frame *f, int from)
{
	return f->child ? vforked_next(from) : fd_next(from);
}

static bool call_closes_one(enum call_id call)
{
	return call == CALL_close || call == CALL_fclose || call == CALL_freopen;
}

static bool call_closes_many(enum call_id call)
{
	return call == CALL_close_range || call == CALL_closefrom;
}

/* Is the socket at the number that the call is to take closed by that? Asked before it is: of a child the kernel says what is there now. */
static bool takes_socket(const struct frame *f)
{
	return record_sock_of(f, args_get(f, KIND_FDNUM, -1)) != 0;
}

/* Before the kernel can give a number to another thread. */
static void note_closing(struct frame *f)
{
	switch (f->call) {
	case CALL_fclose:
	case CALL_freopen:
		/* What stdio still holds is written first. */
		if (libc_is_patched)
			libc_calls_closing(f->fd);
		else
			f->refs = fd_clear(f->fd);
		break;
	case CALL_close:
		f->refs = fd_clear(f->fd);
		break;
	case CALL_close_range:
		if (!(f->args[2] & CLOSE_RANGE_CLOEXEC))
			fd_close_range(f->args[0], f->args[1]);
		break;
	case CALL_closefrom:
		fd_close_range((int)f->args[0] > 0 ? f->args[0] : 0, UINT_MAX);
		break;
	}
}

/* Is a call to be recorded whose first argument is no socket? Fills in what it acts on. */
static bool is_wanted_else(struct frame *f, const struct call_desc *d)
{
	if (d->args[0].kind == KIND_FD) {
		if (d->kinds & 1ull << KIND_FDOTHER)
			return record_act_on(f, args_get(f, KIND_FDOTHER, -1));
		if (!(d->flags & CALL_FILES))
			adopt_socket(f);
		f->takes = d->flags & CALL_FILES && takes_socket(f); /* whatever dup2 copies */
		/* In a forked child without sockets there may be no trace ever: what was its parent's is no reason for a line, not even in memory. */
		if (f->sock || (f->fd_flags & ~FD_CHILDS && (process_is_traced() || identity_has_begun())))
			return true;
		return d->flags & CALL_FILES ? f->takes : process_is_traced();
	}
	f->fd = -1;
	f->fd_flags = 0;
	if (d->kinds & READY_KINDS)
		return ready_wants(f);
	if (call_closes_many(f->call))
		return process_is_traced();
	return d->flags & CALL_NAMED || process_is_traced();
}

/* Is this call to be recorded at all? Fills in what it acts on. */
static inline bool is_wanted(struct frame *f, const struct call_desc *d)
{
	f->sock = 0;
	f->takes = false;
	if (__builtin_expect(d->args[0].kind == KIND_FD && act_on(f, f->args[0]), 1))
		return true;
	return is_wanted_else(f, d);
}

/* Of a call that may, by its row. */
static inline bool may_wait(const struct frame *f, const struct call_desc *d)
{
	if (d->kinds & READY_KINDS)
		return ready_may_wait(f);
	if (f->fd < 0)
		return true;
	return f->fd_flags & FD_SOCKET && !(f->fd_flags & FD_NONBLOCK) && !(f->msg_flags & MSG_DONTWAIT);
}

static void put_pending(struct frame *f)
{
	/* There will be none for its call line either, which then counts what is lost. */
	if (__builtin_expect(!self.slots[0], 0) && shim_is_sandboxed())
		return;
	struct slot *s = slot_take();

	if (!s)
		return;
	slot_put_pending(s, line_of_pending(s, f), &f->serial);
	slot_drop(s);
}

bool record_enter(struct frame *f, enum call_id call, const long *args, const void *pc)
{
	return record_enter_via(f, call, args, pc, NULL);
}

bool record_enter_via(struct frame *f, enum call_id call, const long *args, const void *pc, const char *via)
{
	f->from = NULL;
	bool recorded = record_begin(f, call, args, pc, via);

	/* Now, since the beginning may have been what patched libc. */
	if (libc_is_patched && recorded)
		libc_calls_expect(f, call, args);
	return recorded;
}

static bool is_made_by_libc(const struct frame *f)
{
	return f->via && text_equal(f->via, "libc");
}

/* Does libc ask the daemon of the name service for a user or a group? */
static bool asks_for_user(const struct frame *f)
{
	static const char *const heads[] = {"getpw",   "getgr", "initgroups", "getlogin", "cuserid", "__getlogin_r_chk",
					    "wordexp", "glob"};

	for (size_t i = 0; f->via && f->from && i < sizeof heads / sizeof heads[0]; i++)
		if (text_starts(f->from, heads[i]))
			return true;
	return false;
}

/*
 * Can what is done to a socket be kept where there is no trace? Hardly anybody has that daemon, and a trace of each `ls -l` which finds that out
 * helps nobody: what it did is kept in memory, for the trace that there is once the process has to do with another socket.
 */
static __attribute__((noinline, cold)) bool makes_where(const struct frame *f)
{
	if (f->child) {
		out_lose("of a child of vfork, before its parent had a socket");
		return false;
	}
	if (!asks_for_user(f))
		return process_trace();
	identity_begin();
	return true;
}

static inline bool has_where(const struct frame *f, const struct call_desc *d)
{
	return !(f->sock || d->flags & CALL_NAMED) || process_is_traced() || makes_where(f);
}

/* The first call of a thread: a fork meanwhile is to see that it makes one (slots_have_others). */
static __attribute__((noinline, cold)) bool begin_first(const struct frame *f, const struct call_desc *d)
{
	slots_begin(1);
	bool has = has_where(f, d);
	if (has && process_is_traced())
		slots_make_ready();
	slots_begin(-1);
	return has;
}

/* A clone in our memory may have variables of its own (CLONE_SETTLS), behind which libc's need not be: errno is not to be asked for. */
static __attribute__((noinline, cold)) bool is_clones_own(void)
{
	if (self.borrowed || !vforked_runs())
		return false;
	out_lose("of a clone that shares this process's memory");
	return true;
}

bool record_begin(struct frame *f, enum call_id call, const long *args, const void *pc, const char *via)
{
	const struct call_desc *d = &call_table[call];

	if (!shim_is_on() && !shim_start())
		return false;
	mem_forget();
	f->call = call;
	f->via = via;
	f->args = args;
	f->begun = true;
	f->expects = false;
	f->late = f->accepted = false;
	f->child = __builtin_expect(self.borrowed, 0) ? vforked_who() : 0;
	if (__builtin_expect(f->child < 0, 0)) {
		out_lose("of a clone that shares this process's memory");
		return false;
	}
	if (__builtin_expect(!*shim.alive, 0) && !f->child) {
		shim_find_out();
		if (!shim_is_on())
			return false;
	}
	f->forks = shim.forks;
	if (__builtin_expect(d->flags & CALL_RIGHTS, 0))
		rights_secure(f);
	if (!is_wanted(f, d) || (__builtin_expect(!self.tid, 0) && is_clones_own()))
		return false;
	if (__builtin_expect(!self.slots[0], 0) && !f->child ? !begin_first(f, d) : !has_where(f, d))
		return false;
	f->pc = (uint64_t)pc;
	f->serial = 0;
	f->memo = NULL;
	f->peer = NULL;
	f->made[0] = f->made[1] = -1;
	f->in_len = d->kinds & LENGTH_KINDS ? args_length(f) : INT_MIN;
	f->msg_flags = args_get(f, KIND_MSGFLAGS, 0);
	f->held_len = f->held_rooms = 0;
	if (d->kinds & HELD_KINDS)
		given_hold(f);
	if (shim.stack_max && !is_made_by_libc(f))
		stack_begin(f);
	if (!f->child)
		note_closing(f);
	else if (call_closes_one(call))
		f->refs = vforked_others(f->fd, f->sock);
	f->t_ns = clock_ns();
	if (d->flags & CALL_BLOCKS && may_wait(f, d))
		put_pending(f);
	return true;
}

/* It has returned. What another thread adopted meanwhile is gone. */
static void note_closed(struct frame *f, bool failed)
{
	if (f->call == CALL_close && adopt_happens() && !failed && !f->child && fd_flags(f->fd) & FD_SOCKET &&
	    fd_sock(f->fd) == f->sock)
		fd_clear(f->fd);
	if ((f->call != CALL_fclose && f->call != CALL_freopen) || !libc_is_patched || f->child)
		return;
	f->refs = libc_calls_closed();
	if (f->refs < 0)
		f->refs = fd_clear(f->fd);
}

/* The number of a socket closed long ago is something else by now: is there still something to tell of the call? */
static bool forget_closed(struct frame *f)
{
	if (!f->child)
		fd_forget(f->fd);
	f->fd_flags = 0;
	return f->takes;
}

static inline void leave(struct frame *f, long ret, int err)
{
	bool failed = record_failed(f->call, ret);
	uint64_t end_ns;
	struct slot *s;
	size_t len;

	if (f->expects)
		libc_calls_met(f);
	shim_notice();
	if (!shim_is_on() || f->forks != shim.forks)
		return; /* off since the call began; or in a child: the call was one that forks, or a handler did meanwhile */
	note_closed(f, failed);
	if (f->fd_flags & FD_WAS && !(failed && err == EBADF) && !forget_closed(f)) {
		changes_unseen(f->call, f->args, ret);
		return;
	}
	end_ns = clock_ns();
	f->begun = false;
	f->accepted = !failed;
	if (f->late && !ready_concerns(f)) {
		if (f->serial)
			slot_withdraw(f->serial);
		return;
	}
	changes_note(f, ret);
	s = slot_take();
	if (!s)
		return;
	len = line_of_call(s, f, end_ns, ret, err);
	if (f->serial)
		slot_replace(s, len, f->serial);
	else
		slot_put(s, len);
	slot_drop(s);
}

/* While it waited, what could be read before may have been taken away; and who has been interrupted by its handler knows nothing of what this one
 * could read. */
void record_leave(struct frame *f, long ret, int err)
{
	mem_forget();
	leave(f, ret, err);
	mem_forget();
}
