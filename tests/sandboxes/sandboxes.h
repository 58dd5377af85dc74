/* sandboxes.h: what the ways to enter a sandbox have in common. */
#ifndef SANDBOXES_H
#define SANDBOXES_H

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"

enum { MANY = 1000 /* calls are more than a slot holds */ };

struct way {
	const char *name;
	void (*go)(void);
};

/* One without a name ends each. */
extern const struct way ways_of_filters[], ways_of_threads[], ways_of_children[];

extern int sv[2]; /* a pair of stream sockets */
extern const struct sock_fprog to_stdout;

/* All end the process with status 1 where something fails. */
void must(int claim);
void use(void);  /* a byte by write and read */
void talk(void); /* by send and recv */
void talk_often(void);
void enter(const struct sock_fprog *program);

#endif
