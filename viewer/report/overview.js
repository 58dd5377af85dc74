/* overview: all calls over time, a lane a process; to zoom and to move in. What falls on one pixel is drawn once. */

const LEAST = 1e-7; /* of all the time: the narrowest part that is shown */
const TICK = 120; /* pixels that a time with its words takes */
let view = { from: 0, to: 1 };
let colors = {};
let lanes = []; /* { run, proc, top, height } */

/* What the colours say, as far as there are such calls. */
const meanings = { plain: "starting", link: "connecting", data: "bytes", end: "closing", dim: "options and waiting", strong: "processes", bad: "errors" };

function drawLegend() {
	byId("legend").replaceChildren(...Object.keys(meanings).filter(tone => tone in colors).flatMap(tone => {
		const mark = make("i", { "aria-hidden": "true" }, "■");

		mark.style.color = colors[tone];
		return [make("span", {}, mark, ` ${meanings[tone]}`), "  "];
	}), runs.some(run => run.findings.length) ? "▾ a mistake" : "");
}

/* The colours of the pictures, as the page's style has them now. What is black and bold there has that of waiting, which no call has. */
function readColors() {
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	const page = getComputedStyle(document.body);

	document.body.append(svg);
	for (const tone of new Set(calls.map(call => call.tone))) {
		const probe = document.createElementNS("http://www.w3.org/2000/svg", "text");

		probe.setAttribute("class", tone === "strong" ? "wait" : tone);
		svg.append(probe);
		colors[tone] = getComputedStyle(probe).fill;
	}
	svg.remove();
	for (const name of ["page", "ink", "faint", "line", "here", "bad", "panel"])
		colors[`-${name}`] = page.getPropertyValue(`--${name}`);
	drawLegend();
}

function prepare(canvas, height) {
	const scale = window.devicePixelRatio || 1;
	const width = canvas.clientWidth;
	const pen = canvas.getContext("2d");

	canvas.style.height = `${height}px`;
	canvas.width = Math.round(width * scale);
	canvas.height = Math.round(height * scale);
	pen.scale(scale, scale);
	pen.font = '12px "DejaVu Sans Mono", Menlo, Consolas, monospace';
	return { pen, width, height };
}

/* With many processes lanes are thin, and at last several are one. */
function placeLanes() {
	const all = runs.flatMap(run => run.procs.map(proc => ({ run, proc })));
	const height = Math.max(2, Math.min(22, Math.floor(320 / all.length)));
	const total = Math.min(320, all.length * height);

	lanes = all.map((lane, i) => ({ ...lane, top: Math.floor(i * total / all.length), height }));
	for (const run of runs)
		run.firstLane = lanes.findIndex(lane => lane.run === run);
	return total + 20;
}

/* Left of the lanes stand their names. */
function gutter(width) {
	return lanes[0]?.height < 14 ? 0 : Math.min(190, Math.round(width / 3));
}

function atX(share, width, left) {
	return left + (share - view.from) / (view.to - view.from) * (width - left);
}

/* The other way round: of the place under the pointer, its share of what is shown. */
function shareAt(x, width) {
	const left = gutter(width);

	return Math.min(1, Math.max(0, (x - left) / (width - left)));
}

/* Whatever is drawn by now right up to a pixel hides what falls on it; errors are drawn all the same. */
function drawCall(pen, call, width, left, reach) {
	const lane = lanes[call.run.firstLane + call.proc - 1];
	const from = atX(call.from, width, left), to = Math.max(atX(call.to, width, left), from + 2);
	const chosen = call.id === state.call;

	if (to < left || from > width || (to <= reach[lane.top] && !call.failed && !chosen))
		return;
	reach[lane.top] = Math.max(reach[lane.top], Math.ceil(to));
	pen.globalAlpha = !call.kept ? .15 : call.took > 1e6 && !call.failed ? .55 : 1;
	pen.fillStyle = chosen ? colors["-here"] : call.failed ? colors["-bad"] : colors[call.tone];
	pen.fillRect(from, lane.top + (lane.height > 4), to - from, lane.height - (lane.height > 4 ? 2 : 1));
}

/* A triangle on top of what check found a mistake in. */
function drawMistake(pen, call, width, left) {
	const x = atX(call.from, width, left), y = lanes[call.run.firstLane + call.proc - 1].top;

	if (x < left || x > width)
		return;
	pen.globalAlpha = 1;
	pen.fillStyle = colors["-bad"];
	pen.beginPath();
	pen.moveTo(x - 4, y);
	pen.lineTo(x + 6, y);
	pen.lineTo(x + 1, y + 8);
	pen.fill();
}

function drawNames(pen, width, height) {
	const left = gutter(width);

	pen.globalAlpha = 1;
	pen.clearRect(0, 0, left, height);
	if (!left)
		return;
	for (const lane of lanes) {
		pen.fillStyle = colors["-ink"];
		pen.save();
		pen.beginPath();
		pen.rect(0, lane.top, left - 6, lane.height);
		pen.clip();
		pen.fillText(`${lane.run.letter && lane.run.letter + ": "}P${lane.proc.number} ${lane.proc.who}`, 4,
			lane.top + lane.height / 2 + 4);
		pen.restore();
		pen.fillStyle = colors["-line"];
		pen.fillRect(0, lane.top + lane.height - .5, width, 1);
	}
}

/* The least of 1, 2, 5, 10, 20... that is no less. */
function roundStep(least) {
	const power = 10 ** Math.floor(Math.log10(least));

	return [1, 2, 5, 10].map(n => n * power).find(step => step >= least);
}

function drawTimes(pen, width, height) {
	const left = gutter(width);
	const axis = runs[0].axis;
	const slots = axis.length ? axis.at(-1).slot + axis.at(-1).slots : 1;
	let free = left; /* up to there are words */

	pen.fillStyle = colors["-faint"];
	for (const part of axis) {
		const from = atX(part.slot / slots, width, left), to = atX((part.slot + part.slots) / slots, width, left);
		const perPixel = (part.to - part.from) / (to - from) || 1;
		const step = roundStep(TICK * perPixel), digits = Math.max(0, Math.ceil(9 - Math.log10(step)));
		const first = part.from + Math.max(0, left - from) * perPixel;

		for (let time = Math.ceil(first / step) * step; time <= part.to; time += step) {
			const x = from + (time - part.from) / perPixel;

			if (x > width)
				break;
			if (x < free)
				continue;
			pen.fillText(`${(time / 1e9).toFixed(digits)} s`, x + 4, height - 5);
			pen.fillRect(x, height - 16, 1, 16);
			free = x + TICK - 10;
		}
	}
	/* Where time was cut out. */
	for (const part of axis.slice(1)) {
		const x = atX(part.slot / slots, width, left);

		if (x >= left)
			for (let y = 0; y < height - 16; y += 6)
				pen.fillRect(x, y, 1, 3);
	}
}

function drawLanes() {
	const { pen, width, height } = prepare(byId("lanes"), placeLanes());
	const left = gutter(width);

	pen.clearRect(0, 0, width, height);
	for (const list of shown === calls ? [calls] : [calls, shown]) {
		const reach = new Float64Array(height);

		for (const call of list)
			if (list === shown || !call.kept)
				drawCall(pen, call, width, left, reach);
	}
	if (state.call)
		drawCall(pen, callOf(state.call), width, left, new Float64Array(height));
	for (const run of runs)
		for (const finding of run.findings)
			drawMistake(pen, callOf(finding.call), width, left);
	drawNames(pen, width, height);
	drawTimes(pen, width, height);
	byId("lanes").setAttribute("aria-label", `${shown.length} calls of ${lanes.length} processes over time`);
}

function drawMinimap() {
	const { pen, width, height } = prepare(byId("minimap"), 34);
	const left = gutter(width), room = width - left;
	const counts = new Array(Math.ceil(room / 2) + 1).fill(0);
	const failed = new Set();

	for (const call of shown) {
		const slot = Math.floor(call.from * room / 2);

		counts[slot]++;
		if (call.failed)
			failed.add(slot);
	}
	const most = Math.max(1, ...counts);
	counts.forEach((count, slot) => {
		const tall = count && 4 + Math.log1p(count) / Math.log1p(most) * (height - 8);

		pen.fillStyle = failed.has(slot) ? colors["-bad"] : colors["-faint"];
		pen.fillRect(left + slot * 2, height - tall, 2, tall);
	});
	pen.globalAlpha = .35;
	pen.fillStyle = colors["-here"];
	pen.fillRect(left + view.from * room, 0, Math.max(3, (view.to - view.from) * room), height);
}

let drawing = false;

function drawOverview() {
	if (drawing)
		return;
	drawing = true;
	requestAnimationFrame(() => { drawing = false; drawLanes(); drawMinimap(); });
}

function show(from, to) {
	const width = Math.min(1, Math.max(LEAST, to - from));
	const start = Math.min(Math.max(0, from), 1 - width);

	choose({ view: width === 1 ? "" : `${start.toFixed(7)}-${(start + width).toFixed(7)}` });
}

/* By a factor, with what is at that share of the width staying where it is. */
function zoom(factor, at = .5) {
	const fixed = view.from + (view.to - view.from) * at;

	show(fixed - (fixed - view.from) / factor, fixed + (view.to - fixed) / factor);
}

function pan(by) {
	const width = view.to - view.from;

	show(view.from + by * width, view.to + by * width);
}

/* The call that is drawn nearest to the pointer. */
function callAt(event) {
	const box = byId("lanes").getBoundingClientRect();
	const x = event.clientX - box.left, y = event.clientY - box.top;
	const left = gutter(box.width);
	let best = null, distance = 8;

	for (const call of shown) {
		const lane = lanes[call.run.firstLane + call.proc - 1];
		const from = atX(call.from, box.width, left), to = Math.max(atX(call.to, box.width, left), from + 2);
		const away = x < from ? from - x : x > to ? x - to : Math.min(1, (to - from) / 1000);

		if (y >= lane.top && y < lane.top + lane.height && away < distance) {
			best = call;
			distance = away;
		}
	}
	return best;
}

/* Dragging moves; a press that did not move is a click. */
function followPointer(canvas) {
	let held = null;

	canvas.addEventListener("pointerdown", event => {
		held = { x: event.clientX, from: view.from, moved: false };
		canvas.setPointerCapture(event.pointerId);
	});
	canvas.addEventListener("pointermove", event => {
		if (held) {
			const width = view.to - view.from;
			const by = (held.x - event.clientX) / (canvas.clientWidth - gutter(canvas.clientWidth)) * width;

			held.moved ||= Math.abs(held.x - event.clientX) > 3;
			if (held.moved)
				show(held.from + by, held.from + by + width);
			return;
		}
		const call = callAt(event);
		byId("pointed").textContent = call ? `#${call.id} ${procName(call)} ${call.text}` : "";
		lightUp(call ?? callOf(state.call));
	});
	canvas.addEventListener("pointerup", event => {
		const call = held && !held.moved ? callAt(event) : null;

		held = null;
		if (call)
			choose({ call: call.id });
	});
}

function followMinimap(map) {
	const move = event => {
		const at = shareAt(event.clientX - map.getBoundingClientRect().left, map.clientWidth);
		const half = (view.to - view.from) / 2;

		show(at - half, at + half);
	};

	map.addEventListener("pointerdown", event => { map.setPointerCapture(event.pointerId); move(event); });
	map.addEventListener("pointermove", event => { if (event.buttons) move(event); });
}

function overviewView(changed) {
	const [from, to] = state.view.split("-").map(Number);

	if (changed.has("view"))
		view = to > from ? { from, to } : { from: 0, to: 1 };
	drawOverview();
}

function startOverview() {
	const canvas = byId("lanes");

	byId("overview").hidden = false;
	readColors();
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColors(); drawOverview(); });
	window.addEventListener("resize", drawOverview);
	byId("zoom-in").addEventListener("click", () => zoom(2));
	byId("zoom-out").addEventListener("click", () => zoom(.5));
	byId("zoom-all").addEventListener("click", () => show(0, 1));
	canvas.addEventListener("wheel", event => {
		if (!event.ctrlKey && !event.shiftKey)
			return; /* the page scrolls */
		event.preventDefault();
		zoom(event.deltaY + event.deltaX < 0 ? 1.25 : .8, shareAt(event.offsetX, canvas.clientWidth));
	}, { passive: false });
	followPointer(canvas);
	followMinimap(byId("minimap"));
	views.push(overviewView);
	drawOverview();
}
