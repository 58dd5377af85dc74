/* memo: a program's few call sites ask for the same again and again; what is the same in their lines is written once. */
#include "preload/memo.h"

#include "preload/hash.h"
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

static inline bool is_for(const struct memo *m, const struct frame *f, uint16_t call)
{
	if (m->pc != f->pc || m->call != call || m->in_len != f->in_len || m->via != f->via || m->from != f->from ||
	    f->child)
		return false;
	for (int i = 0; i < m->nseen; i++)
		if (m->args[i] != f->args[m->seen[i]])
			return false;
	return true;
}

/* A call site has two places. */
static inline struct memo *place_of(struct memos *memos, const struct frame *f, int which)
{
	return &memos->sites[hash_place(f->pc, __builtin_ctz(MEMOS)) ^ which];
}

struct memo *memo_find(struct memos *memos, const struct frame *f)
{
	struct memo *m = place_of(memos, f, 0);

	return is_for(m, f, f->call) ? m : NULL;
}

/* Do the bytes that it is given tell what it is shown by? */
static bool has_key(const struct frame *f)
{
	return f->call == CALL_connect || f->call == CALL_bind || f->call == CALL_setsockopt;
}

/* What such a memo has in the place of its call, so that only who looks for a key finds it. */
static uint16_t keyed(uint16_t call)
{
	return CALL_COUNT + call;
}

static bool is_for_key(const struct memo *m, struct frame *f)
{
	return is_for(m, f, keyed(f->call)) && given_keep(f) && f->held_len == m->key_len &&
	       !memcmp(m->key, f->held, m->key_len);
}

struct memo *memo_find_else(struct memos *memos, struct frame *f)
{
	bool by_key = has_key(f);

	for (int i = 0; i < 2; i++) {
		struct memo *m = place_of(memos, f, i);
		if (is_for(m, f, f->call) || (by_key && is_for_key(m, f)))
			return m;
	}
	return NULL;
}

static bool is_of_site(const struct memo *m, const struct frame *f)
{
	return m->pc == f->pc && (m->call == f->call || m->call == keyed(f->call));
}

/* Where to write one: over what the same call site asked for before, else where nothing is, else by turns. */
static struct memo *choose(struct memos *memos, const struct frame *f)
{
	struct memo *first = place_of(memos, f, 0), *second = place_of(memos, f, 1);

	if (is_of_site(first, f))
		return first;
	if (is_of_site(second, f))
		return second;
	return !first->pc || (second->pc && memos->changes % 2) ? first : second;
}

static void note_seen(struct memo *m, const struct frame *f)
{
	const struct call_desc *d = &call_table[f->call];

	m->nseen = 0;
	for (int i = 0; i < d->nargs && !m->varies; i++) {
		if (!(SEEN >> d->args[i].kind & 1))
			continue;
		m->seen[m->nseen] = i;
		m->args[m->nseen++] = f->args[i];
	}
}

struct memo *memo_make(struct memos *memos, struct frame *f, struct json *j)
{
	const struct call_desc *d = &call_table[f->call];
	struct memo *m = choose(memos, f);
	bool by_key, varies;
	size_t len;

	if (d->kinds & ~(SEEN | UNSEEN | VARYING) || f->child || shim.stack_max || !f->pc)
		return NULL;
	/* Where it was given something else before, it is taken to be given many things. */
	by_key = has_key(f) && !is_of_site(m, f) && given_keep(f);
	varies = d->kinds & VARYING && !by_key;
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
	m->call = by_key ? keyed(f->call) : f->call;
	m->varies = varies;
	m->key_len = by_key ? f->held_len : 0;
	memcpy(m->key, f->held, m->key_len);
	note_seen(m, f);
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
	known_forget(memos->known);
}
