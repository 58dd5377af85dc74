# tests.mk: the programs that are traced, the units, the runner.

TEST_CFLAGS = -std=gnu11 -Wall -Wextra $(WERROR) -g -O0 -D_GNU_SOURCE -pthread

# tests/programs: a course's programs, also the demo. tests/shim: programs that print the trace they must leave.
# tests/check/programs: programs with a mistake, and the same without it; correct: servers that have none. tests/bench: what scripts/bench measures.
PROGRAMS = $(patsubst tests/programs/%.c,$(BUILD)/programs/%,$(wildcard tests/programs/*.c)) \
	$(BUILD)/programs/sandboxes $(patsubst tests/shim/%.c,$(BUILD)/tests/shim/%,$(wildcard tests/shim/*.c)) \
	$(patsubst tests/check/programs/%.c,$(BUILD)/tests/check/%,$(wildcard tests/check/programs/*.c)) \
	$(patsubst %.c,$(BUILD)/%,$(filter-out %/correct.c,$(wildcard tests/check/correct/*.c))) \
	$(patsubst tests/bench/%.c,$(BUILD)/tests/bench/%,$(wildcard tests/bench/*.c)) $(BUILD)/tests/bench/forward.so \
	$(addprefix $(BUILD)/tests/libc/,sites by_itself cancel cancel_anywhere users users_at_once interrupted refused firsts past_shim cout)

# tests/unit: the viewer's parts, one binary a file, all under the sanitizers: their objects are apart from the viewer's.
UNITS = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
UNIT_CFLAGS = $(WARN) -g -O1 -D_GNU_SOURCE $(INCLUDES) -fsanitize=address,undefined -fno-sanitize-recover=undefined
UNIT_OBJ = $(patsubst %.c,$(BUILD)/sanitized/%.o,$(filter-out $(wildcard viewer/*.c) viewer/cmd/%,$(VIEWER_SRC)) \
	$(wildcard tests/unit/lib/*.c))

# The whole viewer under the sanitizers: tests/bad.t feeds it what no shim would write.
SANITIZED = $(BUILD)/sanitized/$(VIEWER)
SANITIZED_OBJ = $(patsubst %.c,$(BUILD)/sanitized/%.o,$(VIEWER_SRC))

# tests/model/dump.c: what the model makes of a trace.
DUMP = $(BUILD)/tests/model/dump

programs: $(PROGRAMS)
units: $(UNITS) $(DUMP)

$(BUILD)/programs/%: tests/programs/%.c tests/programs/net/net.c tests/programs/net/net.h tests/lib/sandbox.h tests/lib/any.h tests/lib/open_files.h
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(TEST_CFLAGS) -Itests/programs -Itests/lib -o $@ $(filter %.c,$^)

$(BUILD)/programs/sandboxes: $(wildcard tests/sandboxes/*) tests/lib/sandbox.h
	@mkdir -p $(@D)
	$(call QUIET,CC,tests/sandboxes)$(CC) $(TEST_CFLAGS) -Itests/lib -o $@ $(filter %.c,$^)

$(BUILD)/tests/shim/%: tests/shim/%.c tests/shim/expect/expect.c tests/shim/expect/expect.h tests/lib/sandbox.h
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(TEST_CFLAGS) -Itests/shim -Itests/lib -o $@ $(filter %.c,$^)

$(BUILD)/tests/check/correct/%: tests/check/correct/%.c tests/check/correct/correct.c tests/programs/net/net.c \
		tests/check/correct/correct.h tests/programs/net/net.h
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(TEST_CFLAGS) -Itests/programs -o $@ $(filter %.c,$^)

$(BUILD)/tests/check/%: tests/check/programs/%.c tests/programs/net/net.c tests/programs/net/net.h \
		tests/programs/net/waiting.c tests/programs/net/waiting.h
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(TEST_CFLAGS) -Itests/programs -o $@ $(filter %.c,$^)

$(BUILD)/tests/bench/%: tests/bench/%.c tests/bench/bench.h tests/bench/writer.h
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(TEST_CFLAGS) -O2 -o $@ $< $(LDLIBS)
$(BUILD)/tests/bench/json_lines: LDLIBS = $(LIBS)

$(BUILD)/tests/libc/%: tests/libc/%.c
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(TEST_CFLAGS) -o $@ $<

# As C++ has it: a cleanup handler that only unwinding finds.
$(BUILD)/tests/libc/cancel_anywhere: TEST_CFLAGS += -fexceptions

$(BUILD)/tests/libc/cout: tests/libc/cout.cc
	@mkdir -p $(@D)
	$(call QUIET,CXX,$<)$(CXX) -Wall -Wextra $(WERROR) -O1 -g -o $@ $<

# What the shim makes of a C library's file, without the shim.
$(BUILD)/tests/libc/sites: tests/libc/sites.c preload/libc_known.c $(filter-out %/known_libc.c,$(KNOWN_LIBC)) | $(BUILD)/libc_known.def
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(TEST_CFLAGS) -O2 -I. -I$(BUILD) -o $@ $^

# What the shim is measured against; only `make bench` needs them.
BENCH_PACKAGES = strace ltrace uftrace lttng-tools liblttng-ust-dev time jq nginx-light wrk redis-server redis-tools valgrind
$(BUILD)/tests/bench/forward.so: tests/bench/forward/forward.c
	@mkdir -p $(@D)
	$(call QUIET,CC,$@)$(CC) $(TEST_CFLAGS) -O2 -fPIC -shared -o $@ $<

$(BUILD)/tests/bench/lttng.so: $(wildcard tests/bench/lttng/*)
	@mkdir -p $(@D)
	$(call QUIET,CC,$@)$(CC) $(TEST_CFLAGS) -O2 -I. -fPIC -shared -o $@ $(filter %.c,$^) -llttng-ust

$(BUILD)/sanitized/%.o: %.c
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%: $(BUILD)/sanitized/tests/unit/%.o $(UNIT_OBJ)
	@mkdir -p $(@D)
	$(call QUIET,LINK,$@)$(CC) $(UNIT_CFLAGS) -o $@ $^ $(LIBS) -lcmocka

$(DUMP): $(BUILD)/sanitized/tests/model/dump.o $(filter-out $(BUILD)/sanitized/tests/%,$(UNIT_OBJ))
	@mkdir -p $(@D)
	$(call QUIET,LINK,$@)$(CC) $(UNIT_CFLAGS) -o $@ $^ $(LIBS)

$(SANITIZED): $(SANITIZED_OBJ)
	$(call QUIET,LINK,$@)$(CC) $(UNIT_CFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/sanitized/viewer/main.o: $(BUILD)/commands.def

# Or make would remove them, and say so behind the summary of the tests.
.SECONDARY: $(UNIT_OBJ) $(patsubst $(BUILD)/unit/%,$(BUILD)/sanitized/tests/unit/%.o,$(UNITS))

-include $(UNIT_OBJ:.o=.d) $(BUILD)/sanitized/tests/model/dump.d $(SANITIZED_OBJ:.o=.d) $(patsubst $(BUILD)/unit/%,$(BUILD)/sanitized/tests/unit/%.d,$(UNITS))

check: programs units fuzzers $(SANITIZED)
	prove -j2 -r --ext .t tests

# tests/fuzz: a libFuzzer target a file, built by clang with all of the viewer; lib.c is theirs together.
FUZZERS = $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(filter-out tests/fuzz/lib.c,$(wildcard tests/fuzz/*.c)))
FUZZ_CFLAGS = $(WARN) -g -O1 -D_GNU_SOURCE $(INCLUDES) -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=undefined
FUZZ_OBJ = $(patsubst %.c,$(BUILD)/fuzzed/%.o,$(VIEWER_SRC) tests/fuzz/lib.c tests/unit/lib/same.c)
FUZZ_SECONDS ?= 60

fuzzers: $(FUZZERS)

$(BUILD)/fuzzed/%.o: %.c
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)clang $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/fuzzed/viewer/main.o: $(BUILD)/commands.def
$(BUILD)/fuzzed/viewer/main.o: FUZZ_CFLAGS += -Dmain=viewer_main

$(BUILD)/fuzz/%: $(BUILD)/fuzzed/tests/fuzz/%.o $(FUZZ_OBJ)
	@mkdir -p $(@D)
	$(call QUIET,LINK,$@)clang $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

.SECONDARY: $(FUZZ_OBJ) $(patsubst $(BUILD)/fuzz/%,$(BUILD)/fuzzed/tests/fuzz/%.o,$(FUZZERS))
-include $(FUZZ_OBJ:.o=.d) $(patsubst $(BUILD)/fuzz/%,$(BUILD)/fuzzed/tests/fuzz/%.d,$(FUZZERS))
