/* input.c: the bytes of a file, line by line. */
#include "viewer/load/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "viewer/base/buf.h"

enum { PIECE = 64 << 10, ZEROS_ENOUGH = 1 << 20, MAPPED_LEAST = 64 << 10 };

struct mapping {
	void *bytes;
	size_t len;
};

static void unmap(void *subject)
{
	struct mapping *m = subject;

	munmap(m->bytes, m->len);
}

/* At most len bytes: it may have become shorter. */
static bool read_file(struct arena *a, int fd, size_t len, struct input *in, struct err *err)
{
	char *bytes = arena_alloc(a, len);
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, bytes + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, "%s", strerror(errno));
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*in = (struct input){.bytes = bytes, .len = done};
	return true;
}

/* A process has at most 65530 mappings (vm.max_map_count), a directory may have more small files; and what is small is read sooner. */
static bool map_file(struct arena *a, int fd, size_t len, struct input *in, struct err *err)
{
	struct mapping *m;
	void *bytes;

	if (len < MAPPED_LEAST)
		return read_file(a, fd, len, in, err);
	bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return read_file(a, fd, len, in, err);
	madvise(bytes, len, MADV_SEQUENTIAL);
	m = arena_alloc(a, sizeof *m);
	*m = (struct mapping){.bytes = bytes, .len = len};
	arena_defer(a, unmap, m);
	in->bytes = bytes;
	in->len = len;
	return true;
}

static bool all_zero(const char *bytes, size_t len)
{
	return len == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

static void free_buf(void *subject)
{
	buf_free(subject);
}

/* An endless stream of zeros (/dev/zero) is not read to its end. */
static bool read_all(struct arena *a, int fd, struct input *in, struct err *err)
{
	struct buf *b = arena_alloc(a, sizeof *b);
	char piece[PIECE];
	ssize_t n;

	arena_defer(a, free_buf, b);
	while ((n = read(fd, piece, sizeof piece)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, "%s", strerror(errno));
		buf_put(b, piece, (size_t)n);
		if (b->len >= ZEROS_ENOUGH && b->len < ZEROS_ENOUGH + PIECE && all_zero(b->bytes, b->len))
			break;
	}
	if (b->len)
		*in = (struct input){.bytes = b->bytes, .len = b->len};
	return true;
}

static bool read_fd(struct arena *a, int fd, struct input *in, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(err, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return read_all(a, fd, in, err);
	return map_file(a, fd, (size_t)st.st_size, in, err);
}

bool input_open(struct arena *a, const char *path, struct input *in, struct err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	bool ok;

	*in = (struct input){.bytes = ""};
	if (fd < 0)
		return err_set(err, "%s: %s", path, strerror(errno));
	ok = read_fd(a, fd, in, err);
	if (!ok)
		err_where(err, "%s", path);
	if (!is_stdin)
		close(fd);
	return ok;
}

/* A kernel before 5.14 does not know how: then each page is mapped when it is read. */
void input_map(const char *begin, const char *end)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = (uintptr_t)begin / page * page;

	madvise((void *)from, (uintptr_t)end - from, MADV_POPULATE_READ);
}

bool input_is_zeros(const struct input *in)
{
	return in->len > 0 && all_zero(in->bytes, in->len < PIECE ? in->len : PIECE);
}

static const char *skip_zeros(const char *at, const char *end)
{
	while (end - at >= PIECE && all_zero(at, PIECE))
		at += PIECE;
	while (at < end && *at == '\0')
		at++;
	return at;
}

static size_t without_blanks(const char *text, size_t len)
{
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t' || text[len - 1] == '\r'))
		len--;
	return len;
}

bool lines_next(struct lines *lines, struct line *line)
{
	while (lines->at < lines->end) {
		const char *text = skip_zeros(lines->at, lines->end);
		const char *newline = memchr(text, '\n', (size_t)(lines->end - text));
		const char *behind = newline ? newline : lines->end;

		lines->at = newline ? newline + 1 : lines->end;
		lines->number++;
		*line = (struct line){.text = text, .number = lines->number, .whole = newline != NULL};
		line->whole_len = (size_t)(lines->at - text);
		line->len = without_blanks(text, (size_t)(behind - text));
		if (line->len)
			return true;
	}
	return false;
}
