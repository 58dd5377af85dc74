/* sink: where an export goes, a piece at a time. */
#include "viewer/export/sink.h"

#include <errno.h>

enum { MUCH = 1 << 16 };

/* After a failure nothing more is tried, and its errno is kept for sink_end. */
static void pass_on(struct sink *s)
{
	if (!s->failed && s->buf.len && fwrite(s->buf.bytes, 1, s->buf.len, s->to) != s->buf.len)
		s->failed = true;
	buf_clear(&s->buf);
}

void sink_next(struct sink *s)
{
	if (s->buf.len >= MUCH)
		pass_on(s);
}

bool sink_end(struct sink *s)
{
	bool written;
	int error;

	pass_on(s);
	written = fflush(s->to) == 0 && !s->failed && !ferror(s->to);
	error = errno;
	buf_free(&s->buf);
	errno = error;
	return written;
}
