/* unit.h: traces written by hand, for the units of the viewer. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "viewer/load/load.h"

/* The lines are written with ' for ", so that they can be read here. Times are small: no process of a unit is alive. */
#define PROCESS(t, pid, ppid, start)                                                                                   \
	"{'ev':'process','t':" #t ",'tid':" #pid ",'v':1,'pid':" #pid ",'ppid':" #ppid ",'started':" #pid              \
	",'realtime':[1700000000," #t "],'start':'" start "','exe':'/bin/p" #pid "','argv':['p" #pid "'],'cwd':'/w',"  \
	"'host':'h','boot':'00000000-0000-0000-0000-000000000001','netns':1,'pidns':1,'uid':0,'libc':'glibc',"         \
	"'libc_calls':false,'shim':'0.1.0'}\n"
#define CALL(t, dt, tid, call, rest)                                                                                   \
	"{'ev':'call','t':" #t ",'dt':" #dt ",'tid':" #tid ",'call':'" #call "'," rest "}\n"
#define PENDING(t, tid, call, rest) "{'ev':'pending','t':" #t ",'tid':" #tid ",'call':'" #call "'," rest "}\n"
#define EXIT(t, tid, status)        "{'ev':'exit','t':" #t ",'tid':" #tid ",'how':'exit','status':" #status ",'open':[]}\n"
#define INHERIT(t, tid, fd, sock, via, rest)                                                                           \
	"{'ev':'inherit','t':" #t ",'tid':" #tid ",'fd':" #fd ",'sock':" #sock                                         \
	",'family':'AF_INET','type':'SOCK_STREAM','protocol':'IPPROTO_TCP'," rest ",'via':'" via "'}\n"

/* Addresses. 1f90 is 8080, c350 50000, c351 50001. */
#define V4(addr, port, raw)                                                                                            \
	"{'family':'AF_INET','addr':'" addr "','port':" #port ",'len':16,'raw':'0200" raw "0000000000000000'}"
#define V6(addr, port, raw)                                                                                            \
	"{'family':'AF_INET6','addr':'" addr "','port':" #port ",'flowinfo':0,'scope_id':0,'len':28,'raw':'0a00" raw   \
	"00000000'}"
#define SERVER4        V4("127.0.0.1", 8080, "1f907f000001")
#define ANY4           V4("0.0.0.0", 8080, "1f9000000000")
#define CLIENT4        V4("127.0.0.1", 50000, "c3507f000001")
#define CLIENT4B       V4("127.0.0.1", 50001, "c3517f000001")
#define UNIX(path)     "{'family':'AF_UNIX','path':'" path "','len':110,'raw':'0100'}"
#define ABSTRACT(name) "{'family':'AF_UNIX','abstract':'" name "','len':10,'raw':'010000'}"

/* Whole calls that many tests need; sockets of a server are 1 (listener) and 11, 12..., of clients 21, 22... */
#define SOCKET(t, tid, fd, sock)                                                                                       \
	CALL(t, 1, tid, socket,                                                                                        \
	     "'args':{'domain':'AF_INET','type':'SOCK_STREAM','protocol':0},'ret':" #fd ",'newsock':" #sock            \
	     ",'ino':9")
#define SOCKET_UNIX(t, tid, fd, sock)                                                                                  \
	CALL(t, 1, tid, socket,                                                                                        \
	     "'args':{'domain':'AF_UNIX','type':'SOCK_STREAM','protocol':0},'ret':" #fd ",'newsock':" #sock            \
	     ",'ino':9")
#define LISTENER(t, tid)                                                                                               \
	SOCKET(t, tid, 3, 1)                                                                                           \
	CALL(t, 1, tid, bind, "'fd':3,'sock':1,'args':{'addr':" ANY4 ",'addrlen':16},'ret':0")                         \
	CALL(t, 1, tid, listen, "'fd':3,'sock':1,'args':{'backlog':5},'ret':0")
#define ACCEPT(t, dt, tid, fd, sock, local, peer)                                                                      \
	CALL(t, dt, tid, accept,                                                                                       \
	     "'fd':3,'sock':1,'args':{'addr':null},'ret':" #fd ",'newsock':" #sock ",'local':" local ",'peer':" peer)
#define CONNECT(t, dt, tid, fd, sock, local, peer)                                                                     \
	CALL(t, dt, tid, connect,                                                                                      \
	     "'fd':" #fd ",'sock':" #sock ",'args':{'addr':" peer ",'addrlen':16},'ret':0,'local':" local              \
	     ",'peer':" peer)
#define WRITE(t, dt, tid, fd, sock, n)                                                                                 \
	CALL(t, dt, tid, write, "'fd':" #fd ",'sock':" #sock ",'args':{'count':" #n "},'ret':" #n ",'data':'x'")
#define READ(t, dt, tid, fd, sock, n)                                                                                  \
	CALL(t, dt, tid, read, "'fd':" #fd ",'sock':" #sock ",'args':{'count':100},'ret':" #n ",'data':'x'")
#define CLOSE(t, tid, fd, sock, refs)                                                                                  \
	CALL(t, 1, tid, close, "'fd':" #fd ",'sock':" #sock ",'args':{},'ret':0,'refs':" #refs)

/* A directory of its own for each test (setup and teardown of cmocka). */
int unit_setup(void **state);
int unit_teardown(void **state);

/* The directory; a path in it. Strings live until the next call. */
const char *unit_dir(void);
const char *unit_path(const char *name);

/* Write a file into it: text with ' for ", or bytes as they are. */
void unit_write(const char *name, const char *text);
void unit_write_bytes(const char *name, const char *bytes, size_t len);

/* Load the directory, or a file of it; the trace is given back by teardown. Fails the test where it cannot be read. */
struct trace *unit_load(void);
struct trace *unit_load_all(void);

/* The message with which a path cannot be read. Fails the test where it can. */
const char *unit_refusal(const char *path);

/* The count-th (from 0) event of that call, and of that kind, in time. Fails the test where there is none. */
struct event *unit_call(struct trace *t, enum call_id call, size_t count);

#define UNIT(test)       cmocka_unit_test_setup_teardown(test, unit_setup, unit_teardown)
#define UNIT_MAIN(tests) (cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests(tests, NULL, NULL))

#endif
