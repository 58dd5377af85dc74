/* select_names_what_nfds_leaves_out: a socket at or above nfds is listed where the kernel reads its bit, and never as ready. */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

enum { WORD_BITS = 8 * sizeof(long), ABOVE = WORD_BITS + 6 };

static int sv[2], ends[2];
static struct timeval soon;

static fd_set *set_of(int a, int b)
{
	static fd_set set;

	FD_ZERO(&set);
	FD_SET(a, &set);
	FD_SET(b, &set);
	soon = (struct timeval){0, 1};
	return &set;
}

static void the_only_one(void)
{
	must(select(sv[1], NULL, set_of(sv[1], sv[1]), NULL, &soon) == 0);
	expect("select args.nfds=%d args.readfds=null args.writefds=[%d] ret=0 ready=-", sv[1], sv[1]);
}

static void one_of_two(void)
{
	must(select(sv[0] + 1, NULL, set_of(sv[0], sv[1]), NULL, &soon) == 1);
	expect("select args.nfds=%d args.writefds=[%d,%d] ret=1 ready.0.fd=%d ready.0.sock=$a ready.1=-", sv[0] + 1,
	       sv[0], sv[1], sv[0]);
}

/* A set that was not cleared has bits of anything: only sockets are told of, and a call without one is no call on a socket. */
static void among_stray_bits(void)
{
	fd_set *set = set_of(0, 0);

	memset(set, 0xff, sizeof *set);
	FD_CLR(0, set);
	must(select(1, NULL, set, NULL, &soon) == 0);
	expect("select args.nfds=1 args.writefds=[%d,%d] ret=0 ready=-", sv[0], sv[1]);
	must(select(ends[1], NULL, set_of(ends[1], ends[1]), NULL, &soon) == 0);
}

/* What the kernel does not read is not looked at: of the words behind nfds, and of a page behind the set. */
static void within_what_the_kernel_reads(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned long *last = (unsigned long *)(pages + page) - 1;

	must(dup2(sv[1], ABOVE) == ABOVE);
	expect("dup2 fd=%d ret=%d newsock=$b", sv[1], ABOVE);
	must(select(0, NULL, set_of(ABOVE, sv[1]), NULL, &soon) == 0);
	must(select(WORD_BITS, NULL, set_of(ABOVE, ABOVE), NULL, &soon) == 0);
	must(select(WORD_BITS + 1, NULL, set_of(ABOVE, ABOVE), NULL, &soon) == 0);
	expect("select args.nfds=%d args.writefds=[%d] ret=0", WORD_BITS + 1, ABOVE);
	must(close(ABOVE) == 0);
	expect("close fd=%d ret=0", ABOVE);

	must(pages != MAP_FAILED && mprotect(pages + page, page, PROT_NONE) == 0);
	*last = 1ul << sv[1];
	must(select(sv[1], NULL, (fd_set *)last, NULL, &soon) == 0);
	expect("select args.nfds=%d args.writefds=[%d] ret=0", sv[1], sv[1]);
}

/* A program that hangs in it leaves it behind. */
static void for_ever(void)
{
	pid_t pid = fork();

	must(pid >= 0);
	if (pid == 0) {
		expect("inherit fd=%d sock=$a", sv[0]);
		expect("inherit fd=%d sock=$b", sv[1]);
		expect("pending select args.nfds=%d args.readfds=[%d] args.timeout=null alone=true ret=-", sv[1],
		       sv[1]);
		select(sv[1], set_of(sv[1], sv[1]), NULL, NULL, NULL);
	}
	wait_until_in(pid, pid, SYS_pselect6);
	kill(pid, SIGKILL);
	must(waitpid(pid, NULL, 0) == pid);
	expect("fork ret=%d", pid);
	expect("waitpid ret=%d", pid);
}

int main(void)
{
	must(pipe(ends) == 0);
	must(dup2(ends[1], ends[1] + 8) == ends[1] + 8);
	ends[1] += 8;
	expect_pair(sv);
	the_only_one();
	one_of_two();
	among_stray_bits();
	within_what_the_kernel_reads();
	for_ever();
	expect("exit how=exit status=0");
	return 0;
}
