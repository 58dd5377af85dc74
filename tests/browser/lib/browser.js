// browser: pages in headless Chromium, with whatever they complain of; pictures of them, compared with golden ones.
"use strict";
const fs = require("fs");
const puppeteer = require("puppeteer-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const results = [];

/* One result, for the test that started us: a line of JSON. */
function ok(claim, name, why = "") {
	console.log(JSON.stringify({ ok: Boolean(claim), name, why: claim ? "" : String(why) }));
	results.push(Boolean(claim));
	return Boolean(claim);
}

function equal(got, wanted, name) {
	const [a, b] = [got, wanted].map(value => JSON.stringify(value));

	return ok(a === b, name, `got    ${a}\nwanted ${b}`);
}

async function launch() {
	return puppeteer.launch({
		executablePath: "/usr/bin/chromium", /* root may not have its sandbox, and what it opens here is ours */
		args: ["--no-sandbox", "--font-render-hinting=none", "--disable-lcd-text", "--hide-scrollbars", "--force-color-profile=srgb"],
	});
}

/* A page with a list of its complaints: messages on the console, errors that nobody caught, what the policy forbade. */
async function openPage(browser, file, { hash = "", width = 1280, height = 900, scheme = "light", media, script = true, scale = 1 } = {}) {
	const page = await browser.newPage();
	const complaints = [];

	page.setDefaultTimeout(120000); /* on a machine with much else to do */
	page.on("console", message => complaints.push(`console: ${message.text()}`));
	page.on("pageerror", error => complaints.push(`error: ${error.message}`));
	page.on("dialog", dialog => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
	page.on("request", request => request.url().startsWith("file:") || complaints.push(`asks for ${request.url()}`));
	await page.evaluateOnNewDocument(() => {
		window.forbidden = [];
		document.addEventListener("securitypolicyviolation", event => window.forbidden.push(`${event.violatedDirective} ${event.sample}`));
	});
	await page.setJavaScriptEnabled(script);
	await page.setViewport({ width, height, deviceScaleFactor: scale });
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
	if (media)
		await page.emulateMediaType(media);
	await page.goto(`file://${file}${hash && "#" + hash}`);
	page.complaints = async () => [...complaints, ...(script ? await page.evaluate(() => window.forbidden) : [])];
	return page;
}

/* What axe finds, one text each. The page's own policy would keep it out: for this it is put aside. */
async function violations(browser, file, options) {
	const page = await browser.newPage();

	await page.setBypassCSP(true);
	await page.setViewport({ width: options.width ?? 1280, height: 900 });
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: options.scheme ?? "light" }]);
	await page.goto(`file://${file}#${options.hash ?? ""}`);
	if (options.before)
		await page.evaluate(options.before);
	await page.evaluate(axe);
	const found = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
	await page.close();
	return found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 200)).join("\n")}`);
}

/* The share of pixels that differ by more than a little, 1 for another size. Chromium itself reads the pictures. */
async function difference(browser, one, other) {
	const page = await browser.newPage();
	const share = await page.evaluate(async (...urls) => {
		const [a, b] = await Promise.all(urls.map(async url => {
			const picture = await createImageBitmap(await (await fetch(url)).blob());
			const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");

			pen.drawImage(picture, 0, 0);
			return pen.getImageData(0, 0, picture.width, picture.height);
		}));
		let differing = 0;

		if (a.width !== b.width || a.height !== b.height)
			return 1;
		for (let i = 0; i < a.data.length; i += 4)
			differing += [0, 1, 2].some(k => Math.abs(a.data[i + k] - b.data[i + k]) > 48);
		return differing / (a.data.length / 4);
	}, ...[one, other].map(png => `data:image/png;base64,${png.toString("base64")}`));

	await page.close();
	return share;
}

/* Compare what a page looks like with a golden picture; where that is missing or to be made anew, make it. */
async function looksLike(browser, page, golden, { update, out, tolerance = .01, full = false }) {
	const name = golden.split("/").pop();
	const shot = Buffer.from(await page.screenshot({ fullPage: full }));

	fs.writeFileSync(`${out}/${name}`, shot);
	if (update)
		fs.writeFileSync(golden, shot);
	if (!fs.existsSync(golden))
		return ok(false, `${name}: there is a golden picture`, "--update makes it: look at it before you keep it");
	const share = await difference(browser, shot, fs.readFileSync(golden));
	return ok(share <= tolerance, `${name}: looks as it did`, `${(share * 100).toFixed(2)} % of it differ: see ${out}/${name}`);
}

module.exports = { ok, equal, launch, openPage, violations, looksLike, results };
