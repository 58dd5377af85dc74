/*
 * sandboxes WAY: enters a filter that kills whoever makes a system call that a program without a tracer does not make there:
 *   jump     after a handler has jumped out of system(3); uses a socket
 *   shells   and starts shells in several threads
 *   child    and forks a child that execs
 *   execs    as a child that finds nothing to exec, by a filter that forbids nothing but to map memory, or to unmap it
 *   forks    and forks a child that answers it on a socket
 *   quiet    which lets it write to standard output alone; uses a socket more often than a slot holds
 *   number   by syscall(2); uses a socket
 *   strict   the same, and the one without a filter
 *   twice    by two filters, of which the second is this one; a third is refused; uses a socket
 *   apart    which is refused, because a thread has one of its own; uses a socket more often than a slot holds
 *   choosy   which kills whoever gives accept room for an address; accepts a connection
 *   watched  which asks a supervisor about a write, who never answers; uses a socket
 *   taken    after which every number near the limit is taken, after attempts that fail; uses a socket more often than a slot holds, before and
 *            behind it
 *   beside   as a child of vfork, while other threads use a socket and fork
 *   above    as a child of vfork of one that has entered one that allows all, and uses a socket
 *   vforks   and makes a child by vfork, which uses a socket and closes it; then uses the socket
 *   vclones  the same by clone, in this memory
 *   clones   the same while this process goes on, which waits for it
 *   failed   after it could not make such a child; uses a socket
 *   interrupts which answers to other writes than to standard output that they were interrupted; uses a socket as often
 *   late     while it has a thread that has not used a socket yet, which does so in turns with it
 *   adds     which allows all, again and again while another thread uses a socket
 *   probes   while another thread asks whether it could; uses a new socket. In many children
 *   waits    as a child, and waits, where a handler of signals uses a socket before another one is its death
 *   clock    no sandbox, but may not read the time stamp counter any more; uses a socket
 */
#include "sandboxes.h"

#include <string.h>

int sv[2];

/* What a judge of programs allows them. */
static const struct sock_filter writes_to_stdout[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendto, 5, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_recvfrom, 4, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 3, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 3),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, STDOUT_FILENO, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
};
const struct sock_fprog to_stdout = {
	.len = sizeof writes_to_stdout / sizeof writes_to_stdout[0],
	.filter = (struct sock_filter *)writes_to_stdout,
};

void must(int claim)
{
	if (!claim)
		_exit(1);
}

void use(void)
{
	char byte;

	must(write(sv[0], "x", 1) == 1 && read(sv[1], &byte, 1) == 1);
}

void talk(void)
{
	char byte;

	must(send(sv[0], "x", 1, 0) == 1 && recv(sv[1], &byte, 1, 0) == 1);
}

void talk_often(void)
{
	for (int i = 0; i < MANY; i++)
		talk();
}

void enter(const struct sock_fprog *program)
{
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program) == 0);
}

static const struct way *find(const char *name)
{
	const struct way *const all[] = {ways_of_filters, ways_of_threads, ways_of_children};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		for (const struct way *w = all[i]; w->name; w++)
			if (strcmp(w->name, name) == 0)
				return w;
	return NULL;
}

int main(int argc, char **argv)
{
	const struct way *way = argc == 2 ? find(argv[1]) : NULL;

	must(way && socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	way->go();
	must(write(STDOUT_FILENO, "lives\n", 6) == 6);
	_exit(0);
}
