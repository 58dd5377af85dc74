/* state: what is chosen: filters, a call, a part of the time. It stands in the address behind "#"; views are told of changes. */

const state = { run: "", proc: "", conn: "", name: "", errors: "", search: "", call: 0, view: "", beside: "" };
const filters = ["run", "proc", "conn", "name", "errors", "search"];
const views = [];
let shown = []; /* the calls that the filters leave */

function searchText(call) {
	call.text_searched ??= [call.text, call.note, call.payload, call.line?.at, call.line?.line, call.name,
		...(call.args ?? []).flat()].join(" ").toLowerCase();
	return call.text_searched;
}

function keep(call) {
	return (!state.run || call.run.letter === state.run) && (!state.proc || call.proc === Number(state.proc)) &&
		(!state.conn || call.conn === Number(state.conn)) && (!state.name || call.name === state.name) &&
		(!state.errors || call.failed) && (!state.search || searchText(call).includes(state.search.toLowerCase()));
}

function filter() {
	for (const call of calls)
		call.kept = keep(call);
	shown = filters.some(key => state[key]) ? calls.filter(call => call.kept) : calls;
}

function writeHash() {
	const hash = new URLSearchParams(Object.entries(state).filter(([, value]) => value)).toString();

	if (hash !== location.hash.slice(1))
		history.replaceState(null, "", `#${hash}`);
}

/* Change some of it, and tell the views what of it changed. */
function choose(changes) {
	const changed = new Set(Object.keys(changes).filter(key => state[key] !== changes[key]));

	if (!changed.size)
		return;
	Object.assign(state, changes);
	if (filters.some(key => changed.has(key)))
		filter();
	writeHash();
	for (const view of views)
		view(changed);
}

/* What the address says; what it does not say is not chosen. */
function readHash() {
	const said = new URLSearchParams(location.hash.slice(1));
	const wanted = {};

	for (const key of Object.keys(state))
		wanted[key] = said.get(key) ?? "";
	wanted.call = callOf(Number(wanted.call)) ? Number(wanted.call) : 0;
	choose(wanted);
}

/* Where a call stands in `shown`, which is in their order; or would stand. */
function placeOf(id) {
	let low = 0;

	for (let high = shown.length; low < high;) {
		const middle = low + high >> 1;

		if (shown[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The one behind the chosen call (or before it, by -1) for which it holds. */
function neighbour(step, holds = () => true) {
	let index = placeOf(state.call);

	if (step > 0 && shown[index]?.id !== state.call)
		index--;
	if (!state.call && step < 0)
		index = shown.length;
	for (index += step; shown[index]; index += step)
		if (holds(shown[index]))
			return shown[index];
	return null;
}
