/*
 * expect.h: how a test program says which trace it must leave.
 *
 *   expect("bind fd=%d args.addr.port=%d ret=0", fd, port);
 *
 * prints one expected line of the calling thread; tests/shim.t compares. A thread's lines must be exactly those
 * that were expected of it, in that order (of entry). The first word is the call, `pending CALL`, or another kind of
 * line (`inherit`, `exit`, `lost`). Then come keys, dots leading inwards (`newfds.0`), with what stands there:
 *
 *   fd=3  args.addr.family=AF_INET  data="a b\n"   JSON, or a bare word as a string
 *   args.flags=[MSG_PEEK,MSG_DONTWAIT]             an array of these
 *   err=-                                          no such key
 *   pc=?                                          anything
 *   sock=$a                                        the same value wherever $a stands, no other name's value
 */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdbool.h>
#include <sys/types.h>

void expect(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* End with a message and errno where the test itself, not the tracer, went wrong. */
#define must(claim) ((claim) ? (void)0 : must_fail(#claim, __FILE__, __LINE__))
void must_fail(const char *claim, const char *file, int line) __attribute__((noreturn));

/* Wait until the thread sleeps in this system call (SYS_accept...). */
void wait_until_in(pid_t pid, pid_t tid, long number);

/* A TCP socket listening on a port of 127.0.0.1 that the kernel chose; *port gets it. Its four lines are expected:
 * the socket is `$` and name. */
int expect_listener(const char *name, int *port);

/* socketpair(AF_UNIX, SOCK_STREAM); its line is expected: the sockets are $a and $b. */
void expect_pair(int sv[2]);

/* Send a byte from the first to the second, so often; the lines are expected. */
void expect_pings(const int sv[2], int times);

#endif
