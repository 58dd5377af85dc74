/* watches: which sockets the process's epoll descriptors wait for. */
#include "preload/watches.h"

#include "preload/fdtable.h"
#include "preload/hints.h"
#include "preload/mem.h"
#include "preload/procfs.h"
#include "preload/state.h"
#include "preload/sys.h"

enum { CHUNK = 512, CHUNKS = 4096, TAKEN = -1 /* watch.watcher while one is filled in */ };

/*
 * One for each epoll set that waits for a descriptor. They stay the descriptor's for good, in a list that only grows: what
 * is no more can be taken for the next. Numbers that were closed and are another's are told by `sock` and `set`.
 */
struct watch {
	_Atomic uint64_t data; /* what epoll_wait gives back for it */
	_Atomic uint64_t sock; /* the socket that was added */
	_Atomic uint32_t set;  /* to which */
	_Atomic int watcher;   /* a descriptor of that set + 1, 0 none */
	int fd;
	uint32_t next; /* of the same fd, as fd_entry.watches */
};

static struct watch low[CHUNK]; /* most programs have no more */
static struct watch *_Atomic chunks[CHUNKS];
static _Atomic uint32_t made;
_Atomic uint32_t watches_sets; /* which have numbers from 1 on */
static _Atomic int highest;    /* descriptor of those that had several, 0 none */
enum { COPIED_BITS = 4096 };
static _Atomic uint64_t copied[COPIED_BITS / 64]; /* which sets have had several, by their numbers modulo that */
static struct hints by_data;                      /* of those whose data are not the descriptor itself */
static _Atomic bool any_alike;                    /* a set was given the same data for two */

/* id: its number + 1. NULL where there is no memory for it. */
static struct watch *watch_of(uint32_t id)
{
	uint32_t number = id - 1;

	if (number < CHUNK)
		return &low[number];
	struct watch *chunk = number < CHUNK * CHUNKS ? atomic_load(&chunks[number / CHUNK]) : NULL;
	return chunk ? &chunk[number % CHUNK] : NULL;
}

/* Its entry, not made in a sandbox, where asking for memory may be death. */
static struct fd_entry *entry_of(int epfd)
{
	return shim_is_sandboxed() ? fd_entry(epfd) : fd_make_entry(epfd);
}

static uint32_t set_of(int epfd)
{
	const struct fd_entry *e = fd_entry(epfd);

	return e ? atomic_load(&e->set) : 0;
}

/* The first descriptor at or above `from` that is of this set, -1 if there is none. Not of one that has but the one it was made as. */
static int next_of(uint32_t set, int from)
{
	bool was_copied = atomic_load(&copied[set % COPIED_BITS / 64]) >> set % 64 & 1;
	int high = was_copied ? atomic_load(&highest) : 0;

	for (int fd = from; high && fd <= high; fd++)
		if (set_of(fd) == set)
			return fd;
	return -1;
}

static void note_highest(int epfd)
{
	int high = atomic_load(&highest);

	while (high < epfd && !atomic_compare_exchange_weak(&highest, &high, epfd))
		;
}

static uint32_t new_set(void)
{
	return atomic_fetch_add(&watches_sets, 1) + 1;
}

static void make_chunk(uint32_t number)
{
	size_t len = sizeof(struct watch) * CHUNK;
	struct watch *chunk = shim_is_sandboxed() ? NULL : mem_pages(len), *none = NULL;

	if (chunk && !atomic_compare_exchange_strong(&chunks[number], &none, chunk))
		sys_munmap(chunk, len); /* another thread was faster */
}

void watches_secure(void)
{
	enum { MANY = 4096 };

	for (uint32_t number = 1; number < MANY / CHUNK; number++)
		if (!atomic_load(&chunks[number]))
			make_chunk(number);
	hints_secure(&by_data);
}

/* A number keeps the name of the socket that it was. */
static bool is_added(const struct watch *w)
{
	return atomic_load(&w->watcher) > 0 && fd_flags(w->fd) & FD_SOCKET && atomic_load(&w->sock) == fd_sock(w->fd);
}

/* Looks for the set's other descriptors, and keeps the one found, where the one that was known is another's. */
static bool is_past(struct watch *w)
{
	uint32_t set = atomic_load(&w->set);
	int watcher = atomic_load(&w->watcher);

	if (!is_added(w) || set_of(watcher - 1) == set)
		return !is_added(w);
	int other = next_of(set, 0);
	if (other >= 0)
		atomic_compare_exchange_strong(&w->watcher, &watcher, other + 1);
	return other < 0;
}

/* The one that this set has of it, 0 if there is none. */
static uint32_t own_watch(const struct fd_entry *e, uint32_t set)
{
	const struct watch *w;

	for (uint32_t id = atomic_load(&e->watches); id; id = w->next) {
		w = watch_of(id);
		if (atomic_load(&w->set) == set && is_added(w))
			return id;
	}
	return 0;
}

/* Take one that is no more, 0 if there is none. */
static uint32_t take_watch(const struct fd_entry *e)
{
	struct watch *w;

	for (uint32_t id = atomic_load(&e->watches); id; id = w->next) {
		w = watch_of(id);
		int was = atomic_load(&w->watcher);
		if (was != TAKEN && is_past(w) && atomic_compare_exchange_strong(&w->watcher, &was, TAKEN))
			return id;
	}
	return 0;
}

/* Make one more, taken. 0 where there is no memory. */
static uint32_t make_watch(int fd, struct fd_entry *e)
{
	if (atomic_load(&made) >= CHUNK * CHUNKS)
		return 0;
	uint32_t number = atomic_fetch_add(&made, 1), id = number + 1;
	if (!watch_of(id) && number < CHUNK * CHUNKS)
		make_chunk(number / CHUNK);
	struct watch *w = watch_of(id);
	if (!w)
		return 0;
	w->fd = fd;
	w->watcher = TAKEN;
	w->next = atomic_load(&e->watches);
	while (!atomic_compare_exchange_weak(&e->watches, &w->next, id))
		;
	return id;
}

static uint64_t key_for(uint32_t set, uint64_t data)
{
	return data ^ (uint64_t)set << 32;
}

static bool key_of(uint32_t id, uint64_t *key)
{
	struct watch *w = watch_of(id);

	*key = key_for(atomic_load(&w->set), atomic_load(&w->data));
	return !is_past(w);
}

void watches_begin(int epfd)
{
	struct fd_entry *e = entry_of(epfd);

	if (!e)
		return;
	atomic_store(&e->set, new_set());
	atomic_store(&e->is_watching, 0);
}

void watches_copy(int oldfd, int newfd)
{
	uint32_t set = set_of(oldfd);
	struct fd_entry *e = set ? entry_of(newfd) : fd_entry(newfd);

	if (!e || oldfd == newfd)
		return;
	if (set) {
		atomic_fetch_or(&copied[set % COPIED_BITS / 64], 1ull << set % 64);
		note_highest(oldfd > newfd ? oldfd : newfd);
	}
	atomic_store(&e->set, set);
	atomic_store(&e->is_watching, watches_any(oldfd));
}

/* The set was made before we could know. */
static void meet_set(struct fd_entry *e)
{
	uint32_t none = 0;

	atomic_compare_exchange_strong(&e->set, &none, new_set());
}

/* A first socket is added to it. */
static void note_watching(uint32_t set)
{
	for (int fd = next_of(set, 0); fd >= 0; fd = next_of(set, fd + 1))
		atomic_store(&fd_entry(fd)->is_watching, 1);
}

/* Returns its id, 0 where there is no memory. */
static uint32_t note_watch(int fd, struct fd_entry *e, int epfd, uint64_t data)
{
	uint32_t set = set_of(epfd), id = own_watch(e, set);

	if (id) {
		atomic_store(&watch_of(id)->data, data);
		return id;
	}
	id = take_watch(e);
	if (!id)
		id = make_watch(fd, e);
	if (!id)
		return 0;
	struct watch *w = watch_of(id);
	atomic_store(&w->data, data);
	atomic_store(&w->sock, fd_sock(fd));
	atomic_store(&w->set, set);
	atomic_store(&w->watcher, epfd + 1);
	return id;
}

void watches_nest(int epfd)
{
	struct fd_entry *watcher = entry_of(epfd);

	if (!watcher)
		return;
	if (!set_of(epfd))
		meet_set(watcher);
	if (!atomic_exchange(&watcher->is_watching, 1))
		note_watching(set_of(epfd));
}

static bool gives_back(const struct watch *w, uint32_t set, uint64_t data)
{
	return atomic_load(&w->set) == set && atomic_load(&w->data) == data && is_added(w);
}

/* A descriptor that the set gives them back for, other than `but`, of another socket than `sock`; -1 and 0 are nobody's. */
static int find_other(uint32_t set, uint64_t data, int but, uint64_t sock)
{
	const struct fd_entry *e = fd_entry((int)data); /* what most programs keep in there */
	const struct watch *w;

	for (uint32_t id = e ? atomic_load(&e->watches) : 0; id; id = w->next) {
		w = watch_of(id);
		if (w->fd != but && gives_back(w, set, data) && atomic_load(&w->sock) != sock)
			return w->fd;
	}
	for (struct hint i = hints_for(key_for(set, data)); hints_next(&by_data, &i);) {
		w = watch_of(i.to);
		if (w->fd != but && gives_back(w, set, data) && atomic_load(&w->sock) != sock)
			return w->fd;
	}
	return -1;
}

void watches_put(int fd, int epfd, uint64_t data)
{
	struct fd_entry *e = fd_make_entry(fd);

	if (!e || !entry_of(epfd))
		return;
	watches_nest(epfd);
	int other = find_other(set_of(epfd), data, fd, 0);
	if (other >= 0)
		atomic_store(&any_alike, true);
	uint32_t id = note_watch(fd, e, epfd, data);
	if (id && (int)data != fd) /* most programs have that, and need no hint */
		hints_put(&by_data, key_for(set_of(epfd), data), id, key_of);
}

void watches_drop(int fd, int epfd)
{
	const struct fd_entry *e = fd_entry(fd);
	uint32_t set = set_of(epfd);
	struct watch *w;

	for (uint32_t id = e ? atomic_load(&e->watches) : 0; id; id = w->next) {
		w = watch_of(id);
		int was = atomic_load(&w->watcher);
		while (was > 0 && atomic_load(&w->set) == set && !atomic_compare_exchange_weak(&w->watcher, &was, 0))
			;
	}
}

bool watches_any(int epfd)
{
	const struct fd_entry *e = fd_entry(epfd);

	return e && atomic_load_explicit(&e->is_watching, memory_order_relaxed);
}

bool watches_is_set(int fd)
{
	static const char eventpoll[] = "anon_inode:[eventpoll]";
	char link[sizeof eventpoll];

	if (!set_of(fd) || shim_is_sandboxed())
		return set_of(fd) != 0;
	procfs_fd(fd, link, sizeof link);
	if (!*link || text_equal(link, eventpoll))
		return true;
	if (self.borrowed)
		return false; /* in a child's table of descriptors, perhaps, not in this one */
	struct fd_entry *e = fd_entry(fd);
	atomic_store(&e->set, 0);
	atomic_store(&e->is_watching, 0);
	return false;
}

bool watches_by(int fd)
{
	return watches_any(fd) && watches_is_set(fd);
}

int watches_find(int epfd, uint64_t data, uint64_t *sock)
{
	uint32_t set = set_of(epfd);
	int fd = find_other(set, data, -1, 0);

	*sock = fd < 0 ? 0 : fd_sock(fd);
	if (fd < 0 || !atomic_load_explicit(&any_alike, memory_order_relaxed) || find_other(set, data, fd, 0) < 0)
		return fd;
	if (find_other(set, data, -1, *sock) >= 0)
		*sock = 0;
	return WATCHES_ALIKE;
}
