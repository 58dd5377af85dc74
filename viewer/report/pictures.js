/* pictures: light up, in timeline, lesson and table, what belongs to a call. */

const marked = new Map(); /* elements of the pictures, by the calls that they tell */
const alight = new Map(); /* those that have a class now, by its name */

/* In a picture calls are numbered from its own trace's first. */
function idsOf(element) {
	const first = Number(element.closest("[data-first]")?.dataset.first ?? 0);

	return element.dataset.calls.split(" ").map(id => Number(id) + first);
}

function collectMarks() {
	for (const element of document.querySelectorAll("svg [data-calls]"))
		for (const id of idsOf(element)) {
			if (!marked.has(id))
				marked.set(id, []);
			marked.get(id).push(element);
		}
}

function elementsOf(id) {
	return [...(marked.get(id) ?? []), ...document.querySelectorAll(`#rows tr[data-calls="${id}"]`)];
}

function light(name, ids) {
	for (const element of alight.get(name) ?? [])
		element.classList.remove(name);
	alight.set(name, ids.flatMap(elementsOf));
	for (const element of alight.get(name))
		element.classList.add(name);
}

/* Both ends, and where the descriptor is from. */
function lightUp(call) {
	light("kin", call ? call.lineage ?? [] : []);
	light("lit", call ? [call.id, ...peersOf(call)] : []);
}

/* The part of the window that neither the tools nor the details cover. */
function sight() {
	const tools = byId("tools").getBoundingClientRect();

	return { top: Math.max(0, tools.bottom), bottom: innerHeight - (state.call ? byId("details").offsetHeight : 0) };
}

function isIn(inner, outer) {
	return inner.height > 0 && inner.top >= outer.top && inner.bottom <= outer.bottom;
}

/* Within its own place: the page itself does not move. */
function showElement(element) {
	const box = element.closest(".picture");
	const inner = element.getBoundingClientRect();

	const outer = box?.getBoundingClientRect();

	if (!box || !inner.height)
		return;
	if (!isIn(inner, outer))
		box.scrollTop += inner.top - outer.top - box.clientHeight / 3;
	/* A row is as wide as the picture; a cell of it is to be seen. */
	if (inner.width < outer.width && (inner.left < outer.left || inner.right > outer.right))
		box.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}

/* Where none of these can be seen, move the page to the first. */
function bringIntoSight(elements) {
	const seen = sight();

	if (elements.length && !elements.some(element => isIn(element.getBoundingClientRect(), seen)))
		scrollBy(0, elements[0].getBoundingClientRect().top - (seen.top + seen.bottom) / 2);
}

/* In the timeline, else in the table, else in the lesson. */
function seeCall() {
	bringIntoSight([...elementsOf(state.call), ...document.querySelectorAll("[data-box].here")]);
}

function dimOthers() {
	const ids = new Set(shown.map(call => call.id));

	for (const [id, elements] of marked)
		for (const element of elements)
			if (element.parentElement.tagName === "svg")
				element.classList.toggle("off", !idsOf(element).some(other => ids.has(other)) && !ids.has(id));
}

/* "You are here" in the lesson's diagram of the call's connection. */
function showStep(call) {
	for (const box of document.querySelectorAll("[data-box].here"))
		box.classList.remove("here");
	byId("step").textContent = call ? `#${call.id} ${call.text}` : "";
	if (call?.box === undefined)
		return;
	for (const lesson of document.querySelectorAll("details.lesson")) {
		const run = runs[lesson.dataset.run];
		const conn = run.conns[lesson.dataset.conn - 1] ?? { listener: call.listener };
		const mine = isOf(call, run, conn);

		if (call.conn)
			lesson.open = mine;
		if (mine) {
			const box = lesson.querySelector(`[data-box="${call.box}"]`);

			if (box) {
				box.classList.add("here");
				showElement(box);
			}
		}
	}
}

/* Of the lesson's steps in the same connection, the next one; of none, the first that there is. */
function stepBy(step) {
	const chosen = callOf(state.call);
	const run = chosen?.run ?? runs[0];
	const conn = run.conns.find(one => chosen && isOf(chosen, run, one)) ?? run.conns[0];
	const next = neighbour(step, call => call.box !== undefined && (!conn || isOf(call, run, conn)));

	if (!next)
		return;
	choose({ call: next.id });
	bringIntoSight([...document.querySelectorAll("[data-box].here")]);
}

/* Two pictures stand side by side where there is room for both, and where that is asked for. */
function layOut() {
	const button = byId("beside");

	button?.setAttribute("aria-pressed", String(state.beside === "1"));
	button?.closest("section").classList.toggle("forced", state.beside === "1");
}

/* On paper nothing can be opened. */
function startPrinting() {
	let opened = [];

	addEventListener("beforeprint", () => {
		opened = [...document.querySelectorAll("details:not([open])")];
		for (const details of opened)
			details.open = true;
	});
	addEventListener("afterprint", () => {
		for (const details of opened)
			details.open = false;
	});
}

function picturesView(changed) {
	const call = callOf(state.call);

	if (filters.some(key => changed.has(key)))
		dimOthers();
	light("here", call ? [call.id] : []);
	if (changed.has("beside"))
		layOut();
	if (!changed.has("call"))
		return;
	lightUp(call);
	showStep(call);
	for (const element of marked.get(state.call) ?? [])
		showElement(element);
}

function startPictures() {
	collectMarks();
	document.addEventListener("pointerover", event => {
		const at = event.target.closest("[data-calls]");

		lightUp(at ? callOf(idsOf(at)[0]) : callOf(state.call));
	});
	document.addEventListener("click", event => {
		const at = event.target.closest("svg [data-calls], #rows [data-calls]");

		if (at && !event.target.closest("a"))
			choose({ call: idsOf(at)[0] });
	});
	byId("steps").hidden = false;
	if (byId("beside")) {
		byId("beside").parentElement.hidden = false;
		byId("beside").addEventListener("click", () => choose({ beside: state.beside ? "" : "1" }));
	}
	startPrinting();
	byId("step-on").addEventListener("click", () => stepBy(1));
	byId("step-back").addEventListener("click", () => stepBy(-1));
	views.push(picturesView);
}
