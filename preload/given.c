/* given: what a call's pointers mean, read after the kernel has. */
#include "preload/given.h"

#include <limits.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "preload/addr.h"
#include "preload/args.h"
#include "preload/mem.h"
#include "preload/moved.h"
#include "preload/sockopt.h"
#include "preload/state.h"

enum { PARTS_MAX = 8 };

static bool sends(const struct frame *f)
{
	return call_table[f->call].kinds & (GIVEN_KINDS | 1ull << KIND_MSGVEC);
}

/* Where it has received something, what says where this is may have been written over. */
bool given_stays_behind(const struct frame *f, const void *at, size_t len)
{
	return (sends(f) && given_stays(f, at, len)) || mem_is_on_stack(f, at, len);
}

size_t given_copy(const struct frame *f, void *to, const void *from, size_t len)
{
	if (!f->accepted)
		return args_take(f, to, from, len);
	if (!given_stays(f, from, len))
		return shim_is_sandboxed() ? args_take(f, to, from, len) : mem_copy(to, from, len);
	memcpy(to, from, len);
	return len;
}

size_t given_copy_at_once(const struct frame *f, void *to, const void *from, size_t len)
{
	if (!f->accepted || !shim_is_sandboxed())
		return given_copy(f, to, from, len);
	if (!from)
		return 0; /* it is the filter that says so, not the kernel */
	memcpy(to, from, len);
	return len;
}

size_t given_copy_behind(const struct frame *f, void *to, const void *from, size_t len)
{
	if (!f->accepted)
		return args_take(f, to, from, len);
	if (!given_stays_behind(f, from, len))
		return sends(f) ? mem_copy(to, from, len) : mem_peek(to, from, len);
	memcpy(to, from, len);
	return len;
}

/* With care even after success: the kernel reads an int however long the program says it is, and IPV6_V6ONLY takes NULL for 0. */
size_t given_copy_value(const struct frame *f, void *to, size_t len)
{
	const void *at = (const void *)f->args[3];

	if (!f->accepted || !sockopt_is_read_whole(f->args[1], f->args[2], f->args[4]))
		return args_take(f, to, at, len);
	memcpy(to, at, len); /* nobody else sees that the kernel has it */
	return len;
}

bool given_keep(struct frame *f)
{
	int i = f->call == CALL_setsockopt ? 3 : 1;
	const void *at = (const void *)f->args[i];
	uint32_t len = f->args[i + 1];
	size_t have;

	if (!at || len < KEPT_LEAST || len > KEPT_MOST)
		return false;
	if (!f->held_len) {
		have = i == 3 ? given_copy_value(f, f->held, len) : given_copy(f, f->held, at, len);
		f->held_len = have == len ? len : 0;
	}
	return f->held_len == len;
}

static void hold(struct frame *f, const char *at, size_t len)
{
	size_t room = (shim.data_max < FRAME_HELD ? shim.data_max : FRAME_HELD) - f->held_len;

	f->held_len += args_take(f, f->held + f->held_len, at, len < room ? len : room);
}

/* Can all that is shown of them be read in place afterwards? Not so before: the kernel has not accepted it yet. */
static bool parts_stay(const struct frame *f, const struct iovec *iov, size_t count)
{
	size_t shown = 0, i = 0;
	struct iovec part;

	if (count > IOV_MAX || !given_stays(f, iov, count * sizeof *iov))
		return false;
	for (; i < count && i < PARTS_MAX && shown < shim.data_max; i++) {
		if (args_take(f, &part, iov + i, sizeof part) != sizeof part ||
		    (part.iov_len && !given_stays(f, part.iov_base, part.iov_len)))
			return false;
		shown += part.iov_len;
	}
	return i == count || shown >= shim.data_max;
}

static void hold_parts(struct frame *f, const struct iovec *iov, size_t count)
{
	struct iovec part;

	for (size_t i = 0; i < count && i < PARTS_MAX && f->held_len < FRAME_HELD && f->held_len < shim.data_max; i++) {
		uint8_t before = f->held_len;
		if (args_take(f, &part, iov + i, sizeof part) != sizeof part)
			return;
		hold(f, part.iov_base, part.iov_len);
		if (before + part.iov_len > f->held_len)
			return;
	}
}

/* recvmmsg puts an address's length in the place of its room. */
static void hold_rooms(struct frame *f, const struct mmsghdr *at, size_t count)
{
	struct mmsghdr some[4];

	while (count && f->held_rooms < MOVED_MSGS) {
		size_t want = count < 4 ? count : 4, have = args_take(f, some, at, want * sizeof *at) / sizeof *at;
		for (size_t i = 0; i < have; i++)
			f->held[f->held_rooms++] = addr_shown(some[i].msg_hdr.msg_namelen);
		if (have < want)
			return;
		at += have;
		count -= have;
	}
}

void given_hold_else(struct frame *f)
{
	const void *at = (const void *)f->args[1];
	struct msghdr msg;

	switch (call_table[f->call].args[1].kind) {
	case KIND_ADDR:
		if (f->args[2] > 0 && f->args[2] <= FRAME_HELD)
			f->held_len = args_take(f, f->held, at, f->args[2]);
		return;
	case KIND_BUF:
		hold(f, at, f->args[2]);
		return;
	case KIND_IOV:
		if (!parts_stay(f, at, f->args[2]))
			hold_parts(f, at, f->args[2]);
		return;
	case KIND_MSG:
		if (args_take(f, &msg, at, sizeof msg) != sizeof msg)
			return;
		if (!given_stays(f, at, sizeof msg) || !parts_stay(f, msg.msg_iov, msg.msg_iovlen))
			hold_parts(f, msg.msg_iov, msg.msg_iovlen);
		return;
	case KIND_MSGVEC_OUT:
		hold_rooms(f, at, f->args[2]);
		return;
	}
}
