/* slots: which thread writes into which slot, from its first event to the end of the process. */
#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "preload/clock.h"
#include "preload/live.h"
#include "preload/lost.h"
#include "preload/mem.h"
#include "preload/ours.h"
#include "preload/out.h"
#include "preload/signals.h"
#include "preload/slot.h"
#include "preload/state.h"
#include "preload/sys.h"

enum {
	LOOKS = 8, /* at slots of others, for one whose thread is gone: with an eighth of them free a look finds one */
	SETTLE_NS = 10000000,
	SETTLE_ALL_NS = 10 * SETTLE_NS,
	QUIESCE_NS = 1000000000,
	QUIESCE_TRIES = 2000000, /* which take as long */
	GROWING_MAX = 64         /* slots; those of further threads stay small */
};

_Static_assert(SLOT_DATA_LARGE + SLOT_LAST <= LIVE_MAP_MAX, "the largest is mapped at once");

static struct slot *_Atomic slots;
static struct slot *_Atomic cursor; /* where the next look begins */
static struct slot *spare;          /* retired ones, of which the child's first thread makes its own */
static _Atomic unsigned count;
static _Atomic uint64_t made = 1; /* slots so far, in parents too, plus one: no serial is 0 */
_Atomic bool slots_finishing;

static _Atomic int beginning; /* threads whose slot is about to be in the list */

void slots_begin(int more)
{
	atomic_fetch_add(&beginning, more);
}

bool slots_have_others(int thread)
{
	if (atomic_load(&beginning) > 0)
		return true;
	for (struct slot *s = atomic_load(&slots); s; s = s->next)
		if (atomic_load(&s->owner) != thread)
			return true;
	return false;
}

static bool is_gone(int thread)
{
	return sys3(SYS_tgkill, shim.pid, thread, 0) == -ESRCH;
}

/* Has a jump left whoever writes to it? What is not certain is said to be still there. Frames that are there are not where w is. */
static bool is_left(struct slot *s, const struct writer *w)
{
	const struct writer *by = atomic_load(&s->busy);
	struct writer now;

	if (by == w || !by)
		return by != NULL;
	/* Another thread's may go at any moment. */
	size_t got =
		atomic_load(&s->owner) == self.tid ? mem_take(w, &now, by, sizeof now) : mem_copy(&now, by, sizeof now);
	return got == sizeof now ? now.slot != s : !shim_is_sandboxed();
}

static bool take_over(struct slot *s, const struct writer *w)
{
	int owner = atomic_load(&s->owner);

	if (s == self.slots[0] || s == self.slots[1])
		return false;
	if (owner == self.tid) { /* given up below, by mistake or not; or one's who had our number before us */
		if (atomic_load(&s->busy) && !is_left(s, w))
			return false;
	} else if (!is_gone(owner) || !atomic_compare_exchange_strong(&s->owner, &owner, self.tid)) {
		return false;
	}
	s->npending = 0;
	s->lost_at = 0;
	memo_forget(&s->memos);
	return true;
}

/* A slot whose thread is gone: tgkill(2) with signal 0 says ESRCH. Not all are asked, there may be thousands. */
static struct slot *adopt(const struct writer *w)
{
	struct slot *s = atomic_load(&cursor);

	for (int i = 0; i < LOOKS; i++) {
		if (!s && !(s = atomic_load(&slots)))
			return NULL;
		if (take_over(s, w)) {
			atomic_store(&cursor, s->next);
			return s;
		}
		s = s->next;
	}
	atomic_store(&cursor, s);
	return NULL;
}

/* There is no file yet: the same in memory, which a fork's child has not either. */
static bool map_early(struct slot *s)
{
	size_t size = SLOT_DATA_SMALL + SLOT_LAST;

	if (out_is_made() || !(s->map = mem_pages(size)))
		return false;
	live_fill_pads(s->map, size);
	sys_madvise(s->map, size, MADV_DONTFORK);
	s->data = SLOT_DATA_SMALL;
	return s->early = true;
}

/* Little at first: most threads have little to say, and each page costs them three faults. Where the disk, or a limit, leaves not even that,
 * the room to count in what is lost. */
static void map_some(struct slot *s)
{
	const uint32_t sizes[] = {SLOT_DATA_SMALL, 0};

	if (map_early(s))
		return;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] && !s->map; i++) {
		s->data = sizes[i];
		s->map = live_map(s->data + SLOT_LAST);
	}
}

/* Who was about to take it goes on in this thread if at all, and finds it as a thread finds its slot behind a handler that used it. */
static struct slot *take_spare(void)
{
	struct slot *s = spare;

	if (!s || self.tid != shim.pid || atomic_load(&s->busy))
		return NULL;
	spare = s->next;
	s->flushes = s->near.len = 0;
	s->early = false;
	memo_forget(&s->memos);
	return s;
}

static struct slot *make(void)
{
	struct slot *s = take_spare();

	if (!s && !(s = mem_pages(sizeof *s)))
		return NULL;
	map_some(s);
	s->grows = atomic_fetch_add(&count, 1) < GROWING_MAX;
	s->serials = s->memos.changes = atomic_fetch_add(&made, 1) << 40;
	slot_set_limit(s);
	atomic_store(&s->owner, self.tid);
	s->next = atomic_load(&slots);
	while (!atomic_compare_exchange_weak(&slots, &s->next, s))
		;
	/* Either slots_trace_begins finds it in the list, or we see here that there is a trace. */
	if (s->early && out_is_made())
		s->limit = 0;
	return s;
}

/* A handler that jumps comes before or after it: what is made is in the list then, and nothing of the thread before in what is adopted. *forked
 * is set in the child of one that forks: it has not the slot. */
static struct slot *adopt_or_make(const struct writer *w, bool *forked)
{
	unsigned forks = shim.forks;
	uint64_t held = signals_hold();
	struct slot *s = adopt(w);

	if (!s)
		s = make();
	signals_release(held);
	*forked = shim.forks != forks;
	return s;
}

static struct slot *begin(struct slot *s, struct writer *w)
{
	w->slot = s;
	atomic_signal_fence(memory_order_seq_cst);
	if (atomic_exchange(&s->busy, w))
		slot_mend(s);
	return s;
}

void slots_make_ready(void)
{
	const struct writer here = {NULL};
	bool forked = false;
	struct slot *s;

	/* It may have one by now: sockets that the process came with have their lines where the trace begins, and a handler makes calls, too. */
	if (self.slots[0] || shim_is_sandboxed() || !shim_know_thread())
		return;
	s = adopt_or_make(&here, &forked);
	if (!forked && !self.slots[0])
		self.slots[0] = s;
}

struct slot *slot_take_any(struct writer *w)
{
	if (!shim_know_thread()) {
		out_lose("of a clone that shares this process's memory");
		return NULL;
	}
	for (int i = 0; i < 2; i++) {
		struct slot *s = self.slots[i];
		bool forked = false;
		struct writer *by = s ? atomic_load(&s->busy) : NULL;
		if (by && !is_left(s, w)) {
			/* Another's frame behind ours is gone, though nothing has been written over it yet. On another stack this may
			 * be a mistake, which costs a slot until that one is done. */
			if (by > w || shim_is_sandboxed())
				continue;
			s = NULL;
		}
		if (!s && (shim_is_sandboxed() || !(s = adopt_or_make(w, &forked)))) {
			out_lose("no room for another thread's events");
			return NULL;
		}
		if (forked)
			return NULL;
		self.slots[i] = s;
		return begin(s, w);
	}
	out_lose("of a handler amid the line of another that was amid one");
	return NULL;
}

/* Does a thread write to it, and may go on? This one does not: it ends, be it in a handler that has interrupted that. */
static bool is_written(struct slot *s)
{
	const struct writer here = {NULL};
	int owner = atomic_load(&s->owner);

	return atomic_load(&s->busy) && owner != self.tid &&
	       (shim_is_sandboxed() || !(is_gone(owner) || is_left(s, &here)));
}

/* Wait for its thread to finish the line it writes, but not past `end`: one that has jumped out of it never does. */
static void settle(struct slot *s, uint64_t end)
{
	uint64_t now = clock_ns();

	if (end > now + SETTLE_NS)
		end = now + SETTLE_NS;
	while (is_written(s) && clock_ns() < end)
		if (!shim_is_sandboxed())
			sys3(SYS_sched_yield, 0, 0, 0);
	/* Who writes yet may be about to go on. */
	if (atomic_load(&s->busy) && !is_written(s))
		slot_mend(s);
}

static bool is_busy_elsewhere(struct slot *s)
{
	return atomic_load(&s->busy) && atomic_load(&s->owner) != self.tid;
}

/* Do all that are busy wait for us in turn, in out_append? */
static bool all_wait(void)
{
	int busy = 0;

	for (struct slot *s = atomic_load(&slots); s; s = s->next)
		busy += is_busy_elsewhere(s);
	return busy <= out_waiting();
}

void slots_quiesce(void)
{
	uint64_t begin = clock_ns();
	int tries = 0; /* the clock may stand still by now */

	out_waiters_may_yield(true);
	ours_yield_all();
	for (struct slot *s = atomic_load(&slots); s; s = s->next)
		while (is_busy_elsewhere(s) && !all_wait() && tries++ < QUIESCE_TRIES &&
		       clock_ns() - begin < QUIESCE_NS)
			sys3(SYS_sched_yield, 0, 0, 0);
	out_waiters_may_yield(false);
}

void slots_finish(void)
{
	struct slot *left = NULL; /* one whose lines are in the live file alone */
	bool all = true;
	uint64_t begin = clock_ns();

	if (atomic_exchange(&slots_finishing, true))
		return;
	/* A thread that saw the flag unset has marked its slot busy before; its store needs a moment to be seen from
	 * here. */
	if (atomic_load(&slots) && atomic_load(&slots)->next)
		while (clock_ns() - begin < 5000)
			;
	for (struct slot *s = atomic_load(&slots); s; s = s->next) {
		settle(s, begin + SETTLE_ALL_NS);
		if (s->pos == 0 || slot_flush(s))
			continue;
		all = false;
		left = s->early ? left : s;
	}
	if (all)
		live_unlink();
	lost_finish(left);
}

void slots_trace_begins(void)
{
	for (struct slot *s = atomic_load(&slots); s; s = s->next)
		if (s->early)
			*(volatile uint32_t *)&s->limit = 0;
}

/* A handler forked amid a write to this slot, and the child may return to it: give it blocks of pads to write in, which
 * no reader takes for lines. */
static void leave_room(struct slot *s)
{
	size_t size = s->data + SLOT_LAST;
	s->lost_at = 0;
	long at = s->map ? sys6(SYS_mmap, (long)s->map, size, SLOT_ROOM_PROT, SLOT_ROOM_FLAGS, -1, 0) : -1;

	if (!sys_failed(at))
		live_fill_pads(s->map, size);
}

/* The same of one about to be taken: what is put there goes nowhere. */
static void retire(struct slot *s)
{
	s->map = NULL;
	s->data = s->limit = s->pos = s->lost_at = 0;
	s->npending = 0;
	s->next = spare;
	spare = s;
}

void slots_leave_room(void)
{
	for (int i = 0; i < 2; i++) {
		struct slot *s = self.slots[i];
		if (s && !atomic_load(&s->busy))
			retire(s);
		else if (s && !shim_sandbox_is(SANDBOX_CRAMPED))
			leave_room(s);
	}
}

void slots_forked(int thread)
{
	struct slot *s = atomic_exchange(&slots, NULL), *next;

	/* The mappings of the live file are not here (MADV_DONTFORK); their addresses may serve others by now. */
	for (; s; s = next) {
		next = s->next;
		if (atomic_load(&s->owner) != thread)
			sys_munmap(s, sizeof *s);
		else if (atomic_load(&s->busy))
			leave_room(s);
		else
			retire(s);
	}
	atomic_store(&cursor, NULL);
	atomic_store(&count, 0);
	atomic_store(&beginning, 0);
	atomic_store(&slots_finishing, false);
	lost_forked();
}
