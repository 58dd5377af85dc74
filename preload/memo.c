/* memo: a program calls the same few things again and again; what is the same in their lines need not be written anew. */
#include "preload/memo.h"

#include "preload/mem.h"
#include "preload/record.h"
#include "preload/state.h"

#define BIT(kind) (1ull << KIND_##kind)

/* Shown by its value. */
#define NUMBERS                                                                                                        \
	(BIT(FD) | BIT(FDNUM) | BIT(INT) | BIT(UINT) | BIT(LONG) | BIT(SIZE) | BIT(ADDRLEN) | BIT(MSGFLAGS) |          \
	 BIT(SOCKFLAGS) | BIT(SHUTHOW) | BIT(FCNTLCMD) | BIT(FCNTLARG) | BIT(EPOLLFD) | BIT(OPTLEVEL) | BIT(OPTNAME))

/* Shown only as to whether it is NULL. */
#define PRESENCES (BIT(ADDR_LOCAL) | BIT(ADDR_PEER))

/* Not shown in the arguments; of a value-result length the frame has what is. */
#define UNSEEN (BIT(BUF) | BIT(BUF_OUT) | BIT(IOV) | BIT(IOV_OUT) | BIT(MSG_OUT) | BIT(EPOLLEVENTS) | BIT(ADDRLEN_IO))

static void make_key(const struct frame *f, long *key)
{
	const struct call_desc *d = &call_table[f->call];
	int i = 0;

	for (; i < d->nargs; i++) {
		uint64_t bit = 1ull << d->args[i].kind;
		key[i] = bit & NUMBERS ? f->args[i] : bit & PRESENCES ? f->args[i] != 0 : 0;
	}
	for (; i < CALL_ARGS_MAX; i++)
		key[i] = 0;
	key[i++] = (long)f->call << 32 | (uint32_t)f->in_len;
	key[i++] = f->sock;
	key[i++] = f->fd;
	key[i] = f->pc;
}

static bool is_equal(const long *a, const long *b)
{
	long differs = 0;

	for (int i = 0; i < MEMO_WORDS; i++)
		differs |= a[i] ^ b[i];
	return !differs;
}

struct memo *memo_take(struct memo *memos, struct frame *f)
{
	struct memo *m = &memos[(f->call * 5 + f->fd) % MEMOS];
	long key[MEMO_WORDS];

	if (call_table[f->call].kinds & ~(NUMBERS | PRESENCES | UNSEEN) || f->via || f->child || shim.stack_max)
		return NULL;
	if (f->memo == m && f->memo_generation == m->generation)
		return m; /* its pending line has filled it */
	make_key(f, key);
	if (!m->len || !is_equal(m->key, key)) {
		m->generation++;
		m->len = 0;
		memcpy(m->key, key, sizeof m->key);
	}
	f->memo = m;
	f->memo_generation = m->generation;
	return m;
}

void memo_fill(struct memo *m, struct frame *f, const char *text, unsigned len)
{
	if (len > MEMO_TEXT) {
		f->memo = NULL;
		return;
	}
	memcpy(m->text, text, len);
	m->len = len;
}

void memo_forget(struct memo *memos)
{
	for (int i = 0; i < MEMOS; i++) {
		memos[i].generation++;
		memos[i].len = 0;
	}
}
