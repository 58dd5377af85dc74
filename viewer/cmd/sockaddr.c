/* sockaddr: the bytes of the addresses that a program passed and got. */
#include "viewer/cmd/command.h"

enum { PICTURES_MOST = 12 };

static const char *conn_name;
static struct choice_words words;
static bool every;

static const struct option options[] = {
	{OPTION_STRING, "conn", 0, "cN", &conn_name, "only the addresses of this connection", 0, 0},
	{OPTION_LIST, "pid", 0, "N,N", &words.pids, "only those that these processes met", 0, 0},
	{OPTION_TRUE, "every", 0, NULL, &every, "all of them, however many (default: the first 12)", 0, 0},
	{0},
};

static bool draw(struct trace *t, const struct format *format, const struct look *look, struct buf *out,
		 struct err *err)
{
	struct cells_options wanted = {.most = every ? 0 : PICTURES_MOST};
	struct choice choice;
	struct cells *c;
	bool any;

	if (conn_name && !(wanted.conn = command_conn(t, conn_name, err)))
		return false;
	if (!choice_read(&choice, t, &words, err))
		return false;
	wanted.choice = &choice;
	c = cells_new(t, &wanted);
	any = c->pictures.count > 0;
	if (any)
		format->cells(c, look, out);
	cells_free(c);
	choice_free(&choice);
	return any || err_set(err, "no call of these met an address: `socktrace timeline` shows what there is");
}

static const struct example examples[] = {
	{"socktrace sockaddr", "the addresses of the trace, each once"},
	{"socktrace sockaddr --conn=c1", "only those of the first connection and its listener"},
	{0},
};

const struct command cmd_sockaddr = {
	.name = "sockaddr",
	.operands = "[TRACE...]",
	.summary = "draw the bytes of socket addresses",
	.about =
		"Each address that a call was given or gave back, once, a cell a byte: above the cells the generic "
		"struct\n"
		"sockaddr, below them the struct of the family, then what each member says and how it comes out of its "
		"bytes.\n",
	.examples = examples,
	.options = options,
	.draw = draw,
};
