/* convert: SVG as PNG or PDF, by rsvg-convert. */
#include "viewer/format/convert.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "viewer/base/program.h"
#include "viewer/base/replace.h"

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

/* PNG in twice the size: for screens of today, and to project. */
static bool convert(const char *to, const struct buf *svg, int out, struct err *err)
{
	const char *const argv[] = {CONVERTER, "--format", to, "--zoom", strcmp(to, "png") == 0 ? "2" : "1", NULL};
	int in = memfd_create("svg", MFD_CLOEXEC), status = -1;

	if (in < 0 || !write_all(in, svg))
		err_set(err, "a file for %s: %s", CONVERTER, strerror(errno));
	else if ((status = program_run(argv, in, out)) != 0)
		err_set(err, "%s made no %s of it: is the picture too large? SVG has no such limit", CONVERTER, to);
	if (in >= 0)
		close(in);
	return status == 0;
}

bool convert_write(const char *to, const char *file, const struct buf *svg, struct err *err)
{
	struct replaced r;
	bool good;

	if (!file && isatty(STDOUT_FILENO))
		return err_set(err, "%s is nothing for a terminal: -o FILE.%s", to, to);
	if (!file)
		return convert(to, svg, STDOUT_FILENO, err);
	if (!replace_begin(&r, file, 0666, err))
		return false;
	good = convert(to, svg, fileno(r.to), err);
	good = replace_close(&r, good, err);
	return replace_end(&r, good, err);
}
