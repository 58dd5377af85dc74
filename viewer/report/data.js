/* data: the traces as the page holds them, and which calls belong together. Calls are numbered through the page, from 1. */

const runs = JSON.parse(document.getElementById("data").textContent);
const calls = [];

/* Where a time stands between 0 and 1: long times without a call are cut out, those left have equal slots. */
function place(run, ns) {
	const last = run.axis[run.axis.length - 1];

	for (const part of run.axis)
		if (ns <= part.to || part === last) {
			const width = part.to - part.from || 1;
			const within = Math.min(Math.max((ns - part.from) / width, 0), 1);

			return (part.slot + within * part.slots) / (last.slot + last.slots);
		}
	return 0;
}

function takeCall(run, call) {
	call.id = calls.length + 1;
	call.run = run;
	call.who = run.procs[call.proc - 1];
	call.line = run.sources[call.source] ?? null;
	call.effects = [];
	call.findings = [];
	call.from = place(run, call.at);
	call.to = place(run, call.at + (call.took ?? 0));
	calls.push(call);
}

function callOf(id) {
	return calls[id - 1];
}

/* The other ends: what it was the effect of, what it had for an effect. */
function peersOf(call) {
	return [...(call.causes ?? []), ...call.effects];
}

/* Of its calls, or of those that made its listener. */
function isOf(call, run, conn) {
	if (call.run !== run)
		return false;
	return call.conn ? call.conn === conn.number : call.listener !== undefined && call.listener === conn.listener;
}

function procName(call) {
	return `${call.run.letter && call.run.letter + ": "}P${call.proc}`;
}

function seconds(ns) {
	return (ns / 1e9).toFixed(6);
}

function duration(ns) {
	if (ns < 1e3)
		return `${ns} ns`;
	if (ns < 1e6)
		return `${(ns / 1e3).toPrecision(3)} µs`;
	return ns < 1e9 ? `${(ns / 1e6).toPrecision(3)} ms` : `${(ns / 1e9).toPrecision(3)} s`;
}

function loadData() {
	for (const run of runs)
		for (const call of run.calls)
			takeCall(run, call);
	for (const call of calls)
		for (const id of call.causes ?? [])
			callOf(id).effects.push(call.id);
	for (const run of runs)
		for (const finding of run.findings)
			callOf(finding.call)?.findings.push(finding);
}

/* An element with attributes and children. Strings become text, whatever stands in them. */
function make(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes))
		element.setAttribute(name, value);
	element.append(...children);
	return element;
}

function byId(id) {
	return document.getElementById(id);
}
