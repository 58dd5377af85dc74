/* moved: the bytes and the descriptors that a call moved. */
#include "preload/moved.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include "preload/addr.h"
#include "preload/args.h"
#include "preload/mem.h"
#include "preload/sock.h"
#include "preload/state.h"
#include "preload/vforked.h"

enum { MSGS_MAX = 32 };

/* The first bytes of what a call moved, its parts joined. */
static void put_data(struct json *j, const struct iovec *iov, size_t count, size_t moved)
{
	size_t left = moved < shim.data_max ? moved : shim.data_max;

	if (!left)
		return;
	json_put(j, ",\"data\":\"");
	for (size_t i = 0; i < count && left; i++) {
		size_t n = iov[i].iov_len < left ? iov[i].iov_len : left;
		json_bytes_more(j, iov[i].iov_base, n);
		left -= n;
	}
	json_put(j, "\"");
}

/* Every call that moves bytes has them in its second argument; sendfile and splice have no bytes of the program. */
void moved_put_data(struct json *j, const struct frame *f, long count)
{
	const void *at = (const void *)f->args[1];
	const struct msghdr *msg = at;
	struct iovec one = {(void *)at, count};

	/* tcp(7): received, but thrown away instead of stored. */
	if (f->msg_flags & MSG_TRUNC && (f->fd_flags & (FD_STREAM | FD_UNIX)) == FD_STREAM)
		return;
	switch (call_table[f->call].args[1].kind) {
	case KIND_BUF:
	case KIND_BUF_OUT:
		/* MSG_TRUNC returns the datagram's length, which may exceed the buffer (recv(2)). */
		if (one.iov_len > (size_t)f->args[2])
			one.iov_len = f->args[2];
		put_data(j, &one, 1, one.iov_len);
		return;
	case KIND_IOV:
	case KIND_IOV_OUT:
		put_data(j, at, f->args[2], count);
		return;
	case KIND_MSG:
	case KIND_MSG_OUT:
		put_data(j, msg->msg_iov, msg->msg_iovlen, count);
		return;
	}
}

/* Walk the descriptors that a message carries (cmsg(3), unix(7) SCM_RIGHTS): the kernel takes 253 in one. */
static void each_passed(const struct msghdr *msg, void (*what)(void *ctx, int fd), void *ctx)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR((struct msghdr *)msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || c->cmsg_len < CMSG_LEN(0))
			continue;
		size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count; i++) {
			int fd;
			__builtin_memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
			what(ctx, fd);
		}
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
		each_passed((const struct msghdr *)f->args[1], note_received_fd, f);
		return;
	}
	for (long i = 0; i < ret; i++)
		each_passed(&several[i].msg_hdr, note_received_fd, f);
}

struct passed {
	struct json *j;
	const struct frame *f;
	const char *key;
	bool begun;
};

static void put_passed_fd(void *ctx, int fd)
{
	struct passed *p = ctx;

	if (json_full(p->j))
		return;
	json_text(p->j, p->begun ? "," : p->key);
	p->begun = true;
	sock_put(p->j, fd, record_sock_of(p->f, fd));
}

/* Credentials may come before them, or anything else that the program wants to know. */
static void put_passed(struct json *j, const struct frame *f, const struct msghdr *msg, bool received)
{
	struct passed p = {j, f, received ? ",\"received\":[" : ",\"passed\":[", false};

	each_passed(msg, put_passed_fd, &p);
	if (p.begun)
		json_put(j, "]");
}

/* room: that there was for the sender's address, ADDR_ROOM if that is not known. */
static void put_message(struct json *j, const struct frame *f, const struct msghdr *msg, uint32_t room, bool received)
{
	char name[ADDR_ROOM];
	uint32_t have = msg->msg_namelen < room ? msg->msg_namelen : room;

	put_passed(j, f, msg, received);
	if (!received)
		return;
	if (msg->msg_name && msg->msg_namelen) {
		json_put(j, ",\"peer\":");
		if (room < ADDR_ROOM)
			memcpy(name, msg->msg_name, have);
		else
			have = mem_peek(name, msg->msg_name, have);
		addr_put(j, name, have, msg->msg_namelen);
	}
	if (msg->msg_flags) {
		json_put(j, ",\"msg_flags\":");
		json_flags(j, NAMES_MSGFLAG, msg->msg_flags);
	}
}

void moved_put_message(struct json *j, const struct frame *f)
{
	uint32_t room = f->in_len < 0 ? 0 : f->in_len < ADDR_ROOM ? f->in_len : ADDR_ROOM;

	put_message(j, f, (const struct msghdr *)f->args[1], room, f->call == CALL_recvmsg);
}

/* Each message as its own call would show it. */
void moved_put_messages(struct json *j, const struct frame *f, long count)
{
	const struct mmsghdr *m = (const struct mmsghdr *)f->args[1];
	bool received = f->call == CALL_recvmmsg;

	json_put(j, ",\"msgs\":[");
	for (long i = 0; i < count && i < MSGS_MAX && !json_full(j); i++, m++) {
		if (i)
			json_put(j, ",");
		json_put(j, "{\"len\":");
		json_u64(j, m->msg_len);
		if (!received && m->msg_hdr.msg_name) {
			json_put(j, ",\"addr\":");
			addr_put_from(j, m->msg_hdr.msg_name, m->msg_hdr.msg_namelen, true);
		}
		put_message(j, f, &m->msg_hdr, ADDR_ROOM, received);
		put_data(j, m->msg_hdr.msg_iov, m->msg_hdr.msg_iovlen, m->msg_len);
		json_put(j, "}");
	}
	json_put(j, "]");
}
