/*
 * sandboxes WAY: enters a filter that kills whoever makes a system call that a program without a tracer does not make there:
 *   jump     after a handler has jumped out of system(3); uses a socket
 *   shells   and starts shells in several threads
 *   child    and forks a child that execs
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
 *   probes   while another thread asks whether it could; uses a new socket. In many children
 *   clock    no sandbox, but may not read the time stamp counter any more; uses a socket
 */
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

enum { THREADS = 4, RUNS = 40, MANY = 1000, LIMIT = 200 };

static int sv[2];
static sigjmp_buf out_of_it;

static void must(int claim)
{
	if (!claim)
		_exit(1);
}

static void use(void)
{
	char byte;

	must(write(sv[0], "x", 1) == 1 && read(sv[1], &byte, 1) == 1);
}

static void on_alarm(int signal)
{
	(void)signal;
	siglongjmp(out_of_it, 1);
}

static void jump(void)
{
	static const int calls[] = {SYS_getpid, SYS_gettid};

	signal(SIGALRM, on_alarm);
	if (!sigsetjmp(out_of_it, 1)) {
		alarm(1);
		must(system("exec sleep 3") == -2);
	}
	use();
	must(forbid_calls(calls, 2) == 0);
	use();
}

static void *starts_shells(void *unused)
{
	for (int i = 0; i < RUNS; i++) {
		FILE *shell = popen(":", "w");
		must(shell && pclose(shell) == 0);
	}
	return unused;
}

static void shells(void)
{
	static const int calls[] = {SYS_sched_yield};
	pthread_t threads[THREADS];

	must(forbid_calls(calls, 1) == 0);
	for (int i = 0; i < THREADS; i++)
		must(pthread_create(&threads[i], NULL, starts_shells, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		must(pthread_join(threads[i], NULL) == 0);
}

static void child(void)
{
	static const int calls[] = {SYS_kcmp, SYS_getsockopt, SYS_readlink, SYS_sched_yield, SYS_getdents64};
	int status;

	must(forbid_calls(calls, 5) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
}

/* A child like this one has no trace. */
static void forks(void)
{
	static const int calls[] = {SYS_openat, SYS_mkdir};
	char byte;
	int status;

	must(forbid_calls(calls, 2) == 0);
	must(write(sv[0], "x", 1) == 1);
	pid_t pid = fork();
	if (pid == 0) {
		must(read(sv[1], &byte, 1) == 1 && write(sv[1], "y", 1) == 1);
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	must(read(sv[0], &byte, 1) == 1);
}

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
static const struct sock_fprog to_stdout = {
	.len = sizeof writes_to_stdout / sizeof writes_to_stdout[0],
	.filter = (struct sock_filter *)writes_to_stdout,
};

static void quiet(void)
{
	char byte;

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &to_stdout) == 0);
	for (int i = 0; i < MANY; i++)
		must(send(sv[0], "x", 1, 0) == 1 && recv(sv[1], &byte, 1, 0) == 1);
}

static void number(void)
{
	char byte;

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &to_stdout) == 0);
	must(send(sv[0], "x", 1, 0) == 1 && recv(sv[1], &byte, 1, 0) == 1);
}

static void talk(void)
{
	char byte;

	must(send(sv[0], "x", 1, 0) == 1 && recv(sv[1], &byte, 1, 0) == 1);
}

static void twice(void)
{
	must(enter_sandbox(NULL, 0, SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW) == 0);
	talk();
	static const int allowed[] = {SYS_sendto, SYS_recvfrom, SYS_prctl, SYS_write, SYS_exit_group};
	must(enter_sandbox(allowed, 5, SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS) == 0);
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == -1);
	talk();
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &to_stdout) == 0);
	for (int i = 0; i < MANY; i++)
		talk();
}

static void choosy(void)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_accept, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);

	must(bind(listener, (struct sockaddr *)&at, len) == 0 && listen(listener, 1) == 0);
	must(getsockname(listener, (struct sockaddr *)&at, &len) == 0 &&
	     connect(client, (struct sockaddr *)&at, len) == 0);
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	must(accept(listener, NULL, NULL) >= 0);
	talk();
}

static void *enters_its_own(void *has_entered)
{
	must(enter_sandbox(NULL, 0, SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW) == 0);
	pthread_barrier_wait(has_entered);
	pause();
	return NULL;
}

static void apart(void)
{
	pthread_barrier_t has_entered;
	pthread_t thread;

	pthread_barrier_init(&has_entered, NULL, 2);
	must(pthread_create(&thread, NULL, enters_its_own, &has_entered) == 0);
	pthread_barrier_wait(&has_entered);
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &to_stdout) > 0);
	for (int i = 0; i < MANY; i++)
		talk();
}

static void watched(void)
{
	/* Not of write to standard output, which comes at the end: of all that is not for a socket. */
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, STDOUT_FILENO, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program) >= 0);
	talk();
}

/* The tracer's are there. */
static void taken(void)
{
	static const int allowed[] = {SYS_sendto, SYS_recvfrom, SYS_dup2, SYS_write, SYS_exit_group};
	struct rlimit limit = {LIMIT, LIMIT};

	must(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	must(enter_sandbox(allowed, 5, SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS) == 0);
	for (int fd = LIMIT / 2; fd < LIMIT; fd++)
		must(dup2(-1, fd) == -1 && errno == EBADF);
	for (int i = 0; i < MANY; i++)
		talk();
	for (int fd = LIMIT / 2; fd < LIMIT; fd++)
		must(dup2(STDOUT_FILENO, fd) == fd);
	for (int i = 0; i < MANY; i++)
		talk();
}

static int has_entered[2], may_end[2]; /* pipes */

static void *has_sandboxed_child(void *unused)
{
	char byte;

	use();
	pid_t pid = vfork();
	if (pid == 0) {
		must(forbid_calls(NULL, 0) == 0);
		must(write(has_entered[1], "x", 1) == 1 && read(may_end[0], &byte, 1) == 1);
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, NULL, 0) == pid);
	return unused;
}

static void *talks_often(void *unused)
{
	for (int i = 0; i < MANY; i++)
		talk();
	return unused;
}

static void beside(void)
{
	pthread_t parent, other;
	char byte;

	must(pipe(has_entered) == 0 && pipe(may_end) == 0);
	must(pthread_create(&parent, NULL, has_sandboxed_child, NULL) == 0);
	must(read(has_entered[0], &byte, 1) == 1);
	must(pthread_create(&other, NULL, talks_often, NULL) == 0 && pthread_join(other, NULL) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		talk();
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, NULL, 0) == pid);
	must(write(may_end[1], "x", 1) == 1 && pthread_join(parent, NULL) == 0);
}

static void above(void)
{
	must(forbid_calls(NULL, 0) == 0);
	pid_t pid = vfork();
	if (pid == 0) {
		must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &to_stdout) == 0);
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, NULL, 0) == pid);
	talks_often(NULL);
}

static void forbid_to_ask(void)
{
	static const int calls[] = {SYS_getpid, SYS_gettid};

	must(forbid_calls(calls, 2) == 0);
}

static int uses_and_closes(void *unused)
{
	(void)unused;
	talk();
	must(close(sv[0]) == 0 && close(sv[1]) == 0);
	_exit(0);
}

static void vforks(void)
{
	int status;

	forbid_to_ask();
	pid_t pid = vfork();
	if (pid == 0)
		uses_and_closes(NULL);
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	talk();
}

static char stack[64 << 10] __attribute__((aligned(16)));

static void clone_with(int flags)
{
	int status;

	forbid_to_ask();
	pid_t pid = clone(uses_and_closes, stack + sizeof stack, CLONE_VM | SIGCHLD | flags, NULL);
	must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	talk();
}

static void vclones(void)
{
	clone_with(CLONE_VFORK);
}

static void clones(void)
{
	clone_with(0);
}

static void failed(void)
{
	must(clone(uses_and_closes, stack + sizeof stack, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWPID,
		   NULL) == -1);
	forbid_to_ask();
	talk();
}

static atomic_bool probes_go_on = true;

static void *probes_for_sandboxes(void *unused)
{
	for (int i = 0; probes_go_on && i < MANY; i++)
		must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == -1);
	return unused;
}

static void enter_beside_probes(void)
{
	static const int calls[] = {SYS_fstat, SYS_getsockopt, SYS_getpid};
	pthread_t thread;
	int pair[2];

	must(pthread_create(&thread, NULL, probes_for_sandboxes, NULL) == 0);
	must(forbid_calls(calls, 3) == 0);
	probes_go_on = false;
	must(pthread_join(thread, NULL) == 0);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
}

static void probes(void)
{
	int status;

	for (int i = 0; i < RUNS; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			enter_beside_probes();
			_exit(0);
		}
		must(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	}
}

static void interrupts(void)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, STDOUT_FILENO, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINTR),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	talks_often(NULL);
}

static pthread_barrier_t turn;

static void *takes_turns(void *unused)
{
	for (int i = 0; i < MANY; i++) {
		pthread_barrier_wait(&turn);
		talk();
		pthread_barrier_wait(&turn);
	}
	return unused;
}

static void late(void)
{
	pthread_t thread;

	pthread_barrier_init(&turn, NULL, 2);
	must(pthread_create(&thread, NULL, takes_turns, NULL) == 0);
	must(forbid_calls(NULL, 0) == 0);
	for (int i = 0; i < MANY; i++) {
		pthread_barrier_wait(&turn);
		pthread_barrier_wait(&turn);
		talk();
	}
	must(pthread_join(thread, NULL) == 0);
}

static void strict(void)
{
	must(syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
	use();
	must(write(STDOUT_FILENO, "lives\n", 6) == 6);
	syscall(SYS_exit, 0);
}

static void clock_goes(void)
{
	must(prctl(PR_SET_TSC, PR_TSC_SIGSEGV) == 0);
	use();
}

static const struct {
	const char *name;
	void (*go)(void);
} ways[] = {{"jump", jump},     {"shells", shells},         {"child", child},      {"forks", forks},
	    {"quiet", quiet},   {"number", number},         {"strict", strict},    {"twice", twice},
	    {"apart", apart},   {"watched", watched},       {"clock", clock_goes}, {"beside", beside},
	    {"above", above},   {"vforks", vforks},         {"vclones", vclones},  {"clones", clones},
	    {"failed", failed}, {"interrupts", interrupts}, {"late", late},        {"probes", probes},
	    {"taken", taken},   {"choosy", choosy}};

int main(int argc, char **argv)
{
	must(argc == 2 && socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	size_t i = 0, count = sizeof ways / sizeof ways[0];
	while (i < count && strcmp(argv[1], ways[i].name) != 0)
		i++;
	must(i < count);
	ways[i].go();
	must(write(STDOUT_FILENO, "lives\n", 6) == 6);
	_exit(0);
}
