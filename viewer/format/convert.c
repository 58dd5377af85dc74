/* convert: SVG as PNG or PDF, by rsvg-convert. */
#include "viewer/format/convert.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "viewer/base/program.h"

#define CONVERTER "rsvg-convert"

bool convert_is_possible(const char *to, struct err *err)
{
	if (program_is_there(CONVERTER))
		return true;
	return err_set(
		err,
		"%s needs %s, which is not installed (Debian: apt-get install librsvg2-bin); SVG is written without it",
		to, CONVERTER);
}

static bool write_all(int fd, const struct buf *b)
{
	for (size_t done = 0; done < b->len;) {
		ssize_t n = write(fd, b->bytes + done, b->len - done);

		if (n < 0)
			return false;
		done += (size_t)n;
	}
	return lseek(fd, 0, SEEK_SET) == 0;
}

static bool read_all(int fd, struct buf *b)
{
	char bytes[1 << 16];
	ssize_t n;
	off_t at = 0;

	for (; (n = pread(fd, bytes, sizeof bytes, at)) > 0; at += n)
		buf_put(b, bytes, (size_t)n);
	return n == 0;
}

/* PNG in twice the size: for screens of today, and to project. */
static bool run_converter(const char *to, int in, int out, struct err *err)
{
	const char *const argv[] = {CONVERTER, "--format", to, "--zoom", strcmp(to, "png") == 0 ? "2" : "1", NULL};

	return program_run(argv, in, out) == 0 ||
	       err_set(err, "%s made no %s of it: is the picture too large? SVG has no such limit", CONVERTER, to);
}

bool convert(const char *to, const struct buf *svg, struct buf *out, struct err *err)
{
	int from = memfd_create("svg", MFD_CLOEXEC), into = memfd_create(to, MFD_CLOEXEC);
	bool good;

	signal(SIGXFSZ, SIG_IGN);
	good = from >= 0 && into >= 0 && write_all(from, svg);
	if (!good)
		err_set(err, "a file for %s: %s", CONVERTER, strerror(errno));
	good = good && run_converter(to, from, into, err);
	if (good && !read_all(into, out))
		good = err_set(err, "what %s made: %s", CONVERTER, strerror(errno));
	if (from >= 0)
		close(from);
	if (into >= 0)
		close(into);
	return good;
}
