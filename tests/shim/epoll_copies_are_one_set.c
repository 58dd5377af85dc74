/* epoll_copies_are_one_set: what is added through one descriptor of an epoll set is seen through its copies, made before or after. */
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/epoll.h"
#include "expect/expect.h"

enum { HIGH = 100, OFTEN = 2000 };

static int sv[2]; /* the first has a byte to be read */

/* As tokio does it, before the process has a socket. */
static void copied_before_the_first_socket(int epfd, int copy)
{
	char data;

	CONTROL(copy, EPOLL_CTL_ADD, sv[0], &data);
	wait_for(epfd, &data, sv[0], "a");
	CONTROL(epfd, EPOLL_CTL_DEL, sv[0], NULL);
	CONTROL(copy, EPOLL_CTL_ADD, sv[1], &data);
	must(send(sv[0], "x", 1, 0) == 1);
	expect("send fd=%d ret=1", sv[0]);
	wait_for(epfd, &data, sv[1], "b");
	CONTROL(epfd, EPOLL_CTL_DEL, sv[1], NULL);
	must(close(copy) == 0 && close(epfd) == 0);
}

static void copied_in_all_ways(void)
{
	int epfd = new_set();
	char data;

	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &data);
	int copies[] = {dup(epfd),
			fcntl(epfd, F_DUPFD, HIGH),
			fcntl(epfd, F_DUPFD_CLOEXEC, HIGH),
			dup2(epfd, 2 * HIGH),
			dup3(epfd, 2 * HIGH + 1, O_CLOEXEC),
			syscall(SYS_dup, epfd),
			syscall(SYS_fcntl, epfd, F_DUPFD, 6 * HIGH)};
	must(close(epfd) == 0);
	for (size_t i = 0; i < sizeof copies / sizeof copies[0]; i++) {
		must(copies[i] >= 0);
		wait_for(copies[i], &data, sv[0], "a");
		must(close(copies[i]) == 0);
	}
}

/* And the same data mean another. */
static void another_set_has_the_number(void)
{
	int epfd = new_set(), copy = dup(epfd);
	char data;

	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &data);
	must(close(epfd) == 0 && new_set() == epfd);
	CONTROL(epfd, EPOLL_CTL_ADD, sv[1], &data);
	wait_for(copy, &data, sv[0], "a");
	wait_for(epfd, &data, sv[1], "b");
	must(dup2(copy, epfd) == epfd);
	wait_for(epfd, &data, sv[0], "a");
	must(close(copy) == 0 && close(epfd) == 0);
}

/* Over a socket: that is closed. */
static void copied_over_a_socket(void)
{
	int epfd = new_set(), over = dup(sv[0]);
	char data;

	expect("dup fd=%d ret=%d", sv[0], over);
	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &data);
	must(dup2(epfd, over) == over);
	expect("dup2 args.newfd=%d ret=%d", over, over);
	wait_for(over, &data, sv[0], "a");
	must(close(over) == 0 && close(epfd) == 0);
}

/* A number whose set was another's is not taken for it. */
static void copied_over_a_copy(void)
{
	int epfd = new_set(), copy = dup(epfd), other = new_set();
	struct epoll_event got;

	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], NULL);
	must(dup2(other, copy) == copy);
	must(epoll_wait(copy, &got, 1, 0) == 0);
	must(close(copy) == 0 && close(other) == 0 && close(epfd) == 0);
}

/* That the number of a set was a socket's makes its first copy no less one. */
static void a_sockets_number_is_a_sets(void)
{
	int closed = dup(sv[0]);
	char data;

	expect("dup fd=%d ret=%d", sv[0], closed);
	must(close(closed) == 0);
	expect("close fd=%d refs=1", closed);
	int epfd = new_set();
	must(epfd == closed);
	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &data);
	int copy = dup(epfd);
	wait_for(copy, &data, sv[0], "a");
	must(close(copy) == 0 && close(epfd) == 0);
}

static void often(void)
{
	char data[OFTEN];

	for (int i = 0; i < OFTEN; i++) {
		int epfd = new_set(), copy = dup(epfd);
		CONTROL(copy, EPOLL_CTL_ADD, sv[0], &data[i]);
		wait_for(epfd, &data[i], sv[0], "a");
		must(close(epfd) == 0 && close(copy) == 0);
	}
}

int main(void)
{
	int epfd = epoll_create1(EPOLL_CLOEXEC), copy = fcntl(epfd, F_DUPFD_CLOEXEC, 3);

	must(epfd >= 0 && copy >= 0);
	expect_pair(sv);
	must(send(sv[1], "x", 1, 0) == 1);
	expect("send fd=%d ret=1", sv[1]);
	copied_before_the_first_socket(epfd, copy);
	copied_in_all_ways();
	another_set_has_the_number();
	copied_over_a_socket();
	copied_over_a_copy();
	a_sockets_number_is_a_sets();
	often();
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	return 0;
}
