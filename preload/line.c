/* line: a call as a line of the trace. */
#include "preload/line.h"

#include "preload/args.h"
#include "preload/memo.h"
#include "preload/modules.h"
#include "preload/results.h"
#include "preload/stack.h"
#include "preload/state.h"
#include "preload/sys.h"

/* `,"call":"accept"` of each row, with its length and with the room that text_copy reads. */
static const struct head {
	char text[48];
	unsigned char len;
} heads[CALL_COUNT] = {
#define CALL(name, ...) [CALL_##name] = {",\"call\":\"" #name "\"", sizeof ",\"call\":\"" #name "\"" - 1},
#include "trace/calls.def"
};

char *line_put_caller(char *p, const struct frame *f)
{
	p = text_put(p, ",\"tid\":");
	p = text_u64(p, f->child ? f->child : self.tid); /* which has one thread */
	if (f->child) {
		p = text_put(p, ",\"pid\":");
		p = text_u64(p, f->child);
	}
	p = text_copy(p, heads[f->call].text, heads[f->call].len);
	if (f->via) {
		p = text_put(p, ",\"via\":\"");
		p = text_put_n(p, f->via, text_len(f->via));
		p = text_put(p, "\"");
	}
	if (f->from) {
		p = text_put(p, ",\"from\":\"");
		p = text_put_n(p, f->from, f->from_len);
		p = text_put(p, "\"");
	}
	return p;
}

void line_put_args(struct json *j, const struct frame *f)
{
	json_put(j, ",");
	args_put(j, f);
}

static char *put_pc(char *p, const struct frame *f)
{
	return text_pc(text_put(p, ",\"pc\":"), f->pc);
}

char *line_put_site(char *p, const struct frame *f)
{
	return text_put(put_pc(p, f), "}\n");
}

/* What is the same in this call's lines, NULL if it has to be written. The object that it came from has a line of its own
 * before the first one. */
static inline struct memo *begin(struct slot *s, struct frame *f, struct json *j)
{
	struct memo *m = memo_is_still(&s->memos, f) ? f->memo : memo_find(&s->memos, f);
	bool noted;

	json_init(j, s->line, SLOT_LINE);
	j->known = s->memos.known;
	if (__builtin_expect(!m, 0))
		m = memo_find_else(&s->memos, f);
	if (__builtin_expect(m != NULL, 1)) {
		memo_turn_to(&s->memos, m, f);
		return m;
	}
	noted = modules_note(s, f->pc);
	stack_note(s, f);
	return noted ? memo_make(&s->memos, f, j) : NULL;
}

/* From the thread to the arguments, where they are in no memo. */
static void put_middle(struct slot *s, struct json *j, char *p, const struct frame *f)
{
	j->p = line_put_caller(p, f);
	if (memo_has_socket(f))
		j->p = memo_put_socket(&s->memos, j->p, f);
	line_put_args(j, f);
}

/* From the thread to the arguments. */
static inline void put_known_middle(struct json *j, char *p, const struct frame *f, const struct memo *m)
{
	j->p = text_copy(p, m->text, m->len);
	if (m->varies)
		line_put_args(j, f);
}

/* From the call site to the end. Returns the line's length. */
static inline size_t put_known_end(struct json *j, const struct memo *m)
{
	return text_copy(j->p, m->text + m->len, m->tail_len) - j->start;
}

/* Of a call that starts a program. */
static void put_untraced(struct json *j, const struct frame *f)
{
	bool starts = call_table[f->call].kinds & 1ull << KIND_ARGV || f->call == CALL_system || f->call == CALL_popen;

	if (!starts || !f->untraced)
		return;
	json_put(j, ",\"untraced\":\"");
	json_text(j, f->untraced);
	json_put(j, "\"");
}

/* As put_known_end, where the site is in no memo. */
static size_t put_end(struct json *j, const struct frame *f)
{
	put_untraced(j, f);
	j->p = put_pc(j->p, f);
	stack_put(j, f);
	json_put(j, "}\n");
	return j->p - j->start;
}

size_t line_of_pending(struct slot *s, struct frame *f)
{
	struct json j;
	struct memo *m = begin(s, f, &j);
	/* Nobody but this thread can do anything while it waits. */
	char *p = shim_is_alone() ? text_put(j.p, "{\"ev\":\"pending\",\"alone\":true,\"t\":")
			: text_put(j.p, "{\"ev\":\"pending\",\"t\":");

	f->memo = m;
	f->memo_changes = s->memos.changes;
	p = text_u64_near(p, f->t_ns, &s->near);
	if (!m) {
		put_middle(s, &j, p, f);
		return put_end(&j, f);
	}
	if (!m->varies) /* all that is left, in one piece */
		return text_copy(p, m->text, m->len + m->tail_len) - j.start;
	put_known_middle(&j, p, f, m);
	return put_known_end(&j, m);
}

extern int *__h_errno_location(void) __attribute__((weak));

static void put_error(struct json *j, const struct frame *f, long ret, int err)
{
	uint8_t result = call_table[f->call].result;

	json_put(j, ",\"err\":");
	if (result == RESULT_EAI)
		json_name(j, NAMES_EAI, ret);
	else if (result == RESULT_ERRNO)
		json_name(j, NAMES_ERRNO, ret);
	else if (f->call == CALL_gethostbyname && __h_errno_location)
		json_name(j, NAMES_HERR, *__h_errno_location());
	else
		json_name(j, NAMES_ERRNO, err);
}

size_t line_of_call(struct slot *s, struct frame *f, uint64_t end_ns, long ret, int err)
{
	struct json j;
	struct memo *m = begin(s, f, &j);
	char *p = text_put(j.p, "{\"ev\":\"call\",\"t\":");

	p = text_u64_near(p, f->t_ns, &s->near);
	p = text_put(p, ",\"dt\":");
	p = text_u64(p, end_ns - f->t_ns);
	if (m)
		put_known_middle(&j, p, f, m);
	else
		put_middle(s, &j, p, f);
	p = text_put(j.p, ",\"ret\":");
	j.p = text_i64(p, call_table[f->call].result == RESULT_POINTER ? ret != 0 : ret);
	if (!f->accepted)
		put_error(&j, f, ret, err);
	results_put(&j, f, ret, err);
	return m ? put_known_end(&j, m) : put_end(&j, f);
}
