// frames: how long a report's frames take while somebody uses it. A line each: what was done, and the milliseconds of its frames.
"use strict";
const { launch, openPage } = require("../browser/lib/browser.js");

/* In the page: each is done once a frame. A frame is as long as from one callback to the next: 16.7 ms where nothing is late. */
async function use() {
	const rows = document.getElementById("rows"), lanes = document.getElementById("lanes").getBoundingClientRect();
	const point = i => new PointerEvent("pointermove", { bubbles: true, clientX: lanes.left + 150 + i * 10, clientY: lanes.top + 10 + i % 40 });
	const acts = [
		["nothing", () => {}],
		["zoom of the overview", i => zoom(i % 20 < 10 ? 1.5 : 1 / 1.5)],
		["pan of it, zoomed in", i => { if (i === 0) show(.4, .5); pan(i % 10 < 5 ? .1 : -.1); }],
		["pointing at it", i => { if (i === 0) show(0, 1); document.getElementById("lanes").dispatchEvent(point(i)); }],
		["j, the next call", () => go(neighbour(1))],
		["scrolling of the table", () => { rows.scrollTop += 5000; }],
		["scrolling of the page", i => scrollBy(0, i < 30 ? 60 : -60)],
		["a letter in the search", i => choose({ search: "read".slice(0, i % 5) })],
		["another process", i => choose({ search: "", proc: i % 2 ? "3" : "" })],
	];
	const frames = {};

	for (const [name, act] of acts) {
		let last = await new Promise(requestAnimationFrame);

		frames[name] = [];
		for (let i = 0; i < 60; i++) {
			act(i);
			const now = await new Promise(requestAnimationFrame);
			frames[name].push(now - last);
			last = now;
		}
	}
	return frames;
}

(async () => {
	const browser = await launch();

	try {
		const begun = Date.now(), page = await openPage(browser, process.argv[2]);

		console.log(JSON.stringify(["opening", [Date.now() - begun]]));
		for (const row of Object.entries(await page.evaluate(use)))
			console.log(JSON.stringify(row));
	} finally {
		await browser.close();
	}
})();
