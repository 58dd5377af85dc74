/* handins: judge one hand-in, or many side by side, each in a process of its own. */
#include "viewer/verdict/handins.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "viewer/base/mem.h"
#include "viewer/base/work.h"

enum { READY = 2 << 20 }; /* bytes: a small hand-in needs as much */

/* A hand-in that is being judged: what its process has told so far, a tally first. */
struct job {
	pid_t pid;
	int fd; /* -1: done, or not begun */
	struct buf told;
};

struct crowd {
	const struct judging *j;
	const struct handin *handins;
	size_t count, begun, done, running;
	struct job *jobs;
	struct tally *tallies;
};

static struct tally tally_of(const struct verdict *v, const char *name)
{
	struct tally t = {.name = name, .outcome = v->outcome, .err = v->err};

	for (size_t i = 0; v->findings && i < v->findings->list.count; i++)
		t.grades[v->findings->list.items[i].grade]++;
	for (size_t i = 0; i < check_rule_count; i++)
		if (verdict_rule_fails(v, i))
			t.fails |= UINT64_C(1) << i;
	t.points = verdict_points(v, &t.most);
	return t;
}

/* Several */

static bool write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static void judge_apart(const struct crowd *c, size_t index, int fd)
{
	struct telling telling = {.look = c->j->look, .count = c->count, .index = index + 1};
	struct buf out = {0};
	struct verdict v;
	struct tally t;

	work_alone();
	mem_have_ready(READY);
	verdict_find(&v, c->j->course, &c->handins[index], c->j->load);
	t = tally_of(&v, NULL);
	c->j->form->tell(&v, &telling, &out);
	_exit(!write_all(fd, &t, sizeof t) || !write_all(fd, out.bytes, out.len));
}

static const char *how_it_ended(const struct job *job)
{
	int status;

	if (job->pid < 0)
		return "no process could be made to read it";
	if (waitpid(job->pid, &status, 0) != job->pid)
		return "its reader was lost";
	if (WIFSIGNALED(status))
		return strsignal(WTERMSIG(status));
	return WEXITSTATUS(status) ? "its reader failed" : NULL;
}

/* An unreadable one is told here, for its process could not. */
static void tell_failed(const struct crowd *c, size_t index, struct buf *out)
{
	struct telling telling = {.look = c->j->look, .count = c->count, .index = index + 1};
	struct verdict v = {.course = c->j->course, .outcome = CHECK_UNREADABLE, .arena = arena_new()};

	v.name = c->tallies[index].name;
	v.err = c->tallies[index].err;
	c->j->form->tell(&v, &telling, out);
	arena_free(v.arena);
}

static void end_job(struct crowd *c, size_t index)
{
	struct job *job = &c->jobs[index];
	struct tally *t = &c->tallies[index];
	const char *trouble = how_it_ended(job);

	if (job->fd >= 0)
		close(job->fd);
	job->fd = -1;
	if (!trouble && job->told.len >= sizeof *t)
		memcpy(t, job->told.bytes, sizeof *t);
	t->name = c->handins[index].name;
	if (trouble) {
		t->outcome = CHECK_UNREADABLE;
		err_set(&t->err, "%s", trouble);
		buf_clear(&job->told);
		buf_put(&job->told, (const char *)t, sizeof *t);
		tell_failed(c, index, &job->told);
	}
	c->running--;
	c->done++;
	if (c->j->progress)
		fprintf(stderr, "\r%zu of %zu", c->done, c->count);
}

static void begin_job(struct crowd *c)
{
	struct job *job = &c->jobs[c->begun];
	int fds[2] = {-1, -1};

	job->fd = -1;
	job->pid = pipe(fds) == 0 ? fork() : -1;
	if (job->pid == 0) {
		close(fds[0]);
		judge_apart(c, c->begun, fds[1]);
	}
	if (fds[1] >= 0)
		close(fds[1]);
	job->fd = fds[0];
	c->running++;
	if (job->fd < 0)
		end_job(c, c->begun);
	c->begun++;
}

static void read_job(struct crowd *c, size_t index)
{
	char part[65536];
	ssize_t n = read(c->jobs[index].fd, part, sizeof part);

	if (n > 0)
		buf_put(&c->jobs[index].told, part, (size_t)n);
	else if (n == 0 || errno != EINTR)
		end_job(c, index);
}

static void wait_for_some(struct crowd *c, struct pollfd *fds)
{
	nfds_t n = 0;

	for (size_t i = 0; i < c->begun; i++)
		if (c->jobs[i].fd >= 0)
			fds[n++] = (struct pollfd){.fd = c->jobs[i].fd, .events = POLLIN};
	if (poll(fds, n, -1) < 0)
		return;
	for (size_t i = 0, k = 0; i < c->begun && k < n; i++)
		if (c->jobs[i].fd >= 0 && fds[k].fd == c->jobs[i].fd && fds[k++].revents)
			read_job(c, i);
}

static void run_jobs(struct crowd *c)
{
	size_t at_once = work_processors();
	struct pollfd *fds = mem_zeroed(at_once * sizeof *fds);

	while (c->done < c->count) {
		while (c->begun < c->count && c->running < at_once)
			begin_job(c);
		wait_for_some(c, fds);
	}
	if (c->j->progress)
		fprintf(stderr, "\r%*s\r", 40, "");
	free(fds);
}

static int worst(const struct tally *tallies, size_t count)
{
	static const unsigned weight[] = {
		[CHECK_CLEAN] = 0, [CHECK_FOUND] = 1, [CHECK_INCONCLUSIVE] = 2, [CHECK_UNREADABLE] = 3};
	enum verdict_outcome found = CHECK_CLEAN;

	for (size_t i = 0; i < count; i++)
		if (weight[tallies[i].outcome] > weight[found])
			found = tallies[i].outcome;
	return (int)found;
}

static int judge_many(const struct judging *j, const struct handin *handins, size_t count, struct buf *out)
{
	struct crowd c = {.j = j, .handins = handins, .count = count};
	struct telling telling = {.look = j->look, .count = count};
	int outcome;

	c.jobs = mem_zeroed(mem_product(count, sizeof *c.jobs));
	c.tallies = mem_zeroed(mem_product(count, sizeof *c.tallies));
	run_jobs(&c);
	if (j->form->begin)
		j->form->begin(&telling, out);
	for (size_t i = 0; i < count; i++) {
		if (i && j->form->between)
			buf_puts(out, j->form->between);
		if (c.jobs[i].told.len > sizeof *c.tallies)
			buf_put(out, c.jobs[i].told.bytes + sizeof *c.tallies, c.jobs[i].told.len - sizeof *c.tallies);
		buf_free(&c.jobs[i].told);
	}
	if (j->form->end)
		j->form->end(&telling, c.tallies, out);
	outcome = worst(c.tallies, count);
	free(c.jobs);
	free(c.tallies);
	return outcome;
}

static int judge_one(const struct judging *j, const struct handin *handin, struct buf *out, struct err *err)
{
	struct telling telling = {.look = j->look, .count = 1, .index = 1};
	struct verdict v;
	struct tally tally;

	verdict_find(&v, j->course, handin, j->load);
	*err = v.err;
	if (v.trace) {
		tally = tally_of(&v, handin->name);
		if (j->form->begin)
			j->form->begin(&telling, out);
		j->form->tell(&v, &telling, out);
		if (j->form->end)
			j->form->end(&telling, &tally, out);
	}
	verdict_end(&v);
	return v.outcome == CHECK_UNREADABLE ? -1 : (int)v.outcome;
}

int handins_judge(const struct judging *j, const struct handin *handins, size_t count, struct buf *out, struct err *err)
{
	if (count == 1)
		return judge_one(j, handins, out, err);
	if (j->form->one)
		return err_set(err, "--format=%s is for one hand-in at a time", j->form->name) - 1;
	return judge_many(j, handins, count, out);
}
