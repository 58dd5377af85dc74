/* memo: a program calls the same few things again and again; what is the same in their lines need not be written anew. */
#include "preload/memo.h"

#include "preload/mem.h"
#include "preload/record.h"
#include "preload/state.h"
#include "preload/text.h"

#define BIT(kind) (1ull << KIND_##kind)

/* Shown by its value. */
#define NUMBERS                                                                                                        \
	(BIT(FD) | BIT(FDNUM) | BIT(INT) | BIT(UINT) | BIT(LONG) | BIT(SIZE) | BIT(ADDRLEN) | BIT(MSGFLAGS) |          \
	 BIT(SOCKFLAGS) | BIT(SHUTHOW) | BIT(FCNTLCMD) | BIT(FCNTLARG) | BIT(EPOLLFD) | BIT(OPTLEVEL) | BIT(OPTNAME))

/* Shown only as to whether it is NULL. */
#define PRESENCES (BIT(ADDR_LOCAL) | BIT(ADDR_PEER))

/* Not shown in the arguments; of a value-result length the frame has what is. */
#define UNSEEN (BIT(BUF) | BIT(BUF_OUT) | BIT(IOV) | BIT(IOV_OUT) | BIT(MSG_OUT) | BIT(EPOLLEVENTS) | BIT(ADDRLEN_IO))

/* What of an argument is shown. */
static inline long shown(const struct frame *f, const struct call_desc *d, int i)
{
	uint64_t bit = 1ull << d->args[i].kind;

	return bit & NUMBERS ? f->args[i] : bit & PRESENCES ? f->args[i] != 0 : 0;
}

enum { CALL_WORD = CALL_ARGS_MAX, SOCK_WORD, FD_WORD, PC_WORD };

static inline long call_word(const struct frame *f)
{
	return (long)f->call << 32 | (uint32_t)f->in_len;
}

static bool is_for(const long *key, const struct frame *f, const struct call_desc *d)
{
	if (key[CALL_WORD] != call_word(f) || key[SOCK_WORD] != (long)f->sock || key[FD_WORD] != f->fd ||
	    key[PC_WORD] != (long)f->pc)
		return false;
	for (int i = 0; i < d->nargs; i++)
		if (key[i] != shown(f, d, i))
			return false;
	return true;
}

static void make_key(long *key, const struct frame *f, const struct call_desc *d)
{
	for (int i = 0; i < d->nargs; i++)
		key[i] = shown(f, d, i);
	key[CALL_WORD] = call_word(f);
	key[SOCK_WORD] = f->sock;
	key[FD_WORD] = f->fd;
	key[PC_WORD] = f->pc;
}

struct memo *memo_take(struct memo *memos, struct frame *f)
{
	struct memo *m = &memos[(f->call * 5 + f->fd) % MEMOS];
	const struct call_desc *d = &call_table[f->call];

	if (d->kinds & ~(NUMBERS | PRESENCES | UNSEEN) || f->via || f->child || shim.stack_max)
		return NULL;
	if (f->memo == m && f->memo_generation == m->generation)
		return m; /* its pending line has filled it */
	if (!m->len || !is_for(m->key, f, d)) {
		m->generation++;
		m->len = 0;
		make_key(m->key, f, d);
	}
	f->memo = m;
	f->memo_generation = m->generation;
	return m;
}

bool memo_is_valid(const struct frame *f)
{
	return f->memo && f->memo->len && f->memo_generation == f->memo->generation;
}

void memo_fill(struct memo *m, struct frame *f, const char *text, unsigned len)
{
	char *p;

	if (len > MEMO_TEXT) {
		f->memo = NULL;
		return;
	}
	memcpy(m->text, text, len);
	p = text_pc(text_put(m->tail, ",\"pc\":"), f->pc);
	m->tail_len = text_put(p, "}\n") - m->tail;
	m->len = len;
}

void memo_forget(struct memo *memos)
{
	for (int i = 0; i < MEMOS; i++) {
		memos[i].generation++;
		memos[i].len = 0;
	}
}
