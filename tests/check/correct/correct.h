/* correct.h: what the servers of this folder have in common. All of them echo, in every way that a course teaches. */
#ifndef CORRECT_CORRECT_H
#define CORRECT_CORRECT_H

/* A listener at a port that the kernel chooses; prints "listening on PORT". SIGPIPE is ignored from now on. */
int start_server(void);

/* Give back all that comes, in a loop that knows of short counts and of errors. The caller closes. */
void echo(int connfd);

/* Give back what one read finds. False: the end, or an error; the caller closes. */
int echo_once(int connfd);

#endif
