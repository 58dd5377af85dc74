/* memo: a program's few call sites ask for the same again and again; what is the same in their lines is written once. */
#include "preload/memo.h"

#include "preload/line.h"
#include "preload/mem.h"
#include "preload/record.h"
#include "preload/state.h"

#define BIT(kind) (1ull << KIND_##kind)

/* Shown by its value; of room for an address only whether it is NULL. */
#define SEEN                                                                                                           \
	(BIT(FDNUM) | BIT(INT) | BIT(UINT) | BIT(LONG) | BIT(SIZE) | BIT(ADDRLEN) | BIT(MSGFLAGS) | BIT(SOCKFLAGS) |   \
	 BIT(SHUTHOW) | BIT(FCNTLCMD) | BIT(FCNTLARG) | BIT(EPOLLFD) | BIT(OPTLEVEL) | BIT(OPTNAME) | BIT(DOMAIN) |    \
	 BIT(SOCKTYPE) | BIT(PROTOCOL) | BIT(ADDR_LOCAL) | BIT(ADDR_PEER))

/* Not shown in the arguments: the line has the descriptor elsewhere, and of a value-result length the frame has what is. */
#define UNSEEN                                                                                                         \
	(BIT(FD) | BIT(FDPAIR) | BIT(BUF) | BIT(BUF_OUT) | BIT(IOV) | BIT(IOV_OUT) | BIT(MSG_OUT) | BIT(OPTVAL_OUT) |  \
	 BIT(EPOLLEVENTS) | BIT(ADDRLEN_IO) | BIT(SKIP))

/* Shown by what they point to, which is looked at each time. */
#define VARYING (BIT(ADDR) | BIT(OPTVAL) | BIT(MSG))

static inline bool is_for(const struct memo *m, const struct frame *f)
{
	if (m->pc != f->pc || m->call != f->call || m->in_len != f->in_len || m->via != f->via || m->from != f->from ||
	    f->child)
		return false;
	for (int i = 0; i < m->nseen; i++)
		if (m->args[i] != f->args[m->seen[i]])
			return false;
	return true;
}

/* Multiplied, so that all bits of the address meet in the highest. */
static inline size_t place_of(const struct frame *f)
{
	return f->pc * 0x9e3779b97f4a7c15ull >> (64 - __builtin_ctz(MEMOS));
}

struct memo *memo_find(struct memos *memos, const struct frame *f)
{
	struct memo *m = &memos->sites[place_of(f)];

	return is_for(m, f) ? m : NULL;
}

struct memo *memo_make(struct memos *memos, const struct frame *f, struct json *j)
{
	const struct call_desc *d = &call_table[f->call];
	struct memo *m = &memos->sites[place_of(f)];
	bool varies = d->kinds & VARYING;
	size_t len;

	if (d->kinds & ~(SEEN | UNSEEN | VARYING) || f->child || shim.stack_max || !f->pc)
		return NULL;
	if (!varies)
		line_put_args(j, f);
	len = j->p - j->start;
	j->p = j->start;
	if (len > MEMO_ARGS - TEXT_SLACK)
		return NULL;
	memos->changes++;
	m->pc = f->pc;
	m->via = f->via;
	m->from = f->from;
	m->in_len = f->in_len;
	m->call = f->call;
	m->varies = varies;
	m->nseen = 0;
	for (int i = 0; i < d->nargs && !varies; i++) {
		if (!(SEEN >> d->args[i].kind & 1))
			continue;
		m->seen[m->nseen] = i;
		m->args[m->nseen++] = f->args[i];
	}
	m->head_len = line_put_caller(m->text, f) - m->text;
	m->args_len = len;
	memcpy(m->args_text, j->start, len);
	m->tail_len = line_put_site(m->args_text + len, f) - (m->args_text + len);
	memo_turn(memos, m, f);
	return m;
}

void memo_turn(struct memos *memos, struct memo *m, const struct frame *f)
{
	char *p = m->text + m->head_len;

	if (memo_has_socket(f))
		p = memo_put_socket(memos, p, f);
	m->len = p + m->args_len - m->text;
	text_copy(p, m->args_text, m->args_len + m->tail_len);
	m->fd = f->fd;
	m->sock = f->sock;
}

void memo_make_socket(struct memo_socket *m, const struct frame *f)
{
	char *p = text_i64(text_put(m->text, ",\"fd\":"), f->fd);

	if (f->sock)
		p = text_u64(text_put(p, ",\"sock\":"), f->sock);
	m->fd = f->fd;
	m->sock = f->sock;
	m->len = p - m->text;
}

void memo_forget(struct memos *memos)
{
	memos->changes++;
	for (int i = 0; i < MEMOS; i++)
		memos->sites[i].pc = 0;
	for (int i = 0; i < MEMO_SOCKETS; i++)
		memos->sockets[i].len = 0;
}
