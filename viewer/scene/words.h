/* words.h: the model's values as words. Every string is printable (escaped) and lives in the arena. */
#ifndef SCENE_WORDS_H
#define SCENE_WORDS_H

#include "viewer/model/model.h"

/* "*:15213", "[::1]:80", "/tmp/s", "@name", "unnamed"; the family where the shim decoded no more; "?" for NULL. */
const char *words_address(struct arena *a, const struct address *address);

/* "1.10 s", "50 ms", "0.02 ms". */
const char *words_duration(struct arena *a, uint64_t ns);

/* "tcp4", "udp6", "unix", "unix dgram"; the names of family and type where there is no short word. */
const char *words_socket_kind(struct arena *a, const char *family, const char *type);

/* An error, to who sees it for the first time: "nobody listens there"; NULL where its name is all there is to say. */
const char *words_error(enum call_id call, const char *err);

/* Of a call that started a program which goes untraced: why. NULL: it does not say so. */
const char *words_untraced(const struct event *e);

/* "echo.c:14", "main()" where the line is unknown, NULL where nothing is known. */
const char *words_site(struct trace *t, const struct event *e);

/* The bytes of a transfer (the first 4096), escaped; a cut is marked by " .." at the end. NULL: none recorded. */
const char *words_payload(struct arena *a, const struct event *e);

/* "echo_client 4711"; "exited 0", "killed by SIGKILL", "still running"...; "echo_client localhost 15213" (the first
 * 1000 bytes of the words, a cut marked by " .."). */
const char *words_process(struct arena *a, const struct process *p);
const char *words_ending(struct arena *a, const struct process *p);
const char *words_argv(struct arena *a, const struct process *p);

/* Where an end of a connection is, by its own address or by what the other end called it: "127.0.0.1:80". */
const char *words_end(struct arena *a, const struct conn *c, enum side side);

/* What is so of an end that has no process: "not traced"; "not known" where it may be one of those in the trace. */
const char *words_stranger(const struct conn *c);

/* Of a CONN_PENDING: "connect never returned", "no answer before it was closed". */
const char *words_unanswered(const struct conn *c);

/* "23 B moved unseen (stdio?) out of P1": bytes that no recorded call of the end moved; NULL: none are known. */
const char *words_unseen(struct arena *a, const struct conn *c);

/* "c1  P2 127.0.0.1:51034 to P1 127.0.0.1:15213". */
const char *words_conn(struct arena *a, const struct conn *c);

/* The wall clock at the trace's start, local time: "2026-11-23 12:58:55". NULL: unknown. */
const char *words_clock(struct arena *a, const struct trace *t);

#endif
