/* table: the calls as rows. Many more than a window has room for are drawn as they come into sight. */

const ALL_ROWS = 1500; /* that the document bears at once, also for printing and the browser's own search */
const ROW_HEIGHT = 25;

function makeRow(call, index) {
	const words = make("td", {}, call.text);
	const row = make("tr", { "data-calls": call.id, "aria-rowindex": index + 2 }, make("td", {}, String(call.id)),
		make("td", {}, seconds(call.at)), make("td", {}, procName(call)),
		make("td", {}, call.conn ? `c${call.conn}` : ""), words, make("td", {}, call.payload ?? ""),
		make("td", {}, call.line?.at ?? ""));

	if (call.note)
		words.append(" ", make("i", {}, call.note));
	for (const finding of call.findings)
		words.append(" ", make("i", {}, `${finding.rule} ${finding.grade}`));
	row.classList.toggle("failed", Boolean(call.failed));
	row.classList.toggle("here", call.id === state.call);
	return row;
}

function makeRoom(rows) {
	const cell = make("td", { colspan: "7" });

	cell.style.height = `${rows * ROW_HEIGHT}px`;
	return make("tr", { class: "room", "aria-hidden": "true" }, cell);
}

function drawRows() {
	const box = byId("rows");
	const body = box.querySelector("tbody");
	const few = shown.length <= ALL_ROWS;
	const first = few ? 0 : Math.max(0, Math.floor(box.scrollTop / ROW_HEIGHT) - 20);
	const last = few ? shown.length : Math.min(shown.length, first + Math.ceil(box.clientHeight / ROW_HEIGHT) + 40);
	const rows = shown.slice(first, last).map((call, i) => makeRow(call, first + i));

	if (first > 0)
		rows.unshift(makeRoom(first));
	if (last < shown.length)
		rows.push(makeRoom(shown.length - last));
	body.replaceChildren(...rows);
	box.querySelector("table").setAttribute("aria-rowcount", shown.length + 1);
}

/* Scroll within the table alone: the page stays where it is. */
function showRow() {
	const box = byId("rows");
	const index = placeOf(state.call);
	const top = index * ROW_HEIGHT;

	if (shown[index]?.id === state.call && (top < box.scrollTop || top > box.scrollTop + box.clientHeight - 3 * ROW_HEIGHT))
		box.scrollTop = top - box.clientHeight / 3;
}

function tableView(changed) {
	const filtered = filters.some(key => changed.has(key));

	if (filtered)
		byId("rows").scrollTop = 0;
	if (filtered || changed.has("call")) {
		showRow();
		drawRows();
	}
}

function startTable() {
	let asked = false;

	byId("rows").addEventListener("scroll", () => {
		if (asked || shown.length <= ALL_ROWS)
			return;
		asked = true;
		requestAnimationFrame(() => { asked = false; drawRows(); });
	});
	views.push(tableView);
}
