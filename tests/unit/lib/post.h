/* post.h: calls of datagram sockets, written by hand. */
#ifndef TESTS_UNIT_POST_H
#define TESTS_UNIT_POST_H

#include "tests/unit/lib/unit.h"

#define UDP(t, tid, fd, sock)                                                                                          \
	CALL(t, 1, tid, socket,                                                                                        \
	     "'args':{'domain':'AF_INET','type':'SOCK_DGRAM','protocol':0},'ret':" #fd ",'newsock':" #sock ",'ino':9")
#define UNIX_DGRAM(t, tid, fd, sock)                                                                                   \
	CALL(t, 1, tid, socket,                                                                                        \
	     "'args':{'domain':'AF_UNIX','type':'SOCK_DGRAM','protocol':0},'ret':" #fd ",'newsock':" #sock ",'ino':9")
#define BIND(t, tid, fd, sock, addr)                                                                                   \
	CALL(t, 1, tid, bind, "'fd':" #fd ",'sock':" #sock ",'args':{'addr':" addr ",'addrlen':16},'ret':0")
#define SENDTO(t, tid, fd, sock, n, to, data)                                                                          \
	CALL(t, 1, tid, sendto,                                                                                        \
	     "'fd':" #fd ",'sock':" #sock ",'args':{'len':" #n ",'flags':[],'dest_addr':" to                           \
	     ",'addrlen':16},'ret':" #n ",'data':'" data "'")
#define RECVFROM(t, dt, tid, fd, sock, n, from, data)                                                                  \
	CALL(t, dt, tid, recvfrom,                                                                                     \
	     "'fd':" #fd ",'sock':" #sock ",'args':{'len':100,'flags':[],'addrlen':16},'ret':" #n ",'peer':" from      \
	     ",'data':'" data "'")

#endif
