// report: what a report does in a browser: see report.t, which makes the reports and starts this.
"use strict";
const { execFileSync } = require("child_process");
const { ok, equal, launch, openPage, violations, looksLike } = require("./lib/browser.js");
const given = JSON.parse(process.argv[2]);

/* Short questions to the page. */
const ask = {
	chosen: page => page.evaluate(() => Number(new URLSearchParams(location.hash.slice(1)).get("call"))),
	hash: page => page.evaluate(() => location.hash),
	title: page => page.$eval("#details h2", element => element.textContent),
	details: page => page.$eval("#details", element => element.innerText),
	count: page => page.$eval("#count", element => element.textContent),
	rows: page => page.$$eval("#rows tbody tr:not(.room)", rows => rows.length),
	marked: (page, name) => page.$$eval(`svg [data-calls].${name}`, all => all.map(one => one.dataset.calls)),
	/* The first call of that name, in a trace's order. */
	find: (page, name, more = "") => page.evaluate((name, more) =>
		calls.find(call => call.name === name && (!more || JSON.stringify(call.args).includes(more) || call.text.includes(more)))?.id, name, more),
};

/* Whether it is so, now or soon: what a link does comes with an event of its own, after the click has returned. */
async function comesTrue(asked, milliseconds = 60000) {
	for (const end = Date.now() + milliseconds; Date.now() < end; await new Promise(again => setTimeout(again, 20)))
		if (await asked())
			return true;
	return false;
}

async function quiet(page, name) {
	equal(await page.complaints(), [], `${name}: nothing on the console, nothing forbidden, nothing asked for`);
	await page.close();
}

async function everyReportOpens(browser) {
	for (const [name, file] of Object.entries(given.every)) {
		const page = await openPage(browser, file);

		await page.keyboard.press("j");
		equal([await ask.chosen(page), (await page.$$("canvas")).length > 1], [1, true], `${name}: opens, and j chooses its first call`);
		await quiet(page, name);
	}
}

async function theKeyboard(browser) {
	const page = await openPage(browser, given.echo);
	const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); return ask.chosen(page); };

	equal(await press("j", "j", "j"), 3, "j j j: the third call");
	equal(await press("k"), 2, "k: the second");
	equal(await press("k", "k", "k"), 1, "k stops at the first");
	await press("?");
	ok(await page.$eval("#help", help => help.open), "?: help is open");
	equal(await press("j"), 1, "under it keys do nothing");
	await press("Escape");
	ok(!await page.$eval("#help", help => help.open), "Escape closes it");
	await press("/");
	await page.keyboard.type("hello");
	equal(await page.$eval("#search", input => input.value), "hello", "/: what is typed is searched");
	equal(await page.$$eval("#rows tbody tr", rows => rows.every(row => row.textContent.includes("hello"))), true, "only rows with it are left");
	await press("Escape");
	const first = await press("j");
	ok(/write|read/.test(await ask.title(page)), "j goes to the first that is left", await ask.title(page));
	await press("Escape");
	ok(first && !await ask.chosen(page) && await page.$eval("#details", box => box.hidden), "Escape lets go of it");
	await quiet(page, "keyboard");
}

async function errors(browser) {
	const page = await openPage(browser, given.failures);

	await page.keyboard.press("n");
	const first = await ask.title(page);
	ok(/EPIPE|ECONN|RST|-1|closed/.test(await ask.details(page)), "n: the next error", await ask.details(page));
	await page.click("#errors");
	const [left, all] = (await ask.count(page)).match(/\d+/g).map(Number);
	ok(left > 0 && left < all, "Errors: only these are left", `${left} of ${all}`);
	equal(await ask.rows(page), left, "and only these are rows");
	await page.keyboard.press("N");
	equal(await ask.title(page), first, "N: none before the first");
	ok((await page.$$("#timeline svg .off")).length > 0, "the others fade in the timeline");
	await quiet(page, "errors");
}

async function filtersStandInTheAddress(browser) {
	const page = await openPage(browser, given.echo);

	await page.select("#proc", "2");
	await page.select("#name", "write");
	await page.type("#search", "hello");
	await page.keyboard.press("Escape");
	await page.keyboard.press("j");
	const [hash, count, title] = [await ask.hash(page), await ask.count(page), await ask.title(page)];
	ok(/proc=2/.test(hash) && /name=write/.test(hash) && /search=hello/.test(hash) && /call=\d+/.test(hash), "the address has all of it", hash);
	equal(count.split(" ")[0], "1", "one call is left");
	const again = await openPage(browser, given.echo, { hash: hash.slice(1) });
	equal([await ask.count(again), await ask.title(again)], [count, title], "the address leads back to it");
	equal(await again.$eval("#name", select => select.value), "write", "the lists show it");
	await again.evaluate(() => { location.hash = "#conn=1"; });
	await again.waitForFunction(() => document.getElementById("conn").value === "1");
	ok((await again.$eval("#details", box => box.hidden)), "another address is another choice");
	await again.click("#clear");
	equal(await ask.hash(again), "", "Clear clears it");
	await quiet(page, "filters");
	await quiet(again, "address");
}

async function aClickKeepsACall(browser) {
	const page = await openPage(browser, given.echo);
	const bind = await ask.find(page, "bind"), read = await ask.find(page, "read");

	await page.$eval(`#timeline [data-calls~="${bind}"] text`, text => text.scrollIntoView());
	await page.click(`#timeline [data-calls~="${bind}"] text`);
	equal(await ask.chosen(page), bind, "a click in the timeline");
	const cells = await page.$$eval(".cells tr:nth-child(2) td", all => all.map(cell => cell.textContent));
	equal([cells.length, cells.slice(0, 2).join("")], [16, "0200"], "bind: the sixteen bytes of its address");
	const fields = await page.$$eval(".cells tr", rows => rows.map(row => row.innerText.split(/\s+/).filter(Boolean)));
	equal([fields[0], fields[2]], [["sa_family", "sa_data"], ["sin_family", "sin_port", "sin_addr", "sin_zero"]], "and both structs over them");
	await page.click(`#rows tr[data-calls="${read}"] td:nth-child(5)`);
	equal(await ask.chosen(page), read, "a click in the table");
	const details = await ask.details(page);
	ok(details.includes("68 65 6c 6c 6f 0a") && details.includes("hello."), "read: its bytes, and as characters", details);
	ok(/net\.c:\d+, in rio_fill/.test(details) && /read\(/.test(details), "read: the line of the source", details);
	ok(/count\s+\d+/.test(details), "read: its arguments", details);
	await page.$eval("#lanes", canvas => canvas.scrollIntoView({ block: "center" }));
	await page.evaluate(() => choose({ call: 0 }));
	const spot = await page.evaluate(() => { const call = shown.find(one => one.name === "close"); const width = byId("lanes").clientWidth;
		return [atX(call.from, width, gutter(width)) + 1, lanes[call.run.firstLane + call.proc - 1].top + 8, call.proc]; });
	const box = await (await page.$("#lanes")).boundingBox();
	await page.mouse.click(box.x + spot[0], box.y + spot[1]);
	/* Others may lie on the same pixels, as the run would have it. */
	const hit = await page.evaluate((id, [x, , proc]) => { const call = calls.find(one => one.id === id); const width = byId("lanes").clientWidth;
		const at = time => atX(time, width, gutter(width));
		return call && [call.proc === proc, at(call.from) - 3 < x, x < at(call.to) + 3]; }, await ask.chosen(page), spot);
	equal(hit, [true, true, true], "a click in the overview");
	await quiet(page, "click");
}

async function pointingLightsBothEnds(browser) {
	const page = await openPage(browser, given.echo);
	const [write, read] = await page.evaluate(() => { const read = calls.find(call => call.name === "read" && call.who.role === "Server" && call.causes);
		return [read.causes[0], read.id]; });

	await page.$eval(`#timeline [data-calls~="${read}"] text`, text => text.scrollIntoView({ block: "center" }));
	await page.hover(`#timeline [data-calls="${read}"] text`);
	const lit = (await ask.marked(page, "lit")).join(" ").split(" ");
	ok(lit.includes(String(write)) && lit.includes(String(read)), "pointing at a read lights it and the write", lit);
	const kin = await page.evaluate(() => [...document.querySelectorAll("svg .kin")].flatMap(one => one.dataset.calls.split(" ").map(id => callOf(Number(id)).name)));
	ok(kin.includes("accept") && kin.includes("socket"), "and the accept and the socket that its descriptor is from", kin);
	await page.hover("h1");
	equal(await ask.marked(page, "lit"), [], "pointing elsewhere puts it out");
	await quiet(page, "pointing");
}

async function theLessonStepsAlong(browser) {
	const page = await openPage(browser, given.echo);
	const steps = [];

	for (let i = 0; i < 25; i++) {
		await page.keyboard.press(".");
		steps.push(await page.$eval("[data-box].here text", text => text.textContent));
	}
	const told = ["getaddrinfo", "socket", "bind", "listen", "connect", "accept", "rio_writen", "rio_fill", "close"];
	equal(told.filter(name => !steps.includes(name)), [], "stepping on comes to every box");
	equal(await page.$eval("[data-box].here rect", rect => getComputedStyle(rect).fill), "rgb(151, 154, 230)", "you are here, in the lesson's colour");
	const seen = await page.evaluate(() => isIn(document.querySelector("[data-box].here").getBoundingClientRect(), sight()));
	ok(seen, "and in sight");
	const before = await ask.chosen(page);
	await page.$eval("#steps", buttons => buttons.scrollIntoView());
	await page.click("#step-back");
	ok(await ask.chosen(page) < before, "stepping back goes back");
	await quiet(page, "lesson");
}

async function theOverviewHasThePicturesColours(browser) {
	const page = await openPage(browser, given.echo);
	const marks = await page.$$eval("#legend i", all => all.map(mark => getComputedStyle(mark).color));
	const data = await page.$eval("svg text.data", text => getComputedStyle(text).fill);

	const parts = marks.map(mark => mark.match(/\d+/g).map(Number));
	const far = (a, b) => Math.hypot(...a.map((part, i) => part - b[i])) > 60;

	ok(marks.length > 3 && parts.every((a, i) => parts.slice(0, i).every(b => far(a, b))), "each kind of call has a colour that can be told from the others'", marks.join(" "));
	ok(marks.includes(data), "that of the bytes is the timeline's", data);
	await quiet(page, "colours");
}

async function aListenerIsInItsOwnLessons(browser) {
	const page = await openPage(browser, given.every.chain_of_proxies);
	const marked = await page.evaluate(() => calls.filter(call => call.name === "bind").map(bind => {
		choose({ call: bind.id });
		return [...document.querySelectorAll("[data-box].here")].map(box => runs[0].conns[box.closest("details").dataset.conn - 1].listener === bind.listener);
	}));

	equal(marked, [[true], [true], [true]], "each server's bind stands in the diagram of the connection to it, and in no other");
	await quiet(page, "listeners");
}

async function mistakesStandInPlace(browser) {
	const page = await openPage(browser, given.mistake);
	const call = await page.evaluate(() => runs[0].findings[0].call);

	ok((await page.$eval("#mistakes", section => section.innerText)).includes("ST012"), "the mistake is listed");
	ok((await page.$eval("#timeline svg", svg => svg.textContent)).includes("ST012"), "it stands in the timeline");
	await page.click("#mistakes a");
	ok(await comesTrue(async () => await ask.chosen(page) === call), "its link leads to the call");
	ok(await comesTrue(async () => (await ask.details(page)).includes("ST012")), "and is told there");
	await page.$eval("#mistakes summary", summary => summary.click());
	ok((await page.$eval("#mistakes details", details => details.innerText)).includes("Why it"), "Explain explains");
	await quiet(page, "mistakes");
}

async function twoTraces(browser) {
	const page = await openPage(browser, given.two);

	equal(await page.$$eval("#timeline svg", all => all.length), 2, "two timelines");
	const places = () => page.$$eval("#timeline svg", all => all.map(one => { const box = one.getBoundingClientRect(); return [box.top, box.left]; }));
	const areBeside = ([a, b]) => a[0] === b[0] && a[1] < b[1];
	const areBelow = ([a, b]) => a[0] < b[0] && a[1] === b[1];

	ok(areBelow(await places()), "one above the other where there is no room for both");
	await page.click("#beside");
	ok(areBeside(await places()) && page.url().endsWith("#beside=1"), "beside each other on demand");
	equal(await page.$eval("#beside", button => button.ariaPressed), "true", "the button says so");
	await page.click("#beside");
	ok(areBelow(await places()), "and back");
	await page.setViewport({ width: 1900, height: 900 });
	ok(areBeside(await places()), "beside each other where there is room");
	await page.setViewport({ width: 1280, height: 900 });
	const links = await page.$$("#comparison a");
	ok(links.length > 0, "differences lead to calls");
	await links[0].click();
	ok(await comesTrue(async () => await ask.chosen(page) > 0), "and a click goes there");
	await page.select("#run", "B");
	const firsts = await page.$$eval("#rows tbody tr", rows => rows.map(row => row.children[2].textContent));
	ok(firsts.length && firsts.every(text => text.startsWith("B: ")), "one of them alone", firsts);
	await quiet(page, "two traces");
}

async function nothingOfAHostileTraceRuns(browser) {
	for (const [name, file] of Object.entries(given.hostile)) {
		const page = await openPage(browser, file, { hash: "call=2" });

		equal(await page.evaluate(() => [typeof window.owned, document.scripts.length, document.images.length, document.querySelectorAll("iframe, object, link, base").length]),
			["undefined", 2, 0, 0], `${name}: the page's own elements only`);
		for (let i = 0; i < 6; i++)
			await page.keyboard.press("j");
		await page.keyboard.press("/");
		await page.keyboard.type("</scr");
		equal(await page.evaluate(() => typeof window.owned), "undefined", `${name}: whatever is looked at`);
		ok(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u202a-\u202e]/.test(await page.$eval("body", body => body.innerText)), `${name}: no control character is shown`);
		await quiet(page, name);
	}
}

async function withoutAScript(browser) {
	const page = await openPage(browser, given.echo, { script: false });
	const text = await (await page.$("body")).evaluate(body => body.innerText).catch(() => page.content());

	ok(/connection request/.test(text) && /sin_port/.test(text), "without a script pictures are there");
	equal([await page.$("#tools:not([hidden])"), await page.$("#overview:not([hidden])")], [null, null], "and nothing that would do nothing");
	const shown = await page.$$("noscript tr");
	ok(shown.length > 20, "and the table of calls", shown.length);
	await page.close();
}

/* On paper nothing can be opened: with a script the browser says that it prints, without one its style has to know. */
async function paperShowsAll(browser) {
	for (const script of [true, false]) {
		const page = await openPage(browser, given.every.forking_server, { script });
		const open = () => page.$$eval("details", all => all.map(one => one.open));
		const before = script && await open();

		if (script) {
			ok(before.includes(false), "on a screen some are closed", before);
			await page.evaluate(() => {
				window.printed = [];
				addEventListener("beforeprint", () => { window.printed = [...document.querySelectorAll("details")].map(one => one.open); });
			});
		}
		const file = `${given.out}/${script ? "with" : "without"}-script.pdf`;
		await page.pdf({ path: file });
		if (script) {
			const printed = await page.evaluate(() => window.printed);
			ok(printed.length && !printed.includes(false), "on paper all are open", printed);
			equal(await open(), before, "and afterwards as before");
		}
		const words = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
		ok(words.includes("clientfd(3)"), `what was closed is printed, ${script ? "with" : "without"} a script`, words.slice(0, 3000));
		await page.close();
	}
}

async function manyCalls(browser) {
	const page = await openPage(browser, given.many);
	const all = await page.evaluate(() => calls.length);

	ok(all > 100000, `${all} calls`);
	const elements = await page.evaluate(() => document.querySelectorAll("*").length);
	ok(elements < 12000, "no more elements than a browser bears", elements);
	ok(await ask.rows(page) < 200, "the table holds those in sight", await ask.rows(page));
	await page.$eval("#rows", box => { box.scrollTop = box.scrollHeight; });
	await page.waitForFunction(all => document.querySelector(`#rows tr[data-calls="${all}"]`), {}, all);
	ok(await ask.rows(page) < 200, "also at its end");
	await page.$eval("#lanes", canvas => canvas.scrollIntoView());
	for (const key of ["+", "+", "+"])
		await page.keyboard.press(key);
	const [from, to] = await page.evaluate(() => [view.from, view.to]);
	ok(Math.abs(to - from - 1 / 8) < 1e-5 && /view=/.test(await ask.hash(page)), "+ zooms to an eighth", [from, to]);
	await page.focus("#lanes");
	await page.keyboard.press("ArrowRight");
	ok((await page.evaluate(() => view.from)) > from, "an arrow moves it");
	await page.keyboard.press("0");
	equal(await ask.hash(page), "", "0 shows all");
	const map = await (await page.$("#minimap")).boundingBox();
	await page.keyboard.press("+");
	await page.mouse.click(map.x + map.width - 5, map.y + 10);
	ok(Math.abs((await page.evaluate(() => view.to)) - 1) < 1e-6, "a click in the minimap goes there");
	ok(await page.evaluate(() => document.querySelectorAll("*").length) < 12000, "nor after all this");
	await quiet(page, "many calls");
}

async function nobodyIsKeptOut(browser) {
	for (const [name, file, options] of given.axe)
		equal(await violations(browser, file, options), [], `axe: ${name} ${JSON.stringify(options)}`);
}

async function itLooksAsItDid(browser) {
	for (const [name, file, options] of given.pictures) {
		const page = await openPage(browser, file, options);

		if (options.scroll)
			await page.$eval(`#${options.scroll}`, element => element.scrollIntoView());
		await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
		await looksLike(browser, page, `${given.golden}/${name}.png`, { ...given, full: options.full });
		await quiet(page, name);
	}
}

async function timed(one, browser) {
	const start = Date.now();
	await one(browser);
	console.log(`${one.name} ${Date.now() - start} ms`);
}

(async () => {
	const browser = await launch();

	try {
		for (const one of [everyReportOpens, theKeyboard, errors, filtersStandInTheAddress, aClickKeepsACall, pointingLightsBothEnds,
			theLessonStepsAlong, theOverviewHasThePicturesColours, aListenerIsInItsOwnLessons, mistakesStandInPlace, twoTraces, nothingOfAHostileTraceRuns, withoutAScript, paperShowsAll, manyCalls,
			nobodyIsKeptOut, itLooksAsItDid])
			await timed(one, browser).catch(error => ok(false, one.name, error.stack));
	} finally {
		await browser.close();
	}
})();
