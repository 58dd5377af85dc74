/* strict: the reader of the shim's own lines says what json-c says, or nothing. */
#include "viewer/load/strict.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/lib/same.h"
#include "tests/unit/lib/unit.h"
#include "viewer/load/line.h"

#define INET(port, raw)                                                                                                \
	"{\"family\":\"AF_INET\",\"addr\":\"127.0.0.1\",\"port\":" port ",\"len\":16,\"raw\":\"0200" raw               \
	"7f0000010000000000000000\"}"
#define SERVER INET("8080", "1f90")
#define CLIENT INET("50000", "c350")
#define HEAD   "{\"ev\":\"call\",\"t\":1311568213385,\"dt\":5129,\"tid\":3155,"

/* A line of each kind of call, as the shim wrote them. */
static const char *const lines[] = {
	HEAD "\"call\":\"read\",\"fd\":4,\"sock\":1179089,\"args\":{\"count\":8192},\"ret\":6,\"data\":\"hel\\\"o\\n\","
	     "\"pc\":"
	     "\"0x5598db747896\"}",
	HEAD "\"call\":\"read\",\"via\":\"__read_chk\",\"fd\":4,\"sock\":11,\"args\":{\"count\":1},\"ret\":-1,\"err\":"
	     "\"EAGAIN\","
	     "\"pc\":\"0x5598db747896\",\"stack\":[\"0x5598db747896\",\"0xffffffffffffffff\"]       }",
	HEAD "\"call\":\"socket\",\"args\":{\"domain\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"type_flags\":[\"SOCK_"
	     "CLOEXEC\"],"
	     "\"protocol\":0},\"ret\":3,\"newsock\":1179087,\"ino\":3140804,\"pc\":\"0x5598db7476dd\"}",
	HEAD "\"call\":\"connect\",\"fd\":3,\"sock\":1179088,\"args\":{\"addr\":" SERVER
	     ",\"addrlen\":16},\"ret\":0,\"local\":" CLIENT ",\"peer\":" SERVER ",\"pc\":\"0x560e9ab7e649\"}",
	HEAD
	"\"pid\":77,\"call\":\"accept4\",\"fd\":3,\"sock\":1,\"args\":{\"addr\":null,\"flags\":[]},\"ret\":4,"
	"\"newsock\":2,"
	"\"ino\":3,\"local\":{\"family\":\"AF_UNIX\",\"path\":\"/tmp/s\",\"len\":9,\"raw\":\"01002f746d702f7300\"},"
	"\"peer\":{\"family\":\"AF_UNIX\",\"len\":2,\"raw\":\"0100\"},\"peercred\":{\"pid\":8,\"uid\":0,\"gid\":0},"
	"\"pc\":\"0x1\"}",
	HEAD
	"\"call\":\"socketpair\",\"args\":{\"domain\":\"AF_UNIX\",\"type\":\"SOCK_DGRAM\",\"protocol\":0},\"ret\":0,"
	"\"newfds\":[5,6],\"newsocks\":[8,9],\"inos\":[1,2],\"pc\":\"0x1\"}",
	HEAD
	"\"call\":\"recvmsg\",\"fd\":5,\"sock\":8,\"args\":{\"flags\":[\"MSG_PEEK\",16]},\"ret\":3,\"received\":[{"
	"\"fd\":7,"
	"\"sock\":4101}],\"peer\":{\"family\":\"AF_UNIX\",\"abstract\":\"x\\u0001\xc3\xa9\",\"len\":6,"
	"\"raw\":\"0100007801e9\"},\"msg_flags\":[\"MSG_TRUNC\"],\"data\":\"\\u0000\xc3\xbf\\u00ff\",\"pc\":\"0x1\"}",
	HEAD "\"call\":\"sendto\",\"fd\":5,\"sock\":8,\"args\":{\"len\":1,\"flags\":[],\"dest_addr\":" SERVER
	     ",\"addrlen\":16},\"ret\":1,\"data\":\"x\",\"pc\":\"0x1\"}",
	HEAD "\"call\":\"epoll_wait\",\"args\":{\"epfd\":5,\"maxevents\":512,\"timeout\":-1},\"ret\":1,"
	     "\"ready\":[{\"fd\":7,\"sock\":110,\"events\":[\"EPOLLIN\"]}],\"pc\":\"0x5598db747804\"}",
	HEAD
	"\"call\":\"epoll_wait\",\"args\":{\"epfd\":5,\"maxevents\":512,\"timeout\":-1},\"ret\":65,"
	"\"ready\":[{\"fd\":7,\"sock\":110,\"events\":[\"EPOLLIN\"]}],\"ready_cut\":true,\"pc\":\"0x5598db747804\"}",
	HEAD "\"call\":\"close\",\"fd\":-1,\"args\":{},\"ret\":-1,\"err\":\"EBADF\",\"pc\":\"0x1\"}",
	HEAD "\"call\":\"close\",\"fd\":4,\"sock\":2,\"args\":{},\"ret\":0,\"refs\":1,\"pc\":\"0x1\"}",
	HEAD "\"call\":\"wait\",\"args\":{},\"ret\":9,\"status\":{\"signal\":\"SIGPIPE\"},\"pc\":\"0x1\"}",
	HEAD "\"call\":\"getsockopt\",\"fd\":4,\"sock\":2,\"args\":{\"level\":\"SOL_SOCKET\",\"optname\":\"SO_ERROR\","
	     "\"optlen\":4},\"ret\":0,\"optval\":0,\"pc\":\"0x1\"}",
	"{\"ev\":\"pending\",\"t\":1311571530537,\"tid\":3155,\"call\":\"accept\",\"fd\":3,\"sock\":1179087,"
	"\"args\":{\"addrlen\":128},\"pc\":\"0x5598db74747f\"}",
};

static struct arena *arena;
static struct store store;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	store_begin(&store, arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	store_end(&store);
	arena_free(arena);
	return 0;
}

/* Whether the line was taken; if so, json-c must say the same. */
static bool agrees_on(const char *line, size_t len)
{
	struct event strict, parsed;
	struct process proc;
	struct module module;
	struct err err = {""};
	const char *differs;

	if (!strict_read(&store, line, len, &strict))
		return false;
	if (load_line_parsed(&store, line, len, &parsed, &proc, &module, &err) != LINE_EVENT)
		fail_msg("taken, but json-c says \"%s\": %.*s", err.text, (int)len, line);
	differs = same_event(&strict, &parsed);
	if (differs)
		fail_msg("%s differs: %.*s", differs, (int)len, line);
	return true;
}

/* The line stands at the end of its memory: what reads on is caught by the sanitizer. */
static bool agrees(const char *text, size_t len)
{
	char *line = memcpy(malloc(len), text, len);
	bool taken = agrees_on(line, len);

	free(line);
	return taken;
}

static void takes_what_the_shim_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (!agrees(lines[i], strlen(lines[i])))
			fail_msg("not taken: %s", lines[i]);
}

static void leaves_the_rest(void **state)
{
	static const char *const odd[] = {
		"",
		"}",
		"{}",
		"{\"ev\":\"exit\",\"t\":1,\"tid\":1,\"how\":\"exit\",\"status\":0,\"open\":[]}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{}}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":01}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":-0}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":1.5}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":"
		"1000000000000000000}",
		"{\"ev\":\"call\",\"t\":-1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":1}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"io_uring_enter\",\"args\":{},\"ret\":1}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"args\":{},\"ret\":1}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"ret\":1,\"args\":{}}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":1,\"novel\":1}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":1,}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{\"a\":{},\"b\":[}]},\"ret\":"
		"1}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":1,\"data\":"
		"\"\\u0100\"}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":1,\"data\":"
		"\"\xc4\x80\"}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":1,\"data\":"
		"\"\xff\"}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":1,\"data\":"
		"\"\x01\"}",
		"{\"ev\":\"call\",\"t\":1,\"dt\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":1,\"refs\":"
		"2147483648}",
		"{\"ev\":\"pending\",\"t\":1,\"tid\":1,\"call\":\"read\",\"args\":{},\"ret\":1}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		if (agrees(odd[i], strlen(odd[i])))
			fail_msg("taken: %s", odd[i]);
}

/* Each byte of each line in turn is another one, or gone, or the line ends there. */
static void says_what_json_c_says_of_broken_lines(void **state)
{
	static const char others[] = "\"\\{}[],:0159-.eEu xtn\x80\xc3\xff\x01";
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		size_t len = strlen(lines[i]);

		for (size_t at = 0; at < len; at++) {
			for (size_t k = 0; others[k]; k++) {
				memcpy(text, lines[i], len);
				text[at] = others[k];
				agrees(text, len);
			}
			memcpy(text, lines[i], len);
			memmove(text + at, text + at + 1, len - at - 1);
			agrees(text, len - 1);
			agrees(lines[i], at);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(takes_what_the_shim_writes, setup, teardown),
		cmocka_unit_test_setup_teardown(leaves_the_rest, setup, teardown),
		cmocka_unit_test_setup_teardown(says_what_json_c_says_of_broken_lines, setup, teardown),
	};

	return UNIT_MAIN(tests);
}
