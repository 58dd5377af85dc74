/* mem.h: bytes and strings without the C library. The compiler may call the mem* ones by itself. */
#ifndef PRELOAD_MEM_H
#define PRELOAD_MEM_H

#include <stdbool.h>
#include <stddef.h>

#include "preload/state.h"

enum { MEM_PAGE = 4096 };

void *memcpy(void *restrict to, const void *restrict from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *at, int byte, size_t len);
int memcmp(const void *a, const void *b, size_t len);

/*
 * Copy upwards in steps of 16 bytes. Reads and writes up to 15 bytes beyond len: both sides have that room, and what is
 * written there is not needed. Faster than memcpy for the few hundred bytes of a line.
 */
static inline void copy_ascending(char *to, const char *from, size_t len)
{
	typedef char vec16 __attribute__((vector_size(16), aligned(1), may_alias));

	for (size_t i = 0; i < len; i += 16)
		*(vec16 *)(to + i) = *(const vec16 *)(from + i);
}

size_t text_len(const char *s);

/* In the header, for what looks ahead has a C library and none of our own. */
static inline bool text_equal(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

bool text_starts(const char *s, const char *head);

static inline bool text_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Put s, as far as there is room before `end`, and an end behind it, to which a pointer is returned. */
char *text_append(char *to, const char *end, const char *s);

bool mem_is_on_valgrind(void);

/* Once, before the others. */
void mem_start(void);

/* Copy len bytes of this process's memory that may not be there. Returns how many were: less than len if the rest is
 * not readable, 0 for none. A system call a page, a cheap one that sandboxes know (process_vm_readv(2) costs eight times as
 * much). Who unmaps the page at this very moment, while it passes it to a call, is not protected. */
size_t mem_peek(void *to, const void *from, size_t len);

/* The same where another thread may unmap it at any moment: by process_vm_readv(2). */
size_t mem_copy(void *to, const void *from, size_t len);

/* Is there a byte to be read? One system call, which costs a child that is about to exec less than mem_peek: its page is new to it. */
bool mem_is_there(const void *at);

/* As mem_peek, without the system call where `from` lies in one page with `live`, a variable of a function that has not returned, as most that
 * a program passes to a call. */
size_t mem_take(const void *live, void *to, const void *from, size_t len);

/* The same for several pieces that are taken at once, before a call or after it: a page is asked about once, until mem_forget. */
size_t mem_take_again(const void *live, void *to, const void *from, size_t len);

/* As mem_take, for an int, which a program's own variable mostly is, near its frame. */
static inline bool mem_take_int(const void *live, int *to, const void *from)
{
	if (((size_t)live ^ (size_t)from) >= MEM_PAGE || (size_t)from % MEM_PAGE > MEM_PAGE - sizeof *to)
		return mem_take(live, to, from, sizeof *to) == sizeof *to;
	__builtin_memcpy(to, from, sizeof *to);
	return true;
}

/* Time has passed: what could be read may be there no more. A page is not written to for nothing: a child's is new to it. */
static inline void mem_forget(void)
{
	if (self.page_seen)
		self.page_seen = 0;
}

/* Does this lie above `frame`, which does, on the stack that this thread began with? Nobody takes that away while it runs. False where
 * it is not sure: on another stack, or far from its beginning. */
bool mem_is_on_stack(const void *frame, const void *at, size_t len);

/* Does this lie between the beginning of the program and the end of its heap (brk(2))? Nobody takes that away, and no file is behind it
 * that becomes shorter. False where it is not sure. */
bool mem_is_own(const void *at, size_t len);

/* The same, looking only at where that was true before. */
static inline bool mem_is_in_image(const void *at, size_t len)
{
	size_t from = (size_t)at - shim.image;

	return from < shim.image_len && len <= shim.image_len - from;
}

/* Before a sandbox, in which nobody may be asked any more: see how far this thread's stack goes. What a call is given lies
 * there mostly. */
void mem_learn_stack(void);

/* mem_take for a string: NUL-terminated, cut to room - 1 bytes. False if its first byte is not readable. */
bool mem_take_text(const void *live, char *to, size_t room, const char *from);

/* Fresh zeroed pages, NULL if there are none. */
void *mem_pages(size_t len);

#endif
