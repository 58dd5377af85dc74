/*
 * vfork_child_has_descriptors_of_its_own: what it closes, copies and makes counts in it, and in it alone: a file that gets the number of its
 * parent's socket is none there.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

enum { COPY = 9 };

static int sv[2], old; /* a number that was a socket's */

static void puts_a_file_there(void)
{
	expect("close fd=%d sock=$a refs=0", sv[0]);
	close(sv[0]);
	must(open("/dev/null", O_WRONLY) == sv[0]);
	must(write(sv[0], "file", 4) == 4);
	must(close(sv[0]) == 0);
}

static void copies(void)
{
	expect("dup2 fd=%d sock=$a ret=%d", sv[0], COPY);
	must(dup2(sv[0], COPY) == COPY);
	expect("write fd=%d sock=$a data=copy", COPY);
	must(write(COPY, "copy", 4) == 4);
	expect("close fd=%d sock=$a refs=1", sv[0]);
	must(close(sv[0]) == 0);
	expect("dup2 fd=%d sock=$a ret=%d", COPY, sv[1]); /* which closes the other end */
	must(dup2(COPY, sv[1]) == sv[1]);
	expect("close fd=%d sock=$a refs=1", sv[1]);
	must(close(sv[1]) == 0);
	expect("close fd=%d sock=$a refs=0", COPY);
	must(close(COPY) == 0);
	expect("close fd=%d ret=-1 err=EBADF", COPY);
	must(close(COPY) == -1);
}

static void makes(void)
{
	int own[2];
	char room[4];

	expect("socketpair ret=0 newsocks.0=$c newsocks.1=$d");
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, own) == 0);
	expect("write fd=%d sock=$c data=own", own[0]);
	must(write(own[0], "own", 3) == 3);
	struct pollfd room_for_more = {.fd = own[0], .events = POLLOUT};
	expect("poll ret=1 ready.0.fd=%d ready.0.sock=$c", own[0]);
	must(poll(&room_for_more, 1, 0) == 1);
	expect("read fd=%d sock=$d data=own", own[1]);
	must(read(own[1], room, sizeof room) == 3);
	expect("close fd=%d sock=$d refs=0", own[1]);
	must(close(own[1]) == 0);
}

/* A pipe, say, becomes its output. */
static void puts_a_file_over_it(void)
{
	int file = open("/dev/null", O_WRONLY);

	must(file == old);
	expect("dup2 fd=%d sock=- ret=%d", file, sv[0]);
	must(dup2(file, sv[0]) == sv[0]);
	must(write(sv[0], "file", 4) == 4);
}

static void in_a_child(void (*does)(void))
{
	int status;
	pid_t pid = vfork();

	must(pid >= 0);
	if (pid == 0) {
		does();
		_exit(0);
	}
	expect("vfork ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d", pid);
}

int main(void)
{
	expect_pair(sv);
	in_a_child(puts_a_file_there);
	in_a_child(copies);
	in_a_child(makes);
	old = dup(sv[0]);
	expect("dup fd=%d sock=$a ret=%d", sv[0], old);
	must(close(old) == 0);
	expect("close fd=%d sock=$a refs=1", old);
	in_a_child(puts_a_file_over_it);
	/* For us the numbers are what they were. */
	int file = open("/dev/null", O_WRONLY);
	must(dup2(file, COPY) == COPY && write(COPY, "file", 4) == 4);
	must(write(sv[0], "ours", 4) == 4);
	expect("write fd=%d sock=$a data=ours", sv[0]);
	must(close(sv[0]) == 0);
	expect("close fd=%d sock=$a refs=0", sv[0]);
	expect("exit how=exit status=0 open.0.sock=$b open.1=-");
	return 0;
}
