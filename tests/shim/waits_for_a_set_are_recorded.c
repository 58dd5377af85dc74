/*
 * waits_for_a_set_are_recorded: who waits for an epoll descriptor waits for the sockets of its set, by poll, select or another set (epoll(7)). Who
 * waits for a file that has its number later does not.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/select.h>
#include <unistd.h>

#include "expect/epoll.h"
#include "expect/expect.h"

static void by_poll(int epfd)
{
	struct pollfd asked = {epfd, POLLIN, 0};

	must(poll(&asked, 1, -1) == 1);
	expect("poll args.fds.0.fd=%d ret=1 ready.0.fd=%d ready.0.sock=- ready.1=-", epfd, epfd);
}

static void by_select(int epfd)
{
	fd_set in;

	FD_ZERO(&in);
	FD_SET(epfd, &in);
	must(select(epfd + 1, &in, NULL, NULL, NULL) == 1);
	expect("select args.readfds=[%d] ret=1 ready.0.fd=%d ready.0.events=[\"read\"] ready.1=-", epfd, epfd);
}

/* By a number that is beyond what a line shows of the question. */
static void by_select_of_many(int epfd)
{
	int high = fcntl(epfd, F_DUPFD, 200);
	fd_set in;

	FD_ZERO(&in);
	FD_SET(high, &in);
	must(select(high + 1, &in, NULL, NULL, NULL) == 1);
	expect("select args.nfds=%d args.readfds=[] ret=1 ready.0.fd=%d ready.0.events=[\"read\"] ready.1=-", high + 1, high);
	must(close(high) == 0);
}

/* It has its socket before (1), or gets it afterwards. */
static void by_another_set(int inner, int sock, int before)
{
	int outer = new_set();
	struct epoll_event got;

	if (before)
		CONTROL(inner, EPOLL_CTL_ADD, sock, NULL);
	CONTROL(outer, EPOLL_CTL_ADD, inner, NULL);
	if (!before)
		CONTROL(inner, EPOLL_CTL_ADD, sock, NULL);
	must(epoll_wait(outer, &got, 1, -1) == 1);
	expect("epoll_wait args.epfd=%d ret=1 ready=[]", outer);
	must(close(outer) == 0);
}

static void not_by_another_file(void)
{
	int epfd = new_set(), pipefd[2];
	struct pollfd asked = {epfd, POLLOUT, 0};

	must(pipe(pipefd) == 0 && dup2(pipefd[1], epfd) == epfd);
	must(poll(&asked, 1, -1) == 1);
	must(close(pipefd[0]) == 0 && close(pipefd[1]) == 0);
}

static void not_by_a_file_that_has_the_number(int sock)
{
	int epfd = new_set(), pipefd[2];

	CONTROL(epfd, EPOLL_CTL_ADD, sock, NULL);
	must(close(epfd) == 0 && pipe(pipefd) == 0 && pipefd[0] == epfd);
	must(write(pipefd[1], "x", 1) == 1);
	must(poll(&(struct pollfd){epfd, POLLIN, 0}, 1, -1) == 1);
}

int main(void)
{
	int sv[2];

	expect_pair(sv);
	must(write(sv[1], "x", 1) == 1);
	expect("write fd=%d ret=1", sv[1]);
	int epfd = new_set(), later = new_set();
	by_another_set(epfd, sv[0], 1);
	by_another_set(later, sv[0], 0);
	by_poll(epfd);
	by_select(epfd);
	by_select_of_many(epfd);
	not_by_another_file();
	not_by_a_file_that_has_the_number(sv[0]);
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
