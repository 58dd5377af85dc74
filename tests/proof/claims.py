"""claims: what the shim has to hold, and the tests that would fail if it did not; a part of the page."""

# What it records, and how it goes unnoticed. Tests with .t are under tests, the others programs in tests/shim.
COMPLETE = [
    ("a row for each call, its arguments and results", "oracle.t failures_are_named odd_arguments_pass"),
    ("fortified variants; other names of a call", "fortified_calls_are_seen other_names_are_seen symbols.t"),
    (
        "`syscall()`, decoded",
        "generic_syscall_is_decoded generic_syscall_makes_processes generic_syscall_waits_for_descriptors unit/unit.t",
    ),
    (
        "poll, select, epoll",
        "ready_descriptors_are_named epoll_data_leads_to_its_descriptor epoll_copies_are_one_set threads_wait_for_one_listener "
        "handler_interrupts_long_waits sandboxed_poll_is_recorded",
    ),
    (
        "several messages in a call, sendfile, splice",
        "batches_show_each_message batches_pass_descriptors files_are_sent parts_are_joined",
    ),
    ("a vfork child's own descriptors", "vfork_child_has_descriptors_of_its_own"),
    ("close_range, closefrom, fclose, freopen", "ranges_close_sockets failed_ranges_close_nothing freopen_closes_a_socket"),
    (
        "fork, vfork, clone, posix_spawn, exec",
        "fork_inherits_sockets vfork_child_changes_nothing_here clones_are_followed "
        "spawned_programs_are_followed exec_inherits_sockets execveat_is_followed clones.t",
    ),
    (
        "system, popen, wait, daemon",
        "commands_are_waited_for shell_after_clearenv_is_followed wait_tells_how_children_end "
        "daemon_goes_on_as_a_child daemon_that_cannot_fork_stays children_on_terminals_are_followed",
    ),
    (
        "descriptors passed in messages, or taken from another process",
        "descriptors_travel_in_messages many_descriptors_travel_at_once descriptors_are_taken_from_others",
    ),
    ("`exit` lists what /proc/PID/fd shows", "exit_lists_what_is_open"),
    ("names looked up", "names_are_looked_up addresses_have_names"),
    ("`refs` at each close, also of thousands", "descriptors_are_counted received_sockets_are_counted crowd.t"),
    ("hundreds of threads, ended and begun", "threads_have_lines_of_their_own crowd.t"),
    ("who called, also of what libc does by itself", "stack.t"),
    ("handlers that use sockets, or jump", "handler_interrupts_accept jumps.t storm.t"),
    ("cancellation", "cancelled_calls_stay_pending"),
    ("calls before our beginning and after our end", "real/beside.t quick_exit_is_told sockets_made_past_the_shim_are_met"),
    (
        "addresses, options and flags by name",
        "addresses_are_decoded options_have_values fcntl_flags_are_named oracle.t real/musl.t",
    ),
]
UNNOTICED = [
    ("results, errno, descriptors' numbers", "shim.t descriptor_numbers_stay files_leave_no_lines"),
    ("signals, their masks and dispositions", "signals_stay surroundings.t"),
    ("bad pointers; memory that is unmapped meanwhile", "bad_pointers_fail_as_untraced odd_arguments_pass sent_memory_may_go no_more_is_read_than_was_given sandboxed_pointers_are_not_trusted arguments.t"),
    ("EINTR, and waits that a handler interrupts", "handler_interrupts_accept handler_interrupts_long_waits"),
    ("closes everything, chroots, becomes nobody", "rights_given_up_keep_recording generic_syscall_gives_up_rights chroot_child_has_a_trace"),
    ("children of who became another user", "other_users_child_has_a_trace clones_with_our_descriptors_leave_what_is_kept users.t"),
    (
        "seccomp, strict and by filter; landlock",
        "sandbox_is_not_tripped sandbox_may_write_no_file sandboxed_exec_lives sandboxed_sockets_are_recorded sandboxed_ranges_spare_the_trace sandboxes.t "
        "landlock_keeps_recording",
    ),
    (
        "no descriptor left",
        "used_up_descriptors_lose_nothing descriptors_run_out_at_once used_up_descriptors_leave_children_their_traces threads_begin_without_descriptors",
    ),
    ("Chromium's sandbox: no directory open, a child with variables of its own", "childs_own_variables_end_with_it"),
    ("little stack left", "stacks.t"),
    ("locks on a program that is started", "record_locks_stay"),
    ("a full disk, a quota, RLIMIT_FSIZE, SOCKTRACE_MAX", "settings.t"),
    ("256 MiB of address space, jemalloc, tcmalloc, ASan, musl", "real/beside.t real/musl.t"),
    ("0, 1 and 2 closed, and printed to all the same", "surroundings.t"),
    ("a directory that cannot be written, or is removed", "bad.t surroundings.t"),
    ("100 processes at once; a clock that is set", "surroundings.t"),
    ("an interactive shell leaves no files", "surroundings.t"),
    ("an exec that cannot load the shim: nothing printed", "untraced.t"),
    ("`./libsocktrace.so`, a chdir, an exec; other names for it", "settings.t followed.t"),
    ("descriptors that it is given are found, and not asked for news", "inherited.t"),
    ("settings, bad values said once", "settings.t"),
    ("SIGKILL: no line torn, no call lost", "storm.t kills.t killed_call_stays_pending"),
    ("a budget of instructions", "budget.t"),
]


def link(test):
    path = test if test.endswith(".t") else f"shim/{test}.c"
    return f"[{test.replace('_', ' ')}](../tests/{path})"


def markdown(claims):
    return "\n".join(f"- {claim}: {', '.join(map(link, tests.split()))}" for claim, tests in claims)
