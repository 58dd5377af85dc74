/* moved: the bytes and the descriptors that a call moved. */
#include "preload/moved.h"

#include <limits.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "preload/addr.h"
#include "preload/args.h"
#include "preload/given.h"
#include "preload/mem.h"
#include "preload/sock.h"
#include "preload/state.h"
#include "preload/vforked.h"

enum { CHUNK = 64 };

_Static_assert(MOVED_MSGS <= (int)FRAME_HELD, "a byte each is held");

#define DATA_KEY ",\"data\":\""

/* The first bytes of what a call moved, its parts joined. */
struct data {
	struct json *j;
	const struct frame *f;
	size_t left; /* bytes to be shown */
	size_t skip; /* that are shown already: they were held */
	char *begin; /* NULL: none are to be shown */
};

static struct data data_begin(struct json *j, const struct frame *f, size_t moved)
{
	struct data d = {j, f, moved < shim.data_max ? moved : shim.data_max, 0, NULL};

	if (!d.left)
		return d;
	d.begin = j->p;
	json_put(j, DATA_KEY);
	d.skip = f->held_len < d.left ? f->held_len : d.left;
	json_bytes_more(j, f->held, d.skip);
	d.left -= d.skip;
	return d;
}

/* Without a byte that could be read there is no `data`. */
static void data_end(const struct data *d)
{
	if (!d->begin)
		return;
	if (d->j->p == d->begin + sizeof DATA_KEY - 1)
		d->j->p = d->begin;
	else
		json_put(d->j, "\"");
}

/* `stays`: it can be read in place. */
static void put_part(struct data *d, const char *at, size_t len, bool stays)
{
	char part[CHUNK];

	if (len <= d->skip) {
		d->skip -= len;
		return;
	}
	at += d->skip;
	len -= d->skip;
	d->skip = 0;
	if (len > d->left)
		len = d->left;
	d->left -= len;
	if (stays) {
		json_bytes_more(d->j, at, len);
		return;
	}
	while (len && !json_full(d->j)) {
		size_t got = given_copy_behind(d->f, part, at, len < CHUNK ? len : CHUNK);
		if (!got) {
			d->left = 0; /* what follows would stand in the wrong place */
			return;
		}
		json_bytes_more(d->j, part, got);
		at += got;
		len -= got;
	}
}

static void put_parts(struct data *d, const struct iovec *iov, size_t count)
{
	struct iovec part;

	for (size_t i = 0; i < count && i < IOV_MAX && d->left; i++) {
		if (given_copy_behind(d->f, &part, iov + i, sizeof part) != sizeof part)
			return;
		put_part(d, part.iov_base, part.iov_len, given_stays_behind(d->f, part.iov_base, part.iov_len));
	}
}

/* tcp(7): received, but thrown away instead of stored. */
static bool is_thrown_away(const struct frame *f)
{
	return f->msg_flags & MSG_TRUNC && (f->fd_flags & (FD_STREAM | FD_UNIX)) == FD_STREAM;
}

/* Of one buffer. MSG_TRUNC returns the datagram's length, which may exceed it (recv(2)). */
static inline void put_buffer(struct json *j, const struct frame *f, size_t moved, bool stays)
{
	const char *at = (const char *)f->args[1];
	size_t len = moved < (size_t)f->args[2] ? moved : (size_t)f->args[2];

	if (stays && !f->held_len) {
		len = len < shim.data_max ? len : shim.data_max;
		if (!len)
			return;
		json_put(j, DATA_KEY);
		json_bytes_more(j, at, len);
		json_put(j, "\"");
		return;
	}
	struct data d = data_begin(j, f, len);
	if (d.left)
		put_part(&d, at, len, stays);
	data_end(&d);
}

/* Every call that moves bytes has them in its second argument; sendfile and splice have no bytes of the program. */
void moved_put_data(struct json *j, const struct frame *f, long count)
{
	const void *at = (const void *)f->args[1];
	struct msghdr msg;
	struct data d;

	if (is_thrown_away(f))
		return;
	switch (call_table[f->call].args[1].kind) {
	case KIND_BUF:
		put_buffer(j, f, count, f->stays);
		return;
	case KIND_BUF_OUT:
		put_buffer(j, f, count, true);
		return;
	case KIND_IOV:
	case KIND_IOV_OUT:
		d = data_begin(j, f, count);
		put_parts(&d, at, f->args[2]);
		data_end(&d);
		return;
	case KIND_MSG:
	case KIND_MSG_OUT:
		d = data_begin(j, f, count);
		if (d.left && given_copy(f, &msg, at, sizeof msg) == sizeof msg)
			put_parts(&d, msg.msg_iov, msg.msg_iovlen);
		data_end(&d);
		return;
	}
}

/* The descriptors in a control message. */
static void each_fd(const struct frame *f, const char *at, size_t count, void (*what)(void *ctx, int fd), void *ctx)
{
	int fd;

	for (; count && given_copy_behind(f, &fd, at, sizeof fd) == sizeof fd; count--, at += sizeof fd)
		what(ctx, fd);
}

/* Walk the descriptors that a message carries (cmsg(3), unix(7) SCM_RIGHTS): the kernel takes 253 in one. */
static void each_passed(const struct frame *f, const struct msghdr *msg, void (*what)(void *ctx, int fd), void *ctx)
{
	const char *at = msg->msg_control;
	size_t left = msg->msg_controllen;
	struct cmsghdr c;

	while (left >= sizeof c && given_copy_behind(f, &c, at, sizeof c) == sizeof c) {
		size_t len = c.cmsg_len;
		if (len < sizeof c || len > left)
			return;
		if (c.cmsg_level == SOL_SOCKET && c.cmsg_type == SCM_RIGHTS)
			each_fd(f, at + CMSG_LEN(0), (len - CMSG_LEN(0)) / sizeof(int), what, ctx);
		if (CMSG_ALIGN(len) >= left)
			return;
		at += CMSG_ALIGN(len);
		left -= CMSG_ALIGN(len);
	}
}

static void note_received_fd(void *ctx, int fd)
{
	struct frame *f = ctx;
	uint64_t sock = sock_identity(fd);

	if (sock && f->child)
		vforked_made(fd);
	else if (sock)
		fd_meet_socket(fd, sock, sock_flags(fd));
}

void moved_note_received(struct frame *f, long ret)
{
	const struct mmsghdr *several = (const struct mmsghdr *)f->args[1];

	if (f->call == CALL_recvmsg) {
		each_passed(f, (const struct msghdr *)f->args[1], note_received_fd, f);
		return;
	}
	for (long i = 0; i < ret; i++)
		each_passed(f, &several[i].msg_hdr, note_received_fd, f);
}

struct passed {
	struct json *j;
	const struct frame *f;
	const char *key;
	bool begun, cut;
};

static void put_passed_fd(void *ctx, int fd)
{
	struct passed *p = ctx;

	if (json_full(p->j)) {
		p->cut = true;
		return;
	}
	json_text(p->j, p->begun ? "," : p->key);
	p->begun = true;
	sock_put(p->j, fd, record_sock_of(p->f, fd));
}

/* Credentials may come before them, or anything else that the program wants to know. False where there is no room for all. */
static bool put_passed(struct json *j, const struct frame *f, const struct msghdr *msg, bool received)
{
	struct passed p = {j, f, received ? ",\"received\":[" : ",\"passed\":[", false, false};

	each_passed(f, msg, put_passed_fd, &p);
	if (p.begun)
		json_put(j, "]");
	return !p.cut;
}

static void put_sender(struct json *j, const struct frame *f, const struct msghdr *msg, uint32_t room)
{
	char name[ADDR_ROOM], *before = j->p;
	uint32_t have = msg->msg_namelen < room ? msg->msg_namelen : room;

	if (!msg->msg_name || !msg->msg_namelen || given_copy_behind(f, name, msg->msg_name, have) != have)
		return;
	json_put(j, ",\"peer\":");
	addr_put(j, name, have, msg->msg_namelen);
	if (json_full(j)) /* it may be cut */
		j->p = before;
}

static void put_receiver(struct json *j, const struct frame *f, const struct msghdr *msg)
{
	char *before = j->p, *value;

	if (!msg->msg_name)
		return;
	json_put(j, ",\"addr\":");
	value = j->p;
	args_put_name(j, f, msg);
	if (j->p == value || json_full(j))
		j->p = before;
}

/* room: that there was for the sender's address, -1 where that could not be read. As put_passed. */
static bool put_message(struct json *j, const struct frame *f, const struct msghdr *msg, int room, bool received)
{
	bool all = put_passed(j, f, msg, received);

	if (!received)
		return all;
	if (room >= 0)
		put_sender(j, f, msg, room);
	if (msg->msg_flags) {
		json_put(j, ",\"msg_flags\":");
		json_flags(j, NAMES_MSGFLAG, msg->msg_flags);
	}
	return all;
}

void moved_put_message(struct json *j, const struct frame *f)
{
	int room = f->in_len < 0 ? -1 : (int)addr_shown(f->in_len);
	struct msghdr msg;

	if (given_copy(f, &msg, (const void *)f->args[1], sizeof msg) == sizeof msg)
		put_message(j, f, &msg, room, f->call == CALL_recvmsg);
}

static void begin_message(struct json *j, const struct mmsghdr *m)
{
	if (j->p[-1] != '[')
		json_put(j, ",");
	json_put(j, "{\"len\":");
	json_u64(j, m->msg_len);
}

/* Of a message that is not shown: the descriptors in it. */
static void put_carried(struct json *j, const struct frame *f, const struct mmsghdr *m, bool received)
{
	char *before = j->p, *value;

	if (!m->msg_hdr.msg_controllen)
		return;
	begin_message(j, m);
	value = j->p;
	put_passed(j, f, &m->msg_hdr, received);
	if (j->p == value)
		j->p = before;
	else
		json_put(j, "}");
}

/* Each message as its own call would show it; of those that are too many, such as carry descriptors. */
void moved_put_messages(struct json *j, const struct frame *f, long count)
{
	const struct mmsghdr *at = (const struct mmsghdr *)f->args[1];
	bool received = f->call == CALL_recvmmsg;
	struct mmsghdr m;
	bool cut = false;
	long i = 0;

	json_put(j, ",\"msgs\":[");
	for (; i < count && i < MOVED_MSGS && !json_full(j) && given_copy(f, &m, at + i, sizeof m) == sizeof m; i++) {
		begin_message(j, &m);
		if (!received)
			put_receiver(j, f, &m.msg_hdr);
		cut |= !put_message(j, f, &m.msg_hdr, i < f->held_rooms ? (uint8_t)f->held[i] : -1, received);
		if (!is_thrown_away(f)) {
			struct data d = data_begin(j, f, m.msg_len);
			put_parts(&d, m.msg_hdr.msg_iov, m.msg_hdr.msg_iovlen);
			data_end(&d);
		}
		json_put(j, "}");
	}
	cut |= i < count;
	for (; i < count && !json_full(j) && given_copy(f, &m, at + i, sizeof m) == sizeof m; i++)
		put_carried(j, f, &m, received);
	json_put(j, "]");
	if (cut)
		json_put(j, ",\"msgs_cut\":true");
}
