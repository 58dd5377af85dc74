# Socktrace: the shim libsocktrace.so and the viewer socktrace. `make help` lists what can be made.

CFLAGS ?= -O2 -g
# A compiler that is newer than ours may warn of more. Where the project itself is tested that is an error.
WERROR ?= $(if $(CI),-Werror)
WARN = -std=gnu11 -Wall -Wextra $(WERROR)
PREFIX ?= /usr/local
BUILD ?= build

PACKAGES = json-c libdw libelf libutf8proc
# All functions are found at the start: the processes that judge hand-ins need not each do it after their fork.
LDFLAGS ?= -Wl,-z,relro -Wl,-z,now
LIBS = $(shell pkg-config --libs $(PACKAGES)) -pthread
INCLUDES = -I. -I$(BUILD) $(shell pkg-config --cflags $(PACKAGES))

SHIM = libsocktrace.so
VIEWER = socktrace

# The shim is linked against nothing: whichever C library the program has serves it. Initial-exec TLS, because
# dynamic TLS can call malloc; no PLT; no builtins but those asked for by name, because what they expand to may call libc. No optimising
# at the link, which distributions ask for: it loses second names of a wrapper (SAME_AS), and what near.ld lays together.
SHIM_SRC = $(wildcard trace/*.c preload/*.c preload/*.S)
SHIM_OBJ = $(patsubst %,$(BUILD)/shim/%.o,$(basename $(SHIM_SRC)))
SHIM_CFLAGS = $(WARN) $(CFLAGS) -D_GNU_SOURCE -I. -fPIC -fvisibility=hidden -ftls-model=initial-exec -fno-plt \
	-fno-stack-protector -U_FORTIFY_SOURCE -fno-builtin -fno-omit-frame-pointer -fasynchronous-unwind-tables \
	-ffunction-sections -fdata-sections -fno-lto
# musl-gcc finds no headers of the kernel: behind its own come the system's.
ifneq ($(findstring musl,$(CC)),)
SHIM_CFLAGS += -idirafter /usr/include -idirafter /usr/include/$(shell uname -m)-linux-gnu
endif
# Two segments, not four, and none to be made read-only at the start: each is mapped by itself in every process, and asks for pages of its
# own. What -z relro protects elsewhere, pointers to functions, is here filled in by us (preload/real.c), and is writable anyway.
SHIM_LDFLAGS = -shared -nostdlib -Wl,-soname,$(SHIM) -Wl,-z,now -Wl,-z,norelro -Wl,-z,noseparate-code -Wl,-z,noexecstack \
	-Wl,-T,preload/near.ld

VIEWER_SRC = $(wildcard trace/*.c viewer/*.c viewer/*/*.c)
VIEWER_OBJ = $(patsubst %.c,$(BUILD)/viewer/%.o,$(VIEWER_SRC))
VIEWER_CFLAGS = $(WARN) $(CFLAGS) -D_GNU_SOURCE $(INCLUDES)

# `make V=1` shows the commands.
ifneq ($(V),1)
QUIET = @printf '%-5s %s\n' $(1) $(2);
endif

all: $(SHIM) $(VIEWER)

$(SHIM): $(SHIM_OBJ) preload/near.ld
	$(call QUIET,LINK,$@)$(CC) $(CFLAGS) $(SHIM_LDFLAGS) -o $@ $(SHIM_OBJ)

$(VIEWER): $(VIEWER_OBJ)
	$(call QUIET,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(VIEWER_OBJ) $(LIBS)

# Where this machine's libc is to be patched is found now, and not again in each process: a program of the machine that builds.
HOSTCC ?= cc
LIBC_FILE ?= $(shell $(HOSTCC) -print-file-name=libc.so.6)
KNOWN_LIBC = $(addprefix preload/,ahead/known_libc.c ahead/image.c libc_build.c libc_sites.c libc_function.c libc_releases.c \
	libc_insn.c libc_fde.c wanted.c dynsym.c) trace/calls.c
$(BUILD)/known_libc: $(KNOWN_LIBC) $(wildcard preload/*.h preload/*.def preload/ahead/*.h trace/*.h trace/*.def trace/names/*.def)
	@mkdir -p $(@D)
	$(call QUIET,HOST,$@)$(HOSTCC) $(WARN) -D_GNU_SOURCE -O2 -I. -o $@ $(KNOWN_LIBC)

$(BUILD)/libc_known.def: $(BUILD)/known_libc $(wildcard $(LIBC_FILE))
	$(call QUIET,WRITE,$@)$(BUILD)/known_libc $(LIBC_FILE) > $@.new && mv $@.new $@

$(BUILD)/shim/preload/libc_known.o: SHIM_CFLAGS += -I$(BUILD)
$(BUILD)/shim/preload/libc_known.o: $(BUILD)/libc_known.def

# What libc's patched code calls before it saves the vector registers.
$(BUILD)/shim/preload/libc_wants.o: SHIM_CFLAGS += -mgeneral-regs-only

# What each new process runs, in few pages, and not often.
$(BUILD)/shim/preload/target.o: SHIM_CFLAGS += -Os

# A read of a file passes through a wrapper that needs no frame.
$(BUILD)/shim/preload/wrap.o: SHIM_CFLAGS += -momit-leaf-frame-pointer

$(BUILD)/shim/%.o: %.c
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(SHIM_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/shim/%.o: %.S
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(SHIM_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/viewer/%.o: %.c
	@mkdir -p $(@D)
	$(call QUIET,CC,$<)$(CC) $(VIEWER_CFLAGS) -MMD -MP -c -o $@ $<

# A command is a file in viewer/cmd/ that ends in `const struct command cmd_NAME`; the folder is the registry.
COMMANDS = $(sort $(patsubst viewer/cmd/%.c,%,$(wildcard viewer/cmd/*.c)))
$(BUILD)/commands.def: $(wildcard viewer/cmd/*.c)
	@mkdir -p $(@D)
	@for c in $(COMMANDS); do echo "COMMAND($$c)"; done > $@
$(BUILD)/viewer/viewer/main.o: $(BUILD)/commands.def

# A rule is a file in viewer/check/ that ends in `const struct rule stNNN_the_mistake`, with a page in docs/mistakes/.
RULES = $(sort $(patsubst viewer/check/%.c,%,$(wildcard viewer/check/st[0-9]*.c)))
$(BUILD)/rules.def: $(wildcard viewer/check/st[0-9]*.c)
	@mkdir -p $(@D)
	@for r in $(RULES); do echo "RULE($$r, \"$$(echo $$r | sed 's/^st/ST/; s/_/-/g').md\")"; done > $@
RULE_OBJ = viewer/check/registry.o viewer/check/pages.o
$(RULE_OBJ:%=$(BUILD)/viewer/%) $(RULE_OBJ:%=$(BUILD)/sanitized/%) $(RULE_OBJ:%=$(BUILD)/fuzzed/%): $(BUILD)/rules.def $(wildcard docs/mistakes/*.md)

# The style and the scripts of `socktrace report`: plain files, each put into the command as it is; start.js begins it all.
REPORT_SCRIPTS = $(sort $(filter-out %/start.js,$(wildcard viewer/report/*.js))) viewer/report/start.js
REPORT_FILES = viewer/report/report.css $(REPORT_SCRIPTS)
$(BUILD)/report.def: $(REPORT_FILES)
	@mkdir -p $(@D)
	@echo 'STYLE(style, "viewer/report/report.css")' > $@
	@for f in $(REPORT_SCRIPTS); do echo "SCRIPT($$(basename $$f .js), \"$$f\")"; done >> $@
REPORT_OBJ = viewer/report/page_files.o
$(REPORT_OBJ:%=$(BUILD)/viewer/%) $(REPORT_OBJ:%=$(BUILD)/sanitized/%) $(REPORT_OBJ:%=$(BUILD)/fuzzed/%): $(BUILD)/report.def $(REPORT_FILES)

# By their hashes the page's policy knows them: made here, from what the command will write.
REPORT_TEXTS = $(addprefix viewer/,report/ahead/texts.c report/page_files.c format/svg.c base/buf.c base/mem.c base/xml.c)
$(BUILD)/report_texts: $(REPORT_TEXTS) $(wildcard viewer/*/*.h) $(BUILD)/report.def $(REPORT_FILES)
	$(call QUIET,HOST,$@)$(HOSTCC) $(WARN) -D_GNU_SOURCE $(INCLUDES) -O1 -o $@ $(REPORT_TEXTS) $(LIBS)

HASH = sha256sum | cut -c 1-64 | tr a-f A-F | basenc --base16 --decode | base64
$(BUILD)/report_hashes.h: $(BUILD)/report_texts
	$(call QUIET,WRITE,$@)for text in style script; do hash=$$($(BUILD)/report_texts $$text | $(HASH)) && test $${#hash} = 44 && \
		echo "#define HASH_OF_$$text \"$$hash\"" || exit 1; done > $@.new && mv $@.new $@
PAGE_OBJ = viewer/report/page.o
$(PAGE_OBJ:%=$(BUILD)/viewer/%) $(PAGE_OBJ:%=$(BUILD)/sanitized/%) $(PAGE_OBJ:%=$(BUILD)/fuzzed/%): $(BUILD)/report_hashes.h

# The manual pages come from the commands' own tables.
MANUALS = $(BUILD)/man/socktrace.1 $(COMMANDS:%=$(BUILD)/man/socktrace-%.1)
$(MANUALS): $(VIEWER)
	@mkdir -p $(@D)
	@./$(VIEWER) help --man $(patsubst socktrace%,%,$(patsubst socktrace-%,%,$(basename $(notdir $@)))) > $@
man: $(MANUALS)

include tests/tests.mk

deps:
	@scripts/deps

demo: deps
	@$(MAKE) --no-print-directory -s all programs
	@scripts/demo

test: deps
	@$(MAKE) --no-print-directory -j$$(nproc) all check

bench: deps
	@scripts/deps $(BENCH_PACKAGES)
	@$(MAKE) --no-print-directory -s all programs $(BUILD)/tests/bench/lttng.so
	@scripts/bench

# An hour is FUZZ_SECONDS=600. What is found stays in $(BUILD)/fuzz; a seed of it belongs into tests/fuzz/seeds.
fuzz: deps
	@$(MAKE) --no-print-directory -s fuzzers
	@scripts/fuzz $(FUZZ_SECONDS)

# The long form of tests/real: installs some thirty Debian packages and takes half an hour.
proof: deps
	@$(MAKE) --no-print-directory -s all programs $(SANITIZED)
	@scripts/proof

docs: all
	@scripts/docs

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

SHARE = $(DESTDIR)$(PREFIX)/share
install: all man
	install -D -m 755 $(VIEWER) $(DESTDIR)$(PREFIX)/bin/$(VIEWER)
	install -D -m 755 $(SHIM) $(DESTDIR)$(PREFIX)/lib/$(SHIM)
	install -d $(SHARE)/man/man1
	install -m 644 $(MANUALS) $(SHARE)/man/man1
	install -D -m 644 completion/socktrace.bash $(SHARE)/bash-completion/completions/socktrace
	install -D -m 644 completion/_socktrace $(SHARE)/zsh/site-functions/_socktrace

clean:
	rm -rf $(BUILD) $(SHIM) $(VIEWER)

help:
	@echo 'make            build ./libsocktrace.so and ./socktrace'
	@echo 'make CC=musl-gcc libsocktrace.so   the shim, compiled with the headers of musl'
	@echo 'make demo       build, trace an echo server and two clients, show the timeline'
	@echo 'make test       build and run every test'
	@echo 'make bench      measure what tracing costs, beside other tracers'
	@echo 'make fuzz       let libFuzzer at every reader for FUZZ_SECONDS=60 each'
	@echo 'make proof      hold the shim against programs that nobody here wrote, into docs/proof.md'
	@echo 'make man        write the manual pages into $(BUILD)/man'
	@echo 'make docs       write the generated parts of docs/ anew'
	@echo 'make format     run clang-format over the sources'
	@echo 'make install    PREFIX=$(PREFIX) DESTDIR='
	@echo 'make clean      remove what was built'

-include $(SHIM_OBJ:.o=.d) $(VIEWER_OBJ:.o=.d)

.PHONY: all deps demo test check programs fuzz bench proof docs man format install clean help
.DELETE_ON_ERROR:
