/* results: what came back from a call. */
#include "preload/results.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "preload/addr.h"
#include "preload/args.h"
#include "preload/moved.h"
#include "preload/procfs.h"
#include "preload/ready.h"
#include "preload/sock.h"
#include "preload/sockopt.h"
#include "preload/state.h"
#include "preload/sys.h"

static void put_pair(struct json *j, const char *key, uint64_t a, uint64_t b)
{
	json_text(j, key);
	json_u64(j, a);
	json_put(j, ",");
	json_u64(j, b);
	json_put(j, "]");
}

static void put_made(struct json *j, const struct frame *f)
{
	if (f->made[1] >= 0) {
		put_pair(j, ",\"newfds\":[", f->made[0], f->made[1]);
		put_pair(j, ",\"newsocks\":[", f->made_sock[0], f->made_sock[1]);
		if (f->made_ino[0])
			put_pair(j, ",\"inos\":[", f->made_ino[0], f->made_ino[1]);
		return;
	}
	json_put(j, ",\"newsock\":");
	json_u64(j, f->made_sock[0]);
	if (f->made_ino[0]) {
		json_put(j, ",\"ino\":");
		json_u64(j, f->made_ino[0]);
	}
}

/* The address that the kernel stored in the program's room: getsockname, getpeername, accept and recvfrom have it at `i`.
 * Its length there is the address's own, more than the room where it was cut; 0 where there is none. */
static inline uint32_t stored_length(const struct frame *f, int i)
{
	uint32_t len;

	if (!f->args[i] || !f->args[i + 1] || f->in_len == INT_MIN)
		return 0;
	__builtin_memcpy(&len, (const void *)f->args[i + 1], sizeof len);
	return len;
}

/* In a room for so many bytes. */
static inline void put_address(struct json *j, const char *key, const void *bytes, uint32_t room, uint32_t len)
{
	uint32_t have = room < len ? room : len;

	j->p = text_put_n(j->p, key, __builtin_strlen(key));
	addr_put(j, bytes, have < ADDR_ROOM ? have : ADDR_ROOM, len);
}

static inline void put_stored(struct json *j, const struct frame *f, int i, const char *key)
{
	uint32_t len = stored_length(f, i);

	if (len) /* recvfrom on a stream names nobody */
		put_address(j, key, (const void *)f->args[i], f->in_len, len);
}

/* Who the other end is (unix(7)). */
static void put_cred(struct json *j, const struct frame *f, int fd)
{
	struct ucred cred;
	int len = sizeof cred;

	if (!(f->fd_flags & FD_UNIX) || shim_is_sandboxed() ||
	    sys6(SYS_getsockopt, fd, SOL_SOCKET, SO_PEERCRED, (long)&cred, (long)&len, 0) != 0)
		return;
	json_put(j, ",\"peercred\":");
	sockopt_put_value(j, SOL_SOCKET, SO_PEERCRED, &cred, sizeof cred);
}

/* Both ends as the kernel knows them. */
static void put_connected(struct json *j, const struct frame *f)
{
	addr_put_ends(j, f->fd);
	put_cred(j, f, f->fd);
}

/* The same, whatever the program asked for; what it was told need not be asked again. */
static void put_accepted(struct json *j, const struct frame *f, int fd)
{
	uint32_t len = stored_length(f, 1);

	addr_put_local(j, fd);
	if (len && len <= (uint32_t)f->in_len)
		put_stored(j, f, 1, ",\"peer\":");
	else if (f->peer)
		put_address(j, ",\"peer\":", f->peer->bytes, ADDR_ROOM, f->peer->len);
	else
		addr_put_peer(j, fd);
	put_cred(j, f, fd);
}

static void put_optval(struct json *j, const struct frame *f)
{
	uint32_t len;

	if (!f->args[3] || !f->args[4])
		return; /* where a filter answers instead of the kernel */
	/* NETLINK_LIST_MEMBERSHIPS stores the length it would have needed. */
	__builtin_memcpy(&len, (const void *)f->args[4], sizeof len);
	if (len > (uint32_t)f->in_len)
		len = f->in_len;
	json_put(j, ",\"optval\":");
	if (f->args[1] == SOL_SOCKET && f->args[2] == SO_PROTOCOL && f->fd_flags & FD_INET && len == sizeof(int)) {
		addr_put_protocol(j, AF_INET, *(const int *)f->args[3]);
		return;
	}
	sockopt_put_value(j, f->args[1], f->args[2], (const void *)f->args[3], len < SOCKOPT_ROOM ? len : SOCKOPT_ROOM);
}

static void put_status(struct json *j, int status)
{
	json_put(j, ",\"status\":{");
	if (WIFEXITED(status)) {
		json_put(j, "\"exited\":");
		json_i64(j, WEXITSTATUS(status));
	} else if (WIFSIGNALED(status)) {
		json_put(j, "\"signal\":");
		json_name(j, NAMES_SIGNAL, WTERMSIG(status));
	} else if (WIFSTOPPED(status)) {
		json_put(j, "\"stopped\":");
		json_name(j, NAMES_SIGNAL, WSTOPSIG(status));
	} else {
		json_put(j, "\"continued\":true");
	}
	json_put(j, "}");
}

/* As wait(2) would give them. */
static int exited(int status)
{
	return (status & 0xff) << 8;
}

static int stopped(int signal)
{
	return signal << 8 | 0x7f;
}

/* waitid(2): nothing happened where si_pid is 0. */
static void put_siginfo(struct json *j, const siginfo_t *info)
{
	if (!info || !info->si_pid)
		return;
	json_put(j, ",\"child\":");
	json_i64(j, info->si_pid);
	switch (info->si_code) {
	case CLD_EXITED:
		put_status(j, exited(info->si_status));
		break;
	case CLD_STOPPED:
	case CLD_TRAPPED:
		put_status(j, stopped(info->si_status));
		break;
	case CLD_CONTINUED:
		put_status(j, 0xffff); /* __W_CONTINUED */
		break;
	default:
		put_status(j, info->si_status);
	}
}

#define WAITED_KINDS (1ull << KIND_WSTATUS | 1ull << KIND_SIGINFO)

static void put_waited(struct json *j, const struct frame *f, long ret)
{
	const int *at = (const int *)args_get(f, KIND_WSTATUS, 0);

	if (call_table[f->call].result == RESULT_WAITED)
		put_status(j, ret);
	else if (at && ret > 0)
		put_status(j, *at);
	else if (f->call == CALL_waitid)
		put_siginfo(j, (const siginfo_t *)f->args[2]);
}

static void put_names(struct json *j, const struct frame *f)
{
	json_put(j, ",\"names\":[");
	for (int i = 2; i <= 4; i += 2) {
		if (!f->args[i] || !f->args[i + 1])
			continue;
		if (j->p[-1] != '[')
			json_put(j, ",");
		json_string(j, (const char *)f->args[i]);
	}
	json_put(j, "]");
}

/* The addresses of a hostent, which have no port. */
static void put_host(struct json *j, const struct hostent *host)
{
	size_t more = 0;

	json_put(j, ",\"addrs\":[");
	for (int i = 0; host->h_addr_list[i] && host->h_addrtype == AF_INET; i++) {
		struct sockaddr_in a = {.sin_family = AF_INET};
		if (json_full(j)) {
			more++;
			continue;
		}
		__builtin_memcpy(&a.sin_addr, host->h_addr_list[i], sizeof a.sin_addr);
		if (i)
			json_put(j, ",");
		addr_put(j, &a, sizeof a, sizeof a);
	}
	json_list_end(j, "addrs_more", more);
}

/* The sockets that a close_range or closefrom took. Of a vfork child nobody can tell. */
static void put_closed(struct json *j, const struct frame *f, unsigned first, unsigned last)
{
	size_t more = 0;
	char *begin;

	if (f->child)
		return;
	json_put(j, ",\"closed\":[");
	begin = j->p;
	for (int fd = fd_next_closed(first, last); fd >= 0; fd = fd_next_closed(fd + 1, last)) {
		if (json_full(j)) {
			more++;
			continue;
		}
		if (j->p != begin)
			json_put(j, ",");
		sock_put(j, fd, fd_sock(fd));
	}
	json_list_end(j, "closed_more", more);
}

static void put_child(struct json *j, int pid)
{
	if (pid <= 0)
		return;
	json_put(j, ",\"child\":");
	json_i64(j, pid);
}

/* A child of its own memory, of a process in a sandbox, makes no file: shim_forked. */
static void put_forked(struct json *j, const struct frame *f, long pid)
{
	if (shim_is_sandboxed() && pid > 0 && !(f->call == CALL_clone && f->args[2] & CLONE_VM))
		json_put(j, ",\"untraced\":\"seccomp\"");
}

static void put_addrs(struct json *j, const struct frame *f)
{
	const struct addrinfo *ai = *(struct addrinfo *const *)args_get(f, KIND_ADDRS, 0);
	size_t more = 0;

	json_put(j, ",\"addrs\":[");
	for (int i = 0; ai; ai = ai->ai_next, i++) {
		if (json_full(j)) {
			more++;
			continue;
		}
		if (i)
			json_put(j, ",");
		addr_put(j, ai->ai_addr, ai->ai_addrlen < ADDR_ROOM ? ai->ai_addrlen : ADDR_ROOM, ai->ai_addrlen);
	}
	json_list_end(j, "addrs_more", more);
}

/* `refs` of a close: how many descriptors for the socket are left. */
static void put_refs(struct json *j, const struct frame *f)
{
	if (!f->sock)
		return;
	json_put(j, ",\"refs\":");
	json_i64(j, f->refs);
}

/* What there is to tell of a call that failed. */
static void put_attempt(struct json *j, const struct frame *f, int err)
{
	switch (f->call) {
	case CALL_close:
	case CALL_fclose:
	case CALL_freopen:
		put_refs(j, f);
		break;
	case CALL_connect:
		/* Interrupted, it goes on by itself (connect(2)), but for a Unix socket. */
		if (err == EINPROGRESS || (err == EINTR && !(f->fd_flags & FD_UNIX)))
			put_connected(j, f);
		break;
	}
}

void results_put(struct json *j, const struct frame *f, long ret, int err)
{
	const struct call_desc *d = &call_table[f->call];

	if (!f->accepted) {
		put_attempt(j, f, err);
		return;
	}
	if (f->made[0] >= 0 && f->made_sock[0])
		put_made(j, f);
	switch (f->call) {
	case CALL_close:
	case CALL_fclose:
	case CALL_freopen:
		put_refs(j, f);
		return;
	case CALL_connect:
		put_connected(j, f);
		return;
	case CALL_accept:
	case CALL_accept4:
		put_accepted(j, f, ret);
		return;
	case CALL_getsockname:
		put_stored(j, f, 1, ",\"local\":");
		break;
	case CALL_getpeername:
		put_stored(j, f, 1, ",\"peer\":");
		break;
	case CALL_recvfrom:
		put_stored(j, f, 4, ",\"peer\":");
		break;
	case CALL_getsockopt:
		put_optval(j, f);
		break;
	case CALL_sendmsg:
	case CALL_recvmsg:
		moved_put_message(j, f);
		break;
	case CALL_sendmmsg:
	case CALL_recvmmsg:
		moved_put_messages(j, f, ret);
		return;
	case CALL_fork:
	case CALL__Fork:
	case CALL_forkpty:
	case CALL_clone:
		put_forked(j, f, ret);
		break;
	case CALL_close_range:
		put_closed(j, f, f->args[0], f->args[1]);
		break;
	case CALL_closefrom:
		put_closed(j, f, (int)f->args[0] > 0 ? f->args[0] : 0, UINT_MAX);
		break;
	case CALL_posix_spawn:
	case CALL_posix_spawnp:
		put_child(j, f->args[0] ? *(const pid_t *)f->args[0] : 0);
		break;
	case CALL_pidfd_spawn:
	case CALL_pidfd_spawnp:
		put_child(j, f->args[0] && !shim_is_sandboxed() ? procfs_pid_of(*(const int *)f->args[0]) : 0);
		break;
	case CALL_getaddrinfo:
		put_addrs(j, f);
		break;
	case CALL_getnameinfo:
		put_names(j, f);
		break;
	case CALL_gethostbyname:
		put_host(j, (const struct hostent *)ret);
		break;
	}
	if (d->kinds & READY_KINDS && ret > 0)
		ready_put(j, f, ret);
	if (d->kinds & WAITED_KINDS || d->result == RESULT_WAITED)
		put_waited(j, f, ret);
	if (d->flags & CALL_IO && ret > 0)
		moved_put_data(j, f, ret);
}
