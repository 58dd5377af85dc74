/* hostile: traces that were damaged or made up are read without harm, whatever they say. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/buf.h"
#include "viewer/model/site.h"

enum { CASES = 2000 };

static const char sample[] = PROCESS(
	1, 1, 0,
	"exec") "{'ev':'module','t':1,'tid':1,'base':'0x1000','end':'0x9000','path':'/bin/"
		"true','build_id':'ab'}\n" LISTENER(10, 1) ACCEPT(20, 80, 1, 4, 11, SERVER4, CLIENT4)
			CALL(110, 20, 1, fork, "'args':{},'ret':5") CLOSE(131, 1, 4, 11, 0) CALL(
				135, 1, 1, dup2, "'fd':3,'sock':1,'args':{'newfd':9},'ret':9,'newsock':1,'pc':'0x1234'")
				CALL(400, 5, 1, waitpid, "'args':{'pid':5},'ret':5,'status':{'signal':'SIGKILL'}") PENDING(
					410, 1,
					accept,
					"'fd':3,'sock':1,'args':{}") PROCESS(140, 5, 1, "fork")
					INHERIT(141, 5, 3, 1, "fork", "'state':'listening','local':" ANY4) INHERIT(
						142, 5,
						4, 11, "fork",
						"'state':'connected','local':" SERVER4
						",'peer':" CLIENT4) CLOSE(150, 5, 3, 1, 0)
						READ(160, 5, 5, 4, 11, 6) WRITE(170, 5, 5, 4, 11, 6) CLOSE(
							300, 5,
							4,
							11, 0) EXIT(310, 5,
								    0) PROCESS(30, 2, 0,
									       "exec") CALL(35, 1, 2, getaddrinfo,
											    "'args':{'node':'localhost'"
											    ",'service':'8080'},'ret':"
											    "0,'addrs':[]")
							SOCKET(40, 2, 3,
							       21) CONNECT(50, 10, 2, 3, 21, CLIENT4,
									   SERVER4) WRITE(70, 5, 2, 3, 21, 6)
								READ(200, 150, 2, 3,
								     21, 0) CALL(355, 1, 2, shutdown,
										 "'fd':3,'sock':21,'args':{'how':'SHUT_"
										 "WR'},'ret':0") CLOSE(360, 2, 3, 21, 0)
									CALL(361, 1, 2, socketpair,
									     "'args':{'domain':'AF_UNIX','type':'SOCK_"
									     "DGRAM','protocol':0},'ret':0,'newfds':[3,"
									     "4],'newsocks':[31,32]") WRITE(362, 1,
													    2, 3, 31, 9)
										READ(363, 1, 2, 4, 32, 9) PENDING(
											370, 2, execve,
											"'args':{'pathname':'/"
											"b'}") "{'ev':'process'"
											       ",'v':1,'t':380,"
											       "'pid':2,'"
											       "started':2,'"
											       "boot':'"
											       "00000000-0000-"
											       "0000-0000-"
											       "000000000001','"
											       "exe':'/"
											       "b'}\n" INHERIT(
												       381, 2,
												       4, 32, "exec",
												       "'state':'"
												       "connected'") "{"
														     "'"
														     "e"
														     "v"
														     "'"
														     ":"
														     "'"
														     "l"
														     "o"
														     "s"
														     "t"
														     "'"
														     ","
														     "'"
														     "t"
														     "'"
														     ":"
														     "3"
														     "9"
														     "0"
														     ","
														     "'"
														     "t"
														     "i"
														     "d"
														     "'"
														     ":"
														     "2"
														     ","
														     "'"
														     "c"
														     "o"
														     "u"
														     "n"
														     "t"
														     "'"
														     ":"
														     "3"
														     ","
														     "'"
														     "w"
														     "h"
														     "y"
														     "'"
														     ":"
														     "'"
														     "d"
														     "i"
														     "s"
														     "k"
														     " "
														     "f"
														     "u"
														     "l"
														     "l"
														     "'"
														     "}"
														     "\n";

static uint64_t seed;

static size_t pick(size_t below)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return below ? (size_t)(seed >> 33) % below : 0;
}

static void flip(struct buf *b)
{
	b->bytes[pick(b->len)] ^= (char)(1 << pick(8));
}

static void cut(struct buf *b)
{
	b->len = pick(b->len) + 1;
}

/* Another number where one stands. */
static void renumber(struct buf *b)
{
	static const char *const numbers[] = {
		"-1",    "0",   "2147483648", "4294967296", "9223372036854775807",  "18446744073709551616",
		"1e400", "3",   "4",          "11",         "-9223372036854775808", "null",
		"[]",    "'x'", "{}",         "NaN"};
	size_t at = pick(b->len), end;
	struct buf changed = {0};
	const char *number = numbers[pick(sizeof numbers / sizeof *numbers)];

	while (at < b->len && !strchr(":[", b->bytes[at]))
		at++;
	end = ++at;
	while (end < b->len && strchr("-0123456789", b->bytes[end]))
		end++;
	if (end >= b->len || end == at)
		return;
	buf_put(&changed, b->bytes, at);
	buf_puts(&changed, number);
	buf_put(&changed, b->bytes + end, b->len - end);
	buf_free(b);
	*b = changed;
}

/* A piece of it again, elsewhere. */
static void splice(struct buf *b)
{
	size_t from = pick(b->len), len = pick(b->len - from), at = pick(b->len);
	struct buf changed = {0};

	buf_put(&changed, b->bytes, at);
	buf_put(&changed, b->bytes + from, len);
	buf_put(&changed, b->bytes + at, b->len - at);
	buf_free(b);
	*b = changed;
}

static void ask_everything(struct trace *t)
{
	size_t asked = 0;

	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];
		int64_t number;

		asked += event_arg_text(e, "addr") != NULL;
		asked += event_arg_int(e, "len", &number);
		asked += event_is_eof(e) + event_failed(e) + event_is_accept(e) + event_is_write(e);
		asked += site_find(t, e->proc, e->pc)->module != NULL;
		assert_true(e->cause != e);
		assert_true(!e->conn || e->side != SIDE_NONE);
		assert_true(i == 0 || t->events.items[i - 1]->t_ns <= e->t_ns);
	}
	for (size_t i = 0; i < t->conns.count; i++)
		assert_int_equal(t->conns.items[i]->id, i + 1);
	assert_true(t->start_ns <= t->end_ns || !t->procs.count);
	assert_true(asked < SIZE_MAX);
}

static bool load(bool all)
{
	struct load_options options = {.all = all};
	const char *const paths[] = {unit_dir()};
	struct err err = {""};
	struct trace *t = load_trace(paths, 1, &options, &err);

	if (!t) {
		assert_true(err.text[0] != '\0');
		return false;
	}
	ask_everything(t);
	trace_free(t);
	return true;
}

static void damaged_traces_do_no_harm(void **state)
{
	static void (*const damage[])(struct buf *) = {flip, flip, cut, renumber, renumber, renumber, splice};
	struct buf b = {0};
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		seed = i + 1;
		buf_clear(&b);
		buf_put(&b, sample, sizeof sample - 1);
		for (size_t n = pick(4) + 1; n-- > 0;)
			damage[pick(sizeof damage / sizeof *damage)](&b);
		for (size_t k = 0; k < b.len; k++)
			if (b.bytes[k] == '\'')
				b.bytes[k] = '"';
		unit_write_bytes("all.jsonl", b.bytes, b.len);
		read += load(i % 2);
	}
	buf_free(&b);
	if (read < CASES / 2)
		fail_msg("only %zu of %d could be read: the damage is too great to test anything", read, CASES);
}

static void the_sample_is_sound(void **state)
{
	struct trace *t;

	(void)state;
	unit_write("all.jsonl", sample);
	t = unit_load();
	assert_int_equal(t->warnings.count, 0);
	assert_int_equal(t->conns.count, 2);
	assert_int_equal(t->procs.count, 4);
	ask_everything(t);
}

/* Many of everything that is looked up: nothing is quadratic. The sanitizers make it slow as it is. */
static void many_of_the_same_take_no_square(void **state)
{
	enum { MANY = 20000 };
	struct timespec begin, end;
	struct buf b = {0};

	(void)state;
	buf_puts(&b, PROCESS(1, 1, 0, "exec"));
	for (int i = 0; i < MANY; i++) {
		buf_printf(&b, "{'ev':'pending','t':%d,'tid':1,'call':'accept','fd':3,'sock':1,'args':{}}\n", i + 2);
		buf_printf(&b,
			   "{'ev':'call','t':%d,'dt':1,'tid':1,'call':'connect','fd':%d,'sock':%d,'args':{},'ret':0,'"
			   "local':%s,'peer':%s}\n",
			   i + 2, i, i + 5, CLIENT4, SERVER4);
	}
	unit_write("all.jsonl", b.bytes);
	buf_free(&b);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	assert_int_equal(unit_load()->conns.count, MANY);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(end.tv_sec - begin.tv_sec < 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_sample_is_sound),
		UNIT(damaged_traces_do_no_harm),
		UNIT(many_of_the_same_take_no_square),
	};

	return UNIT_MAIN(tests);
}
