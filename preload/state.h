/* state.h: what the shim knows of its process and of the thread it runs in. */
#ifndef PRELOAD_STATE_H
#define PRELOAD_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slot;

enum shim_mode {
	SHIM_NEW,      /* our constructor has not run */
	SHIM_STARTING, /* it runs: what it calls itself is not recorded */
	SHIM_ON,
	SHIM_OFF,   /* tracing is not possible or not wanted: every wrapper only forwards */
	SHIM_ASIDE, /* this program is none of SOCKTRACE_ONLY, or cannot be recorded: the same, but what it starts is followed, or left alone */
};

enum shim_libc {
	LIBC_AUTO,  /* patched when the process first has a socket */
	LIBC_EARLY, /* at once */
	LIBC_OFF,   /* never: what libc does by itself is not seen */
};

/* What is so of a sandbox of seccomp. */
enum sandbox_mark {
	SANDBOX_ENTERED,   /* a system call nobody expects may be death, so none is made but write */
	SANDBOX_MUTE,      /* nor that one: it kills for a write to the trace */
	SANDBOX_SHY,       /* nor may it be asked who is there: getpid, gettid */
	SANDBOX_CRAMPED,   /* nor what a fork's child may need mapped (slots_leave_room), or an exec */
	SANDBOX_CHOOSY,    /* nor may accept be given other arguments than the program's */
	SANDBOX_CLOCKLESS, /* nor the clock */
	SANDBOX_UNDECIDED, /* one is about to be entered that may be mute, or come to nothing */
	SANDBOX_MARKS
};

struct shim {
	const char *out_dir; /* absolute */
	_Atomic int mode;    /* enum shim_mode */
	int pid;
	unsigned forks;     /* grows in each child when it is told that it is one */
	_Atomic unsigned looks_begun, looks_ended; /* at files that are about to be execed: target_look */
	uint32_t data_max;  /* bytes of `data` a call */
	uint32_t stack_max; /* return addresses a call, 0 for none */
	int libc;           /* enum shim_libc */
	uint64_t file_max;  /* bytes of a trace file */
	size_t stack_top;   /* of the first thread: above what its functions have on their stack */
	size_t image, image_len; /* the program's own pages, from its headers on; 0: not looked at, or not known */
	bool follows;       /* programs that this one starts are to be traced too */
	bool locks_records; /* it has made a lock that goes with the first close of the file, whoever closes it (fcntl(2)) */
	bool changes_rights;    /* a call has been made that changes who this is, or what it may do */
	bool shares_files;      /* its descriptors are its parent's too (clone(2), CLONE_FILES) */
	volatile char *alive;   /* in a page that fork wipes: 1 once this process knows which it is (shim_notice) */
	_Atomic int sandboxes[SANDBOX_MARKS]; /* enum sandbox_mark: of how many this is so, also of those about to be entered */
};

extern struct shim shim;

enum thread_borrowed {
	BORROWED_BY_CHILD = 1,     /* a child of vfork runs with these variables until it has execed or ended */
	BORROWED_BY_CLONES = 2,    /* children of clone(CLONE_VM) run with them at the same time */
	BORROWED_WITH_SOCKETS = 4, /* the child of vfork has made sockets: see vforked.h */
	BORROWED_IN_SANDBOX = 8,   /* and has entered a sandbox, in which we are not: 8 << enum sandbox_mark, what is so of it */
	BORROWED_AGAIN = BORROWED_IN_SANDBOX << SANDBOX_MARKS, /* above: how deep, since a handler, or the child, may make such a child too */
};

/* Of the processor's time stamp counter, and of the kernel's clock at that moment: clock.c. */
struct reading {
	_Alignas(16) uint64_t ticks;
	uint64_t ns;
};

struct thread {
	struct reading reading; /* the newest */
	uint64_t near_ticks;    /* so long after it the counter tells the time; 0 never */
	uint64_t newest_ns;     /* what has been told */
	struct slot *slots[2]; /* the second is for signal handlers that interrupt a write to the first */
	int tid;               /* 0: not asked yet */
	int borrowed;          /* enum thread_borrowed, or'ed: calls here may be another's */
	int childs_pid;        /* of the child that is in a sandbox, where asking may be death */
	int own_calls;         /* how many that were not, since */
	int forking;           /* how many forks are under way here: handlers of fork and of signals may fork too */
	unsigned looks_before; /* shim.looks_ended + 1 as the fork began that is under way; 0 not kept */
	int module;            /* index of the module that the last call site was in */
	void *spent;           /* what a vfork child has mapped for its exec: given back when its parent runs on */
	size_t spent_len;
	int spent_by;                 /* `borrowed` then */
	bool shares_files;            /* the child that is being made here will */
	size_t stack_low, stack_high; /* where its stack can be read, as seen before a sandbox; 0 not known */
	size_t page_seen;             /* where something could be read in the call that is under way; 0 nowhere yet */
};

extern __thread struct thread self;

/* Start the shim if nobody did yet. False where it is off, or being started further up this very stack. */
bool shim_start(void);

/* The same of whether programs that this one starts are to be followed. */
bool shim_follows(void);

/* Ask for self.tid where it is not known. False for what is no thread of ours: a clone in this memory, with variables of its own. */
bool shim_know_thread(void);

/* glibc's, from 2.32 on; libcs without it do not say. */
extern char __libc_single_threaded __attribute__((weak));

/* Is there certainly no other thread in this memory? */
static inline bool shim_is_alone(void)
{
	return &__libc_single_threaded && __libc_single_threaded && !(self.borrowed & BORROWED_BY_CLONES);
}

/* Is that so here: of a sandbox of the process, or of the child of vfork's that runs with these variables? */
static inline bool shim_sandbox_is(enum sandbox_mark mark)
{
	return atomic_load_explicit(&shim.sandboxes[mark], memory_order_relaxed) ||
	       self.borrowed & BORROWED_IN_SANDBOX << mark;
}

/* May a system call of ours be death here? */
static inline bool shim_is_sandboxed(void)
{
	return shim_sandbox_is(SANDBOX_ENTERED);
}

static inline bool shim_is_on(void)
{
	return __builtin_expect(atomic_load_explicit(&shim.mode, memory_order_acquire) == SHIM_ON, 1);
}

/* This process is a child that a fork or clone made: give it a trace of its own. */
void shim_forked(void);

/* The same where that has just returned in the child, and shim.forks was this before. */
void shim_is_child(unsigned forks);

/* Nothing stands in the page of shim.alive: this process has not been asked about before, or it is such a child of which nobody told us.
 * Afterwards the shim may be off. */
void shim_find_out(void);

/* Before anything is told of this process, or of this thread. A page that is touched is dear: who has no need of it does not ask. */
static inline void shim_notice(void)
{
	if (__builtin_expect(!*shim.alive, 0))
		shim_find_out();
}

/* How long one thread waits for another at most: who takes longer has been killed, or waits for the one that waits. */
enum { SHIM_WAIT_NS = 1000000000 };

#endif
