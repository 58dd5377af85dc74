/* handins: judge one hand-in, or many side by side, in processes of which each has several. */
#include "viewer/verdict/handins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "viewer/base/mem.h"
#include "viewer/base/pool.h"

struct crowd {
	const struct judging *j;
	const struct handin *handins;
	size_t count, done;
	struct tally *tallies;
	struct buf *texts; /* what is told of each */
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

/* In another process: a tally, then what the form tells. */
static void judge_apart(void *context, size_t index, struct buf *out)
{
	const struct crowd *c = context;
	struct telling telling = {.look = c->j->look, .count = c->count, .index = index + 1};
	struct verdict v;
	struct tally t;

	verdict_find(&v, c->j->course, &c->handins[index], c->j->load);
	t = tally_of(&v, NULL);
	buf_put(out, (const char *)&t, sizeof t);
	c->j->form->tell(&v, &telling, out);
	verdict_end(&v);
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

static const char *how_it_ended(int status)
{
	if (status == -1)
		return "no process could be made to read it";
	return WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "its reader failed";
}

static void take(void *context, size_t index, const struct buf *told, int status)
{
	struct crowd *c = context;
	struct tally *t = &c->tallies[index];

	if (told) {
		memcpy(t, told->bytes, sizeof *t);
		buf_put(&c->texts[index], told->bytes + sizeof *t, told->len - sizeof *t);
	}
	t->name = c->handins[index].name;
	if (!told) {
		t->outcome = CHECK_UNREADABLE;
		err_set(&t->err, "%s", how_it_ended(status));
		tell_failed(c, index, &c->texts[index]);
	}
	c->done++;
	if (c->j->progress)
		fprintf(stderr, "\r%zu of %zu", c->done, c->count);
}

static void judge_each(struct crowd *c)
{
	pool_do(&(struct pool_work){.piece = judge_apart, .done = take, .context = c}, c->count);
	if (c->j->progress)
		fprintf(stderr, "\r%*s\r", 40, "");
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

	c.texts = mem_zeroed(mem_product(count, sizeof *c.texts));
	c.tallies = mem_zeroed(mem_product(count, sizeof *c.tallies));
	judge_each(&c);
	if (j->form->begin)
		j->form->begin(&telling, out);
	for (size_t i = 0; i < count; i++) {
		if (i && j->form->between)
			buf_puts(out, j->form->between);
		buf_put(out, c.texts[i].bytes, c.texts[i].len);
		buf_free(&c.texts[i]);
	}
	if (j->form->end)
		j->form->end(&telling, c.tallies, out);
	outcome = worst(c.tallies, count);
	free(c.texts);
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
