/* keys: what the keyboard and the tools above the page do. */

function go(call) {
	if (!call)
		return;
	choose({ call: call.id });
	seeCall();
}

const keys = {
	"j": () => go(neighbour(1)),
	"k": () => go(neighbour(-1)),
	"n": () => go(neighbour(1, call => call.failed)),
	"N": () => go(neighbour(-1, call => call.failed)),
	".": () => stepBy(1),
	"/": () => byId("search").focus(),
	"+": () => zoom(2),
	"=": () => zoom(2),
	"-": () => zoom(.5),
	"0": () => show(0, 1),
	"?": () => byId("help").showModal(),
	"Escape": () => choose({ call: 0 }),
};

function pressed(event) {
	const typing = event.target.closest("input[type=search], select");

	if (event.ctrlKey || event.altKey || event.metaKey || byId("help").open)
		return;
	if (typing) {
		if (event.key === "Escape")
			typing.blur();
		return;
	}
	if (event.target.id === "lanes" && event.key.startsWith("Arrow"))
		pan(event.key === "ArrowLeft" ? -.25 : event.key === "ArrowRight" ? .25 : 0);
	else if (Object.hasOwn(keys, event.key))
		keys[event.key]();
	else
		return;
	event.preventDefault();
}

function fill(select, options) {
	for (const [value, words] of options)
		select.append(make("option", { value }, words));
}

/* A name that two traces have is one choice. */
function uniqueBy(list, key) {
	return [...new Map(list.map(one => [key(one), one])).values()];
}

function fillTools() {
	const procs = uniqueBy(runs.flatMap(run => run.procs), proc => proc.number);
	const conns = uniqueBy(runs.flatMap(run => run.conns), conn => conn.number);
	const names = uniqueBy(calls, call => call.name).map(call => call.name).sort();

	fill(byId("proc"), procs.map(proc => [proc.number, runs.length > 1 ? `P${proc.number}` : `P${proc.number} ${proc.who}`]));
	fill(byId("conn"), conns.map(conn => [conn.number, runs.length > 1 ? `c${conn.number}` : conn.text]));
	fill(byId("name"), names.map(name => [name, name]));
	if (runs.length > 1)
		fill(byId("run"), runs.map(run => [run.letter, run.letter]));
}

function toolsView(changed) {
	for (const key of filters)
		if (changed.has(key) && byId(key) && key !== "errors")
			byId(key).value = state[key];
	byId("errors").checked = Boolean(state.errors);
	byId("count").textContent = `${shown.length} of ${calls.length} calls`;
}

function startKeys() {
	fillTools();
	byId("tools").hidden = false;
	byId("tools").addEventListener("submit", event => event.preventDefault());
	for (const key of ["run", "proc", "conn", "name"])
		byId(key)?.addEventListener("change", event => choose({ [key]: event.target.value }));
	byId("errors").addEventListener("change", event => choose({ errors: event.target.checked ? "1" : "" }));
	byId("search").addEventListener("input", event => choose({ search: event.target.value }));
	byId("clear").addEventListener("click", () => choose(Object.fromEntries(filters.map(key => [key, ""]))));
	byId("help-button").addEventListener("click", () => byId("help").showModal());
	document.addEventListener("keydown", pressed);
	views.push(toolsView);
}
