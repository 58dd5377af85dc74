/*
 * exit_lists_what_is_open: after copies, moves, passed descriptors and ranges closed, the end lists exactly the sockets that /proc/self/fd
 * shows; and so does the image that follows by exec, without those that close then.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

static int open_fds[64], count;

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The sockets among /proc/self/fd, by number. */
static void look(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;
	struct stat st;

	must(dir != NULL);
	for (count = 0; (e = readdir(dir));)
		if (e->d_name[0] != '.' && fstat(atoi(e->d_name), &st) == 0 && S_ISSOCK(st.st_mode))
			open_fds[count++] = atoi(e->d_name);
	closedir(dir);
	qsort(open_fds, count, sizeof *open_fds, by_number);
}

static void expect_end(void)
{
	char line[1024] = "exit how=exit status=0", *p = line + strlen(line);

	look();
	for (int i = 0; i < count; i++)
		p += sprintf(p, " open.%d.fd=%d", i, open_fds[i]);
	sprintf(p, " open.%d=-", count);
	expect("%s", line);
}

/* Passed to itself: a socket that comes out under a new number. */
static void pass(int over, int from, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct iovec byte = {"!", 1};
	struct msghdr msg = {
		.msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);

	*head = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)};
	memcpy(CMSG_DATA(head), &fd, sizeof fd);
	must(sendmsg(over, &msg, 0) == 1);
	expect("sendmsg fd=%d", over);
	char room[1];
	byte.iov_base = room;
	must(recvmsg(from, &msg, MSG_CMSG_CLOEXEC) == 1);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof fd);
	expect("recvmsg fd=%d received.0.fd=%d", from, fd);
}

static void second_image(void)
{
	look();
	for (int i = 0; i < count; i++)
		expect("inherit fd=%d via=exec", open_fds[i]);
	must(dup2(open_fds[0], 0) == 0);
	expect("dup2 fd=%d args.newfd=0 ret=0", open_fds[0]);
	expect_end();
	exit(0);
}

int main(int argc, char **argv)
{
	int sv[2];

	(void)argv;
	if (argc > 1)
		second_image();
	expect_pair(sv);
	int quick = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	expect("socket ret=%d", quick);
	/* Onto 0, which is a file, and onto 2 and back. */
	must(dup2(sv[0], 0) == 0);
	expect("dup2 fd=%d args.newfd=0 ret=0 newsock=$a", sv[0]);
	int messages = fcntl(2, F_DUPFD_CLOEXEC, 20);
	must(dup2(sv[1], 2) == 2);
	expect("dup2 fd=%d args.newfd=2 ret=2 newsock=$b", sv[1]);
	must(dup2(messages, 2) == 2);
	expect("dup2 fd=%d args.newfd=2 ret=2", messages);
	must(fcntl(sv[1], F_DUPFD_CLOEXEC, 30) == 30);
	expect("fcntl fd=%d args.cmd=F_DUPFD_CLOEXEC ret=30", sv[1]);
	pass(sv[0], sv[1], quick);
	for (int fd = 40; fd < 44; fd++) {
		must(dup3(sv[0], fd, 0) == fd);
		expect("dup3 fd=%d ret=%d", sv[0], fd);
	}
	must(close_range(41, 42, 0) == 0);
	expect("close_range closed.0.fd=41 closed.1.fd=42 closed.2=-");
	must(syscall(SYS_close, 43) == 0);
	expect("close via=syscall fd=43");
	FILE *stream = fdopen(dup(sv[0]), "w");
	expect("dup ret=%d", fileno(stream));
	must(fclose(stream) == 0);
	expect("fclose");
	look();
	must(count == 7); /* 0, the pair, quick and its copy, 30, 40 */
	expect("pending execl");
	fflush(stdout);
	execl("/proc/self/exe", "again", "again", NULL);
	return 1;
}
