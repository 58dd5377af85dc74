/* site: the file, line and function of a call, and nothing where that is not known. */
#include "viewer/model/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/buf.h"

static const char source[] =
	"int target(void)\n{\n\treturn 1;\n}\n\nint caller(int n)\n{\n\tn += target();\n\treturn n;\n}\n\n"
	"int main(void)\n{\n\treturn caller(2);\n}\n";

static void compile(const char *flags)
{
	char command[1024];
	FILE *f = fopen(unit_path("prog.c"), "w");

	assert_non_null(f);
	fputs(source, f);
	fclose(f);
	snprintf(command, sizeof command, "cd %s && cc -O0 -Wl,--build-id %s -o prog prog.c", unit_dir(), flags);
	assert_int_equal(system(command), 0);
}

static void read_elf(char *id, size_t size, uint64_t *target)
{
	char command[1024];
	FILE *p;

	snprintf(command, sizeof command,
		 "readelf -n %s/prog | sed -n 's/.*Build ID: //p'; nm %s/prog 2>&1 | sed -n 's/ T caller$//p'",
		 unit_dir(), unit_dir());
	p = popen(command, "r");
	assert_non_null(p);
	assert_non_null(fgets(id, (int)size, p));
	id[strcspn(id, "\n")] = '\0';
	*target = 0;
	if (fscanf(p, "%lx", target) != 1)
		*target = 0;
	pclose(p);
}

/* The trace of a process in which the program lies at base. */
static struct trace *trace_with(const char *id, const char *base)
{
	struct buf b = {0};

	buf_printf(&b,
		   PROCESS(1, 1, 0, "exec") "{'ev':'module','t':1,'tid':1,'base':'%s','end':'0x7fffffffffff','path':'%"
					    "s/prog','build_id':'%s'}\n",
		   base, unit_dir(), id);
	unit_write("1.jsonl", b.bytes);
	buf_free(&b);
	return unit_load();
}

static void debug_information_gives_file_and_line(void **state)
{
	char id[128];
	uint64_t caller;
	const struct site *s;
	struct trace *t;

	(void)state;
	compile("-g");
	read_elf(id, sizeof id, &caller);
	t = trace_with(id, "0x555500000000");
	/* Somewhere behind the prologue: the first instructions of caller belong to line 7 or 8. */
	s = site_find(t, t->procs.items[0], 0x555500000000 + caller + 1 + 8);
	assert_string_equal(s->file, "prog.c");
	assert_true(s->line >= 6 && s->line <= 8);
	assert_string_equal(s->function, "caller");
	assert_string_equal(s->module, "prog");
	assert_int_equal(s->offset, caller + 8);
	assert_ptr_equal(site_find(t, t->procs.items[0], 0x555500000000 + caller + 1 + 8), s);
}

static void a_program_at_a_fixed_address_too(void **state)
{
	char id[128];
	uint64_t caller;
	const struct site *s;
	struct trace *t;

	(void)state;
	compile("-g -no-pie");
	read_elf(id, sizeof id, &caller);
	assert_true(caller > 0x400000);
	t = trace_with(id, "0x400000");
	s = site_find(t, t->procs.items[0], caller + 1 + 8);
	assert_string_equal(s->file, "prog.c");
	assert_string_equal(s->function, "caller");
	assert_int_equal(s->offset, caller + 8);
}

static void the_symbol_table_gives_the_function(void **state)
{
	char id[128];
	uint64_t caller;
	const struct site *s;
	struct trace *t;

	(void)state;
	compile("");
	read_elf(id, sizeof id, &caller);
	t = trace_with(id, "0x555500000000");
	s = site_find(t, t->procs.items[0], 0x555500000000 + caller + 5);
	assert_null(s->file);
	assert_int_equal(s->line, 0);
	assert_string_equal(s->function, "caller");
}

static void nothing_is_said_without_either(void **state)
{
	char id[128];
	uint64_t caller;
	const struct site *s;
	struct trace *t;

	(void)state;
	compile("-s");
	read_elf(id, sizeof id, &caller);
	t = trace_with(id, "0x555500000000");
	s = site_find(t, t->procs.items[0], 0x555500000000 + 0x1130);
	assert_null(s->file);
	assert_null(s->function);
	assert_string_equal(s->module, "prog");
}

static void a_program_built_anew_is_not_asked(void **state)
{
	char id[128];
	uint64_t caller;
	const struct site *s;
	struct trace *t;

	(void)state;
	compile("-g");
	read_elf(id, sizeof id, &caller);
	id[0] = id[0] == '0' ? '1' : '0';
	t = trace_with(id, "0x555500000000");
	s = site_find(t, t->procs.items[0], 0x555500000000 + caller + 5);
	assert_null(s->file);
	assert_null(s->function);
	assert_string_equal(s->module, "prog");
	assert_int_equal(s->offset, caller + 4);
}

/* A path in a trace may name anything. */
static void what_is_no_program_is_not_opened(void **state)
{
	static const char *const paths[] = {"/nonexistent", "/dev/zero", "/etc/passwd", "relative", "/", ""};

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct buf b = {0};
		const struct site *s;
		struct trace *t;

		buf_printf(&b,
			   PROCESS(1, 1, 0, "exec") "{'ev':'module','t':1,'tid':1,'base':'0x1000','end':'0x9000','path'"
						    ":'%s','build_id':'ab'}\n",
			   paths[i]);
		unit_write("1.jsonl", b.bytes);
		buf_free(&b);
		t = unit_load();
		s = site_find(t, t->procs.items[0], 0x2000);
		assert_null(s->file);
		assert_null(s->function);
		assert_int_equal(s->offset, 0xfff);
		assert_null(site_find(t, t->procs.items[0], 0x9001)->module);
		assert_null(site_find(t, t->procs.items[0], 0)->module);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(debug_information_gives_file_and_line), UNIT(a_program_at_a_fixed_address_too),
		UNIT(the_symbol_table_gives_the_function),   UNIT(nothing_is_said_without_either),
		UNIT(a_program_built_anew_is_not_asked),     UNIT(what_is_no_program_is_not_opened),
	};

	return UNIT_MAIN(tests);
}
