/* args: a call's arguments as JSON, a function a kind. */
#include "preload/args.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "preload/addr.h"
#include "preload/given.h"
#include "preload/mem.h"
#include "preload/ready.h"
#include "preload/selects.h"
#include "preload/sockopt.h"
#include "preload/texts.h"

static const struct call_desc *desc_of(const struct frame *f)
{
	return &call_table[f->call];
}

long args_find(const struct frame *f, enum arg_kind kind)
{
	const struct call_desc *d = desc_of(f);
	int i = 0;

	while (d->args[i].kind != kind)
		i++;
	return f->args[i];
}

int args_length(const struct frame *f)
{
	const void *at = (const void *)args_get(f, KIND_ADDRLEN_IO, 0);
	int len;

	/* recvmsg(2): the room for the sender's address, in the kernel's own place for its length. */
	if (f->call == CALL_recvmsg)
		at = &((const struct msghdr *)f->args[1])->msg_namelen;
	return at && mem_take_int(args_near(f, at), &len, at) ? len : INT_MIN;
}

/* Puts nothing where that cannot be read: the argument is left out then. */
typedef void put_fn(struct json *j, const struct frame *f, int i);

static void put_int(struct json *j, const struct frame *f, int i)
{
	json_i64(j, (int)f->args[i]);
}

static void put_uint(struct json *j, const struct frame *f, int i)
{
	json_u64(j, (unsigned)f->args[i]);
}

static void put_long(struct json *j, const struct frame *f, int i)
{
	json_i64(j, f->args[i]);
}

static void put_size(struct json *j, const struct frame *f, int i)
{
	json_u64(j, (size_t)f->args[i]);
}

static void put_domain(struct json *j, const struct frame *f, int i)
{
	json_name(j, NAMES_FAMILY, f->args[i]);
}

static void put_socktype(struct json *j, const struct frame *f, int i)
{
	unsigned flags = f->args[i] & ~0xf; /* SOCK_TYPE_MASK of the kernel */

	json_name(j, NAMES_SOCKTYPE, f->args[i] & 0xf);
	if (!flags)
		return;
	json_put(j, ",\"type_flags\":");
	json_flags(j, NAMES_SOCKFLAG, flags);
}

static void put_sockflags(struct json *j, const struct frame *f, int i)
{
	json_flags(j, NAMES_SOCKFLAG, f->args[i]);
}

static void put_openflags(struct json *j, const struct frame *f, int i)
{
	json_flags(j, NAMES_OPENFLAG, f->args[i]);
}

static void put_protocol(struct json *j, const struct frame *f, int i)
{
	addr_put_protocol(j, args_get(f, KIND_DOMAIN, AF_UNSPEC), f->args[i]);
}

static void put_addr(struct json *j, const struct frame *f, int i)
{
	const void *at = (const void *)f->args[i];
	char room[ADDR_ROOM];
	int32_t len = f->args[i + 1];
	uint32_t want = addr_shown(len), have;

	if (!at) {
		json_put(j, "null");
		return;
	}
	if (given_is_held(f, i, len)) {
		addr_put(j, f->held, f->held_len, len);
		return;
	}
	/* getnameinfo: libc reads as much of it as its family has. */
	have = f->call == CALL_getnameinfo ? args_take(f, room, at, want) : given_copy(f, room, at, want);
	if (have || !want)
		addr_put(j, room, have, len);
}

static void put_in_len(struct json *j, const struct frame *f, int i)
{
	(void)i;
	json_i64(j, f->in_len);
}

static void put_optlevel(struct json *j, const struct frame *f, int i)
{
	json_name(j, NAMES_OPTLEVEL, f->args[i]);
}

static void put_optname(struct json *j, const struct frame *f, int i)
{
	sockopt_put_name(j, f->args[i - 1], f->args[i]);
}

static void put_optval(struct json *j, const struct frame *f, int i)
{
	char room[SOCKOPT_ROOM];
	const char *value = room;
	uint32_t len = f->args[i + 1], have = len < sizeof room ? len : sizeof room;

	if (!f->args[i])
		have = 0;
	else if (given_is_held(f, i, len))
		value = f->held;
	else if (have && !(have = given_copy_value(f, room, have)))
		return;
	sockopt_put_value(j, f->args[i - 2], f->args[i - 1], value, have);
}

static void put_shuthow(struct json *j, const struct frame *f, int i)
{
	json_name(j, NAMES_SHUTHOW, f->args[i]);
}

static void put_fcntlcmd(struct json *j, const struct frame *f, int i)
{
	json_name(j, NAMES_FCNTLCMD, f->args[i]);
}

static void put_fcntlarg(struct json *j, const struct frame *f, int i)
{
	switch ((int)f->args[i - 1]) {
	case F_SETFL:
		json_flags(j, NAMES_OPENFLAG, f->args[i]);
		break;
	case F_SETFD:
		json_flags(j, NAMES_FDFLAG, f->args[i]);
		break;
	case F_GETFL:
	case F_GETFD:
	case F_GETOWN:
	case F_GETSIG:
	case F_GETLEASE:
	case F_GETPIPE_SZ:
	case F_GET_SEALS:
	case 1028 /* F_CREATED_QUERY, Linux 6.12 */:
		json_put(j, "null"); /* takes none: whatever the register held is nobody's business */
		break;
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
	case F_SETOWN:
	case F_SETSIG:
	case F_SETPIPE_SZ:
		json_i64(j, (int)f->args[i]);
		break;
	default:
		json_i64(j, f->args[i]);
	}
}

static void put_ioctlrequest(struct json *j, const struct frame *f, int i)
{
	json_name(j, NAMES_IOCTLREQUEST, f->args[i]);
}

static void put_ioctlarg(struct json *j, const struct frame *f, int i)
{
	unsigned long request = f->args[i - 1];
	const void *at = (const void *)f->args[i];
	int v;

	if (!at || (request != FIONBIO && request != FIOASYNC))
		json_put(j, "null");
	else if (given_copy_at_once(f, &v, at, sizeof v) == sizeof v)
		json_i64(j, v);
}

static void put_closerangeflags(struct json *j, const struct frame *f, int i)
{
	json_flags(j, NAMES_CLOSERANGEFLAG, f->args[i]);
}

static void put_cloneflags(struct json *j, const struct frame *f, int i)
{
	unsigned signal = f->call == CALL_clone ? f->args[i] & CSIGNAL : 0;

	json_flags(j, NAMES_CLONEFLAG, f->args[i] & ~signal);
	if (!signal)
		return;
	j->p--;
	if (j->p[-1] != '[')
		json_put(j, ",");
	json_name(j, NAMES_SIGNAL, signal);
	json_put(j, "]");
}

static void put_msgflags(struct json *j, const struct frame *f, int i)
{
	json_flags(j, NAMES_MSGFLAG, f->args[i]);
}

void args_put_name(struct json *j, const struct frame *f, const struct msghdr *msg)
{
	char room[ADDR_ROOM];
	int32_t len = msg->msg_namelen;
	uint32_t want = addr_shown(len), have = 0;

	if (msg->msg_name)
		have = given_copy_behind(f, room, msg->msg_name, want);
	if (!msg->msg_name)
		json_put(j, "null");
	else if (have || !want)
		addr_put(j, room, have, len);
}

/* The address that a message goes to. */
static void put_msg(struct json *j, const struct frame *f, int i)
{
	struct msghdr msg;

	if (given_copy(f, &msg, (const void *)f->args[i], sizeof msg) == sizeof msg)
		args_put_name(j, f, &msg);
}

static void put_prctloption(struct json *j, const struct frame *f, int i)
{
	json_name(j, NAMES_PRCTLOPTION, f->args[i]);
}

static void put_idtype(struct json *j, const struct frame *f, int i)
{
	json_name(j, NAMES_IDTYPE, f->args[i]);
}

static void put_niflags(struct json *j, const struct frame *f, int i)
{
	json_flags(j, NAMES_NIFLAG, f->args[i]);
}

static void put_waitoptions(struct json *j, const struct frame *f, int i)
{
	json_flags(j, NAMES_WAITOPTION, f->args[i]);
}

/* A kind without a function has nothing to show before the call is done, or shows it elsewhere. */
static put_fn *const put_kind[] = {
	[KIND_FDNUM] = put_int,
	[KIND_INT] = put_int,
	[KIND_FDOTHER] = put_int,
	[KIND_EPOLLFD] = put_int,
	[KIND_UINT] = put_uint,
	[KIND_LONG] = put_long,
	[KIND_SIZE] = put_size,
	[KIND_CLOSERANGEFLAGS] = put_closerangeflags,
	[KIND_CLONEFLAGS] = put_cloneflags,
	[KIND_TIMESPEC] = ready_put_timespec,
	[KIND_TIMEVAL] = selects_put_timeval,
	[KIND_POLLFDS] = ready_put_pollfds,
	[KIND_FDSET] = selects_put_set,
	[KIND_EPOLLOP] = ready_put_epollop,
	[KIND_EPOLLEVENT] = ready_put_epollevent,
	[KIND_DOMAIN] = put_domain,
	[KIND_SOCKTYPE] = put_socktype,
	[KIND_SOCKFLAGS] = put_sockflags,
	[KIND_OPENFLAGS] = put_openflags,
	[KIND_PROTOCOL] = put_protocol,
	[KIND_ADDR] = put_addr,
	[KIND_ADDRLEN] = put_int,
	[KIND_ADDRLEN_IO] = put_in_len,
	[KIND_OPTLEVEL] = put_optlevel,
	[KIND_OPTNAME] = put_optname,
	[KIND_OPTVAL] = put_optval,
	[KIND_SHUTHOW] = put_shuthow,
	[KIND_FCNTLCMD] = put_fcntlcmd,
	[KIND_FCNTLARG] = put_fcntlarg,
	[KIND_IOCTLREQUEST] = put_ioctlrequest,
	[KIND_IOCTLARG] = put_ioctlarg,
	[KIND_MSGFLAGS] = put_msgflags,
	[KIND_MSG] = put_msg,
	[KIND_STRING] = texts_put_string,
	[KIND_ARGV] = texts_put_argv,
	[KIND_HINTS] = texts_put_hints,
	[KIND_IDTYPE] = put_idtype,
	[KIND_NIFLAGS] = put_niflags,
	[KIND_PRCTLOPTION] = put_prctloption,
	[KIND_WAITOPTIONS] = put_waitoptions,
	[KIND_COUNT - 1] = NULL,
};

/* What an argument is called in the trace: a message is shown as the address it goes to. */
static const char *key_of(const struct call_arg *a)
{
	return a->kind == KIND_MSG ? "addr" : a->name;
}

/*
 * What to show an argument with; NULL to leave it out. A transfer that has begun does not show the address it goes to:
 * reading it with care takes a system call, and the path of a transfer has none of ours.
 */
static put_fn *shown_by(const struct frame *f, int i)
{
	const struct call_desc *d = desc_of(f);

	switch (d->args[i].kind) {
	case KIND_ADDR_LOCAL:
	case KIND_ADDR_PEER:
		return f->args[i] ? NULL : put_addr; /* null where the program does not want to know */
	case KIND_ADDRLEN_IO:
		return f->in_len == INT_MIN ? NULL : put_in_len;
	case KIND_ADDR:
	case KIND_MSG:
		if (f->begun && d->flags & CALL_IO)
			return NULL;
	}
	return put_kind[d->args[i].kind];
}

void args_put(struct json *j, const struct frame *f)
{
	const struct call_desc *d = desc_of(f);
	char *first;

	json_put(j, "\"args\":{");
	first = j->p;
	for (int i = 0; i < d->nargs; i++) {
		const struct call_arg *a = &d->args[i];
		put_fn *put = shown_by(f, i);

		if (!put)
			continue;
		char *p = j->p, *before = p;
		if (p != first)
			*p++ = ',';
		*p++ = '"';
		for (const char *key = key_of(a); *key; key++)
			*p++ = *key;
		char *value = j->p = text_put(p, "\":");
		put(j, f, i);
		if (j->p == value)
			j->p = before;
	}
	json_put(j, "}");
}
