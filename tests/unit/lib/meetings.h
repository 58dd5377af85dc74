/* meetings.h: a client and a server, of which one does not tell who the other is. */
#ifndef TESTS_MEETINGS_H
#define TESTS_MEETINGS_H

#include "tests/unit/lib/unit.h"

#define BOXED(t, tid)     CALL(t, 1, tid, prctl, "'args':{'option':'PR_SET_SECCOMP'},'ret':0")
#define CONNECT_AT(sock)  "'fd':3,'sock':" #sock ",'args':{'addr':" SERVER4 ",'addrlen':16},"
#define ASK(t, tid, sock) CALL(t, 5, tid, connect, CONNECT_AT(sock) "'ret':0")
#define PUT(t, tid, fd, sock, data)                                                                                    \
	CALL(t, 1, tid, write, "'fd':" #fd ",'sock':" #sock ",'args':{'count':9},'ret':4,'data':'" data "'")
#define GET(t, dt, tid, fd, sock, data)                                                                                \
	CALL(t, dt, tid, read, "'fd':" #fd ",'sock':" #sock ",'args':{'count':9},'ret':4,'data':'" data "'")

/* Serves one at a time: from its accept at t on. */
#define SERVES(t, sock, peer, asked, answered)                                                                         \
	ACCEPT(t, 1, 1, 4, sock, SERVER4, peer)                                                                        \
	GET(t, 2, 1, 4, sock, asked) PUT(t, 1, 4, sock, answered) CLOSE(t, 1, 4, sock, 0)
#define SERVER        PROCESS(1, 1, 0, "exec") LISTENER(10, 1)
#define CLIENT(ahead) PROCESS(30, 2, 0, "exec") ahead SOCKET(40, 2, 3, 21)

/* Asks at 50, and is answered by 100. */
#define ASKS                  ASK(50, 2, 21) PUT(60, 2, 3, 21, "ping") GET(61, 39, 2, 3, 21, "pong")
#define SERVED(t, sock, peer) SERVES(t, sock, peer, "ping", "pong")

/* The trace of the two, and of what else lies in the directory. */
struct trace *meetings_play(const char *server, const char *client);

/* The connection that has the socket at that side. Fails the test where there is none. */
const struct conn *meetings_conn(const struct trace *t, enum side side, uint64_t sock);

/* The two sockets are the ends of one connection, and nothing else is said. */
void assert_pair(const struct trace *t, uint64_t client, uint64_t server);

/* Connected, and nothing is said of who the other end is. */
void assert_open(const struct trace *t, enum side side, uint64_t sock);

/* It was accepted from somebody who is not traced. */
void assert_stranger(const struct trace *t, uint64_t server);

#endif
