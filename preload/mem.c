/* mem: bytes and strings without the C library. */
#include "preload/mem.h"

#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "preload/state.h"
#include "preload/sys.h"

enum {
	STACK_BELOW = 16,       /* pages */
	STACK_MOST = 1 << 20,   /* bytes */
	STACK_SURE = 128 << 10, /* bytes: hardly a thread has less, and what lies below is not taken for its stack */
};

extern char **environ;
extern char *__curbrk __attribute__((weak)); /* glibc's and musl's: where the heap ends */
extern unsigned long getauxval(unsigned long type) __attribute__((weak));

static bool on_valgrind;

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
	typedef char vec16 __attribute__((vector_size(16), aligned(1), may_alias));
	char *t = to;
	const char *f = from;
	size_t i = 0;

	for (; i + 16 <= len; i += 16)
		*(vec16 *)(t + i) = *(const vec16 *)(f + i);
	for (; i < len; i++)
		__asm__ volatile("movb %1, %0" : "=m"(t[i]) : "q"(f[i])); /* kept from becoming a call of memcpy */
	return to;
}

void *memmove(void *to, const void *from, size_t len)
{
	char *t = to;
	const char *f = from;

	if ((size_t)(t - f) >= len && (size_t)(f - t) >= 16)
		return memcpy(to, from, len);
	if (t < f) {
		for (size_t i = 0; i < len; i++)
			__asm__ volatile("movb %1, %0" : "=m"(t[i]) : "q"(f[i]));
		return to;
	}
	while (len--)
		__asm__ volatile("movb %1, %0" : "=m"(t[len]) : "q"(f[len]));
	return to;
}

void *memset(void *at, int byte, size_t len)
{
	uint64_t word = (uint8_t)byte * 0x0101010101010101ull;
	size_t words = len / 8, rest = len % 8;
	void *ret = at;

	__asm__ volatile("rep stosq" : "+D"(at), "+c"(words) : "a"(word) : "memory");
	__asm__ volatile("rep stosb" : "+D"(at), "+c"(rest) : "a"(word) : "memory");
	return ret;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const unsigned char *x = a, *y = b;
	uint64_t v, w;

	for (; len >= sizeof v; len -= sizeof v, x += sizeof v, y += sizeof v) {
		__builtin_memcpy(&v, x, sizeof v);
		__builtin_memcpy(&w, y, sizeof w);
		if (v != w)
			break;
	}
	for (; len; len--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t text_len(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return end - s;
}

char *text_append(char *to, const char *end, const char *s)
{
	while (*s && to < end - 1)
		*to++ = *s++;
	*to = 0;
	return to;
}

bool text_starts(const char *s, const char *head)
{
	while (*head && *s == *head)
		s++, head++;
	return !*head;
}

/*
 * Can the kernel read here? Protection is by pages: one word tells for all of its page. The set of signals is read before
 * it is found that -1 is no way to apply one, so that nothing changes (rt_sigprocmask(2): EFAULT, EINVAL).
 */
static bool is_readable(const char *at)
{
	return sys6(SYS_rt_sigprocmask, -1, (long)at & ~7L, 0, 8, 0, 0) == -EINVAL;
}

bool mem_is_on_valgrind(void)
{
	return on_valgrind;
}

/* valgrind.h, VALGRIND_DO_CLIENT_REQUEST with RUNNING_ON_VALGRIND: rotations that change nothing on a real processor. */
static bool runs_on_valgrind(void)
{
	long request[6] = {0x1001}, answer = 0;

	__asm__ volatile("rolq $3, %%rdi\n\trolq $13, %%rdi\n\trolq $61, %%rdi\n\trolq $51, %%rdi\n\txchgq %%rbx, %%rbx"
			 : "+d"(answer)
			 : "a"(request)
			 : "cc", "memory");
	return answer != 0;
}

void mem_start(void)
{
	size_t here = (size_t)__builtin_frame_address(0), env = (size_t)environ;

	/* The kernel has put the environment above all frames (the psABI, 3.4.1); it may be elsewhere by now. */
	shim.stack_top = env > here && env - here < STACK_SURE ? env : here;
	on_valgrind = runs_on_valgrind();
}

/* How many bytes, or -errno. */
static long read_own(void *to, const void *from, size_t len)
{
	struct iovec local = {to, len}, remote = {(void *)from, len};

	return sys6(SYS_process_vm_readv, sys_getpid(), (long)&local, 1, (long)&remote, 1, 0);
}

bool mem_is_there(const void *at)
{
	char byte;

	return __builtin_expect(on_valgrind, 0) ? read_own(&byte, at, 1) == 1 : is_readable(at);
}

size_t mem_peek(void *to, const void *from, size_t len)
{
	const char *at = from;
	size_t have = 0;

	if (shim_is_sandboxed())
		return 0;
	if (on_valgrind) {
		/* It holds the words that is_readable asks of to be meant, and reports them where they are not set. */
		long got = read_own(to, from, len);
		return got > 0 ? (size_t)got : 0;
	}
	while (have < len && is_readable(at + have)) {
		size_t part = MEM_PAGE - ((size_t)(at + have) & (MEM_PAGE - 1));
		if (part > len - have)
			part = len - have;
		memcpy((char *)to + have, at + have, part);
		have += part;
	}
	return have;
}

size_t mem_copy(void *to, const void *from, size_t len)
{
	long got = shim_is_sandboxed() ? -EFAULT : read_own(to, from, len);

	if (got == -EFAULT)
		return 0;
	return got < 0 ? mem_peek(to, from, len) : (size_t)got; /* some containers do not allow it */
}

static bool lies_in(const void *at, size_t len, size_t low, size_t high)
{
	return (size_t)at >= low && (size_t)at < high && len <= high - (size_t)at;
}

/* The variables of a thread lie where its stack begins. */
static size_t stack_top(void)
{
	return self.tid == shim.pid ? shim.stack_top : (size_t)&self;
}

bool mem_is_on_stack(const void *frame, const void *at, size_t len)
{
	size_t top = stack_top();

	return (size_t)frame < top && top - (size_t)frame < STACK_SURE && lies_in(at, len, (size_t)frame, top);
}

/* Where the program's own pages begin and end, as its headers say: elf(5), PT_PHDR and PT_LOAD. */
static void learn_image(void)
{
	const ElfW(Phdr) *headers = getauxval ? (const void *)getauxval(AT_PHDR) : NULL;
	size_t count = headers ? getauxval(AT_PHNUM) : 0, bias = 0, end = 0;

	for (size_t i = 0; i < count; i++) {
		if (headers[i].p_type == PT_PHDR)
			bias = (size_t)headers - headers[i].p_vaddr;
		if (headers[i].p_type == PT_LOAD)
			end = bias + headers[i].p_vaddr + headers[i].p_memsz;
	}
	if (end > (size_t)headers) {
		shim.image = (size_t)headers;
		shim.image_len = end - shim.image;
	}
}

bool mem_is_own(const void *at, size_t len)
{
	if (!shim.image_len)
		learn_image();
	size_t end = shim.image + shim.image_len;
	return shim.image_len && (mem_is_in_image(at, len) || (&__curbrk && lies_in(at, len, end, (size_t)__curbrk)));
}

void mem_learn_stack(void)
{
	size_t page = (size_t)__builtin_frame_address(0) & ~(size_t)(MEM_PAGE - 1), low = page, high = page + MEM_PAGE;
	size_t top = stack_top();

	if (shim_is_sandboxed() || on_valgrind || lies_in((void *)page, 1, self.stack_low, self.stack_high))
		return;
	while (low > page - STACK_BELOW * MEM_PAGE && is_readable((const char *)low - MEM_PAGE))
		low -= MEM_PAGE;
	/* What lies above it may be no stack, and gone tomorrow. */
	while (high < top && top - page < STACK_MOST && is_readable((const char *)high))
		high += MEM_PAGE;
	self.stack_low = low;
	self.stack_high = high;
}

/* On the stack as it was known before the sandbox, on which `live` is. */
static bool lies_above(const void *live, const void *at, size_t len)
{
	return lies_in(live, 1, self.stack_low, self.stack_high) && lies_in(at, len, (size_t)live, self.stack_high);
}

static size_t page_of(const void *at)
{
	return (size_t)at & ~(size_t)(MEM_PAGE - 1);
}

size_t mem_take(const void *live, void *to, const void *from, size_t len)
{
	size_t page = page_of(live);

	if (!lies_in(from, len, page, page + MEM_PAGE) && !(shim_is_sandboxed() && lies_above(live, from, len)))
		return mem_peek(to, from, len);
	memcpy(to, from, len);
	return len;
}

size_t mem_take_again(const void *live, void *to, const void *from, size_t len)
{
	if (self.page_seen && lies_in(from, len, self.page_seen, self.page_seen + MEM_PAGE)) {
		memcpy(to, from, len);
		return len;
	}
	size_t got = mem_take(live, to, from, len);
	if (got && got == len)
		self.page_seen = page_of((const char *)from + len - 1);
	return got;
}

bool mem_take_text(const void *live, char *to, size_t room, const char *from)
{
	size_t have = 0;

	/* Page by page: what follows the end is not asked for. */
	while (have + 1 < room) {
		size_t part = MEM_PAGE - ((size_t)(from + have) & (MEM_PAGE - 1));
		if (part > room - 1 - have)
			part = room - 1 - have;
		size_t got = mem_take(live, to + have, from + have, part);
		if (!got)
			break;
		for (size_t i = have; i < have + got; i++)
			if (!to[i])
				return true;
		have += got;
	}
	to[have] = 0;
	return have > 0;
}

void *mem_pages(size_t len)
{
	long at = sys_mmap(len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return sys_failed(at) ? NULL : (void *)at;
}
