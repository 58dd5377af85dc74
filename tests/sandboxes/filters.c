/* filters: what a filter allows, answers and looks at. */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "sandboxes.h"

enum { LIMIT = 200 /* descriptors */ };

static sigjmp_buf out_of_it;

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

static void quiet(void)
{
	enter(&to_stdout);
	talk_often();
}

static void number(void)
{
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &to_stdout) == 0);
	talk();
}

static void strict(void)
{
	must(syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
	use();
	must(write(STDOUT_FILENO, "lives\n", 6) == 6);
	syscall(SYS_exit, 0);
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
	talk_often();
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
	enter(&program);
	must(accept(listener, NULL, NULL) >= 0);
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
	talk_often();
	for (int fd = LIMIT / 2; fd < LIMIT; fd++)
		must(dup2(STDOUT_FILENO, fd) == fd);
	talk_often();
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

	enter(&program);
	talk_often();
}

static void talk_then_die(int signal)
{
	static int times;

	(void)signal;
	if (times++)
		kill(getpid(), SIGKILL);
	must(send(sv[0], "x", 1, 0) == 1);
}

static void wait_for_death(void)
{
	struct itimerval again = {{0, 20000}, {0, 20000}};
	struct sigaction action = {.sa_handler = talk_then_die, .sa_flags = SA_RESTART};
	char byte;

	must(sigaction(SIGALRM, &action, NULL) == 0);
	must(forbid_calls(NULL, 0) == 0);
	must(setitimer(ITIMER_REAL, &again, NULL) == 0);
	recv(sv[0], &byte, 1, 0);
}

static void waits(void)
{
	int status;

	pid_t pid = fork();
	if (pid == 0)
		wait_for_death();
	must(pid > 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void clock_goes(void)
{
	/* For long enough that the counter is read where it may be. */
	for (int i = 0; i < 20000; i++)
		talk();
	must(prctl(PR_SET_TSC, PR_TSC_SIGSEGV) == 0);
	use();
}

const struct way ways_of_filters[] = {
	{"jump", jump},       {"quiet", quiet},      {"number", number},
	{"strict", strict},   {"twice", twice},      {"choosy", choosy},
	{"watched", watched}, {"taken", taken},      {"interrupts", interrupts},
	{"waits", waits},     {"clock", clock_goes}, {0},
};
