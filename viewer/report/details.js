/* details: everything about the chosen call. */

/* What is told together stays together, whatever the columns are. */
function part(title, ...content) {
	return [make("div", {}, make("h3", {}, title), ...content)];
}

function list(pairs) {
	const dl = make("dl");

	for (const [name, value] of pairs)
		if (value !== undefined && value !== null && value !== "")
			dl.append(make("dt", {}, name), make("dd", {}, value));
	return dl;
}

function linkTo(id) {
	const call = callOf(id);
	const button = make("button", { type: "button", class: "jump" }, `#${id}`);

	button.addEventListener("click", () => go(call));
	return make("li", {}, button, ` ${procName(call)} ${call.text}`);
}

function links(title, ids) {
	return ids.length ? part(title, make("ul", {}, ...ids.slice(0, 20).map(linkTo))) : [];
}

/* Eight bytes a line: where, as numbers, as characters. */
function hexDump(hex) {
	const lines = [];

	for (let at = 0; at < hex.length; at += 16) {
		const bytes = hex.slice(at, at + 16).match(/../g);
		const text = bytes.map(byte => parseInt(byte, 16)).map(code => code > 31 && code < 127 ? String.fromCharCode(code) : ".");

		lines.push(`${(at / 2).toString(16).padStart(4, "0")}  ${bytes.join(" ").padEnd(24)} ${text.join("")}`);
	}
	return lines.join("\n");
}

function payload(call) {
	const recorded = (call.hex ?? "").length / 2;

	if (!recorded)
		return [];
	const title = call.moved > recorded ? `Bytes: the first ${recorded} of ${call.moved}` : `Bytes: ${recorded}`;
	return part(title, make("p", {}, make("code", {}, call.payload)), make("pre", { tabindex: "0" }, hexDump(call.hex)));
}

/* A name may be broken behind its "sin_". */
function breakable(words) {
	return words.split(/(?<=_)/).flatMap((piece, i) => i ? [make("wbr"), piece] : [piece]);
}

/* A struct's fields over or below the cells; bytes that none of them has are left free. */
function fieldRow(layout, count, words) {
	const row = make("tr");
	let at = 0;

	for (const field of layout?.fields ?? []) {
		if (field.at > at)
			row.append(make("td", { colspan: field.at - at }));
		const size = Math.min(field.size, count - field.at);
		if (size <= 0)
			break;
		row.append(make("td", { colspan: size }, ...words(field)));
		at = field.at + size;
	}
	return row;
}

function addressCells(title, key, run) {
	const picture = run.sockaddr.addresses.find(one => `${one.len}:${one.raw}` === key);

	if (!key || !picture)
		return [];
	const bytes = picture.raw.match(/../g).slice(0, 32);
	const table = make("table", { class: "cells", "aria-label": `bytes of ${picture.address}` },
		fieldRow(picture.generic, bytes.length, field => breakable(field.name)),
		make("tr", {}, ...bytes.map(byte => make("td", {}, byte))),
		fieldRow(picture.specific, bytes.length, field => breakable(field.name)),
		fieldRow(picture.specific, bytes.length, field => [field.value ?? ""]));
	const notes = picture.notes.map(note => make("p", { class: note.bad ? "bad" : "" }, note.text));
	return part(`${title}: ${picture.address}, ${picture.specific?.type ?? picture.family}, ${picture.len} bytes`, table, ...notes);
}

function source(call) {
	if (!call.line)
		return [];
	const where = call.line.function ? `${call.line.at}, in ${call.line.function}` : call.line.at;
	return part("Source", make("p", {}, where), ...(call.line.line ? [make("pre", { tabindex: "0" }, call.line.line)] : []));
}

function findings(call) {
	return call.findings.map(found => make("div", { class: "finding" },
		make("p", {}, `${found.rule} ${found.grade}: ${found.what}`), make("p", {}, found.cure ?? "")));
}

function drawDetails(call) {
	const box = byId("details");
	const conn = call.run.conns[call.conn - 1];
	const close = make("button", { type: "button", "aria-label": "Let go of the call" }, "×");

	close.addEventListener("click", () => choose({ call: 0 }));
	const title = make("div", {}, make("h2", {}, `#${call.id} ${call.text}`),
		...(call.note ? [make("p", { class: call.failed ? "bad" : "" }, call.note)] : []));
	const parts = [...findings(call), make("div", {}, list([
			["Process", `${procName(call)} ${call.who.who}${call.who.role ? `, ${call.who.role}` : ""}`],
			["Thread", call.tid], ["Time", `${seconds(call.at)} s`],
			["Took", call.pending ? "never returned" : call.took && duration(call.took)],
			["Connection", conn?.text], ["Descriptor", call.fd],
		])),
		...source(call),
		...(call.args?.length ? part("Arguments and results", list(call.args)) : []),
		...payload(call),
		...addressCells("Address", call.addr, call.run), ...addressCells("Own end", call.local, call.run),
		...(call.peer !== call.addr ? addressCells("Other end", call.peer, call.run) : []),
		...links("The other end", peersOf(call)), ...links("Where the descriptor is from", call.lineage ?? [])];

	box.replaceChildren(make("div", { class: "title" }, title, close), make("div", { class: "parts" }, ...parts));
	box.scrollTop = 0;
}

function detailsView(changed) {
	const call = callOf(state.call);

	if (!changed.has("call"))
		return;
	byId("details").hidden = !call;
	document.documentElement.classList.toggle("chosen", Boolean(call));
	if (call)
		drawDetails(call);
}

function startDetails() {
	views.push(detailsView);
}
