/* follow: a picture that is drawn again while its trace grows. */
#include "viewer/follow.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "viewer/base/escape.h"

enum {
	PAUSE_LEAST_NS = 100000000,
	PAUSE_MOST_NS = 2000000000,
	PAUSE_SHARE = 9, /* it rests so much longer than it works */
	SCREEN_USUAL = 24,
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* A signal ends it at once. */
static void rest(uint64_t worked_ns)
{
	uint64_t ns = worked_ns * PAUSE_SHARE;
	struct timespec pause;

	ns = ns < PAUSE_LEAST_NS ? PAUSE_LEAST_NS : ns > PAUSE_MOST_NS ? PAUSE_MOST_NS : ns;
	pause = (struct timespec){.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
	nanosleep(&pause, NULL);
}

/* A trace of the same boot has the clock that we have. */
static bool is_over(const struct trace *t, uint64_t begun_ns)
{
	bool ours = false;

	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];

		if (p->ending == END_RUNNING)
			return false;
		ours |= p->last_ns > begun_ns;
	}
	return ours;
}

static unsigned screen_height(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row ? size.ws_row : SCREEN_USUAL;
}

static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; *text; text = next_line(text))
		count++;
	return count;
}

static void put_line(const char *line)
{
	printf("%.*s\033[K\n", (int)strcspn(line, "\n"), line);
}

/* The columns' titles: the first line behind the first empty one. */
static const char *titles(const char *text)
{
	const char *empty = strstr(text, "\n\n");

	return empty ? empty + 2 : text;
}

/* The titles and as many of the last lines as the screen has room for. */
static void show(const char *text)
{
	size_t room = screen_height() - 1, lines = count_lines(text);
	const char *from = text;

	fputs("\033[H", stdout);
	if (lines > room) {
		put_line(titles(text));
		for (size_t skip = lines - room + 1; skip > 0; skip--)
			from = next_line(from);
	}
	for (; *from; from = next_line(from))
		put_line(from);
	fputs("\033[J", stdout);
	fflush(stdout);
}

static void say(const char *words)
{
	struct buf b = {0};

	escape_bytes(&b, words, strlen(words));
	buf_puts(&b, ": waiting\n");
	show(b.bytes);
	buf_free(&b);
}

/* The other screen, without a cursor; and back. */
static void enter_screen(bool terminal)
{
	if (terminal)
		fputs("\033[?1049h\033[?25l", stdout);
}

static void leave_screen(bool terminal)
{
	if (!terminal)
		return;
	fputs("\033[?25h\033[?1049l", stdout);
	fflush(stdout);
}

/* One look. What cannot be read yet may come. */
static bool look_once(const struct follow *f, uint64_t begun_ns, struct buf *picture, bool *over, struct err *err)
{
	struct trace *t = load_trace(f->paths, f->count, f->load, err);
	struct look look = output_look(f->output);
	bool drawn;

	if (!t)
		return false;
	drawn = f->command->draw(t, f->format, &look, picture, err);
	*over = is_over(t, begun_ns);
	trace_free(t);
	return drawn;
}

static bool is_new(const struct buf *picture, const struct buf *last)
{
	return picture->len != last->len || memcmp(picture->bytes, last->bytes, last->len) != 0;
}

/* Where the picture has changed, show it. */
static bool take(const struct follow *f, bool terminal, struct buf *picture, struct buf *last, struct err *err)
{
	struct buf old = *last;

	if (!is_new(picture, last))
		return true;
	*last = *picture;
	*picture = old;
	if (terminal)
		show(last->bytes);
	return !f->output->file || output_write(f->output, last, err);
}

/* A process may have ended after its lines were read: when all have, what they left is read once more. */
static bool look_on(const struct follow *f, bool terminal, struct buf *last, struct err *err)
{
	uint64_t begun_ns = now_ns();
	bool over = false, was_over = false, good = true;

	while (!(over && was_over) && !stopped && good) {
		uint64_t at_ns = now_ns();
		struct buf picture = {0};

		was_over = over;
		if (look_once(f, begun_ns, &picture, &over, err))
			good = take(f, terminal, &picture, last, err);
		else if (terminal)
			say(err->text);
		buf_free(&picture);
		if (!over && good)
			rest(now_ns() - at_ns);
	}
	return good;
}

bool follow_trace(const struct follow *f, struct err *err)
{
	bool terminal = !f->output->file && isatty(STDOUT_FILENO), good;
	struct output plain = *f->output;
	struct buf last = {0};

	for (int i = 0; i < f->count; i++)
		if (strcmp(f->paths[i], "-") == 0)
			return err_set(err, "--follow reads again and again: it wants a directory or a file, not `-`");
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	enter_screen(terminal);
	good = look_on(f, terminal, &last, err);
	leave_screen(terminal);
	plain.no_pager = true;
	if (!last.len)
		good = false; /* and err says what it waited for in vain */
	else if (good && !f->output->file)
		good = output_write(&plain, &last, err);
	buf_free(&last);
	return good;
}
