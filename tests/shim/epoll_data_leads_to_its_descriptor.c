/* epoll_data_leads_to_its_descriptor: what epoll gives back for a descriptor names it, whatever became of it and of other sets. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/epoll.h"
#include "expect/expect.h"

static int sv[2]; /* the first is waited for, the second has sent it a byte */

static void new_data_replace_the_old(void)
{
	int epfd = new_set();
	char one, other;

	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &one);
	wait_for(epfd, &one, sv[0], "a");
	CONTROL(epfd, EPOLL_CTL_MOD, sv[0], &other);
	wait_for(epfd, &other, sv[0], "a");
	CONTROL(epfd, EPOLL_CTL_DEL, sv[0], NULL);
	CONTROL(epfd, EPOLL_CTL_ADD, sv[1], &one); /* sv[0] had them */
	must(send(sv[0], "x", 1, 0) == 1);
	expect("send fd=%d ret=1", sv[0]);
	wait_for(epfd, &one, sv[1], "b");
	CONTROL(epfd, EPOLL_CTL_DEL, sv[1], NULL);
	must(close(epfd) == 0);
}

/* More often than there is room for what one has had. */
static void data_change_often(void)
{
	enum { TIMES = 3000 };
	static char data[TIMES];
	int epfd = new_set();

	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &data[0]);
	for (int i = 1; i < TIMES; i++)
		CONTROL(epfd, EPOLL_CTL_MOD, sv[0], &data[i]);
	wait_for(epfd, &data[TIMES - 1], sv[0], "a");
	CONTROL(epfd, EPOLL_CTL_DEL, sv[0], NULL);
	must(close(epfd) == 0);
}

static void two_sets_wait_for_one(void)
{
	int epfd = new_set(), another = new_set();
	char one;

	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &one);
	CONTROL(another, EPOLL_CTL_ADD, sv[0], (void *)(intptr_t)sv[0]);
	wait_for(epfd, &one, sv[0], "a");
	wait_for(another, (void *)(intptr_t)sv[0], sv[0], "a");
	CONTROL(another, EPOLL_CTL_DEL, sv[0], NULL);
	wait_for(epfd, &one, sv[0], "a");
	CONTROL(epfd, EPOLL_CTL_DEL, sv[0], NULL);
	must(close(epfd) == 0 && close(another) == 0);
}

static void two_have_the_same_data(void)
{
	int epfd = new_set(), copy = dup(sv[0]);
	struct epoll_event got;
	char both;

	expect("dup fd=%d ret=%d", sv[0], copy);
	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &both);
	CONTROL(epfd, EPOLL_CTL_ADD, copy, &both);
	must(epoll_wait(epfd, &got, 1, -1) == 1 && got.data.ptr == &both);
	expect("epoll_wait args.epfd=%d ret=1 ready.0.fd=- ready.0.sock=$a ready.0.events.0=EPOLLIN ready.1=-", epfd);
	CONTROL(epfd, EPOLL_CTL_DEL, sv[0], NULL);
	wait_for(epfd, &both, copy, "a");
	CONTROL(epfd, EPOLL_CTL_DEL, copy, NULL);
	CONTROL(epfd, EPOLL_CTL_ADD, copy, (void *)(intptr_t)sv[0]);
	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], (void *)(intptr_t)sv[0]);
	must(epoll_wait(epfd, &got, 1, -1) == 1 && got.data.fd == sv[0]);
	expect("epoll_wait args.epfd=%d ret=1 ready.0.fd=- ready.0.sock=$a ready.0.events.0=EPOLLIN ready.1=-", epfd);
	must(close(copy) == 0 && close(epfd) == 0);
	expect("close fd=%d sock=$a refs=1", copy);
}

/* epoll(7): what is waited for is the socket, as long as any descriptor means it. */
static void another_gets_the_number(void)
{
	int epfd = new_set(), copy = dup(sv[0]);
	struct epoll_event got;
	char one;

	expect("dup fd=%d ret=%d", sv[0], copy);
	CONTROL(epfd, EPOLL_CTL_ADD, copy, &one);
	must(close(copy) == 0);
	expect("close fd=%d sock=$a refs=1", copy);
	must(socket(AF_INET, SOCK_DGRAM, 0) == copy);
	expect("socket ret=%d newsock=$other", copy);
	must(epoll_wait(epfd, &got, 1, -1) == 1 && got.data.ptr == &one);
	expect("epoll_wait args.epfd=%d ret=1 ready=[]", epfd);
	must(dup2(sv[0], copy) == copy); /* and again it is what was added */
	expect("dup2 ret=%d newsock=$a", copy);
	wait_for(epfd, &one, copy, "a");
	must(close(copy) == 0 && close(epfd) == 0);
	expect("close fd=%d sock=$a refs=1", copy);
}

/* A server frees what it keeps of a connection, and has it again for the next one. */
static void a_file_gets_the_number(void)
{
	int epfd = new_set(), other[2];
	char one;

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, other) == 0);
	expect("socketpair newfds=[%d,%d] newsocks.0=$c", other[0], other[1]);
	CONTROL(epfd, EPOLL_CTL_ADD, other[0], &one);
	must(close(other[0]) == 0 && open("/dev/null", O_RDONLY) == other[0]);
	expect("close fd=%d sock=$c refs=0", other[0]);
	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &one);
	wait_for(epfd, &one, sv[0], "a");
	must(close(other[1]) == 0 && close(other[0]) == 0 && close(epfd) == 0);
	expect("close fd=%d refs=0", other[1]);
}

/* Without taking out of the first what is in it. */
static void a_new_set_has_the_number(void)
{
	int epfd = new_set(), again;
	char one;

	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &one);
	must(close(epfd) == 0 && (again = new_set()) == epfd);
	CONTROL(again, EPOLL_CTL_ADD, sv[1], &one);
	must(send(sv[0], "x", 1, 0) == 1);
	expect("send fd=%d ret=1", sv[0]);
	wait_for(again, &one, sv[1], "b");
	must(close(again) == 0);
}

static void a_child_waits_on(void)
{
	int epfd = new_set(), status;
	char one;

	CONTROL(epfd, EPOLL_CTL_ADD, sv[0], &one);
	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		expect("inherit sock=$a via=fork");
		expect("inherit sock=$b via=fork");
		wait_for(epfd, &one, sv[0], "a");
		expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
		exit(0);
	}
	expect("fork ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d", pid);
	wait_for(epfd, &one, sv[0], "a");
}

int main(void)
{
	expect_pair(sv);
	must(send(sv[1], "x", 1, 0) == 1);
	expect("send fd=%d ret=1", sv[1]);
	new_data_replace_the_old();
	data_change_often();
	two_sets_wait_for_one();
	two_have_the_same_data();
	another_gets_the_number();
	a_file_gets_the_number();
	a_new_set_has_the_number();
	a_child_waits_on();
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	return 0;
}
