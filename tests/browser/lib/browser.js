// browser: pages in headless Chromium, with whatever they complain of; pictures of them, compared with golden thumbnails.
"use strict";
const fs = require("fs");
const puppeteer = require("puppeteer-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/* Of the pixels of a page SHRUNK x SHRUNK are one of its golden thumbnail, which is compared in blocks of BLOCK x BLOCK. Hinting of letters
 * changes nothing then; an arrow that lies elsewhere makes 30 of 255 in its block, one of another colour 5, a box of another colour 20. */
const SHRUNK = 4, BLOCK = 4;

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
		headless: "shell", /* Chromium without its windows: less work a page */
		executablePath: "/usr/bin/chromium-headless-shell", /* root may not have its sandbox, and what it opens here is ours */
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

/* A screenshot shrunk, as a PNG; where there is a golden thumbnail, both sizes, and the block in which the two differ most: where, in
 * pixels of the page, and by how much of 255 in the mean. Chromium itself reads and writes the pictures. */
async function compared(browser, shot, golden) {
	const page = await browser.newPage();
	const found = await page.evaluate(async (shot, golden, SHRUNK, BLOCK) => {
		const read = async base64 => {
			const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
			const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");

			pen.drawImage(picture, 0, 0);
			return pen.getImageData(0, 0, picture.width, picture.height);
		};
		/* The mean of each SHRUNK x SHRUNK pixels, to five bits: a smaller file. */
		const shrink = ({ width, height, data }) => {
			const small = new ImageData(Math.ceil(width / SHRUNK), Math.ceil(height / SHRUNK));
			const sums = new Float64Array(small.data.length), counts = new Float64Array(small.data.length);

			for (let i = 0; i < data.length; i++) {
				const [x, y] = [(i >> 2) % width, Math.floor((i >> 2) / width)];
				const to = (Math.floor(y / SHRUNK) * small.width + Math.floor(x / SHRUNK)) * 4 + (i & 3);

				sums[to] += data[i];
				counts[to]++;
			}
			sums.forEach((sum, i) => { small.data[i] = Math.round(sum / counts[i] / 8) * 8; });
			return small;
		};
		const worst = (a, b) => {
			const wide = Math.ceil(a.width / BLOCK), sums = new Float64Array(wide * Math.ceil(a.height / BLOCK)), counts = sums.slice();

			for (let i = 0; i < a.data.length; i++) {
				const to = Math.floor(Math.floor((i >> 2) / a.width) / BLOCK) * wide + Math.floor((i >> 2) % a.width / BLOCK);

				sums[to] += (i & 3) === 3 ? 0 : Math.abs(a.data[i] - b.data[i]);
				counts[to] += (i & 3) !== 3;
			}
			const means = sums.map((sum, i) => sum / counts[i]), most = means.reduce((at, mean, i) => mean > means[at] ? i : at, 0);
			return { by: means[most], x: most % wide * BLOCK * SHRUNK, y: Math.floor(most / wide) * BLOCK * SHRUNK };
		};
		const now = shrink(await read(shot)), then = golden && await read(golden);
		const canvas = new OffscreenCanvas(now.width, now.height);
		const sizes = [now, then].map(one => one && `${one.width * SHRUNK} x ${one.height * SHRUNK}`);

		canvas.getContext("2d").putImageData(now, 0, 0);
		const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
		return { sizes, ...(sizes[0] === sizes[1] ? worst(now, then) : {}),
			png: btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), "")) };
	}, shot, golden, SHRUNK, BLOCK);

	await page.close();
	return found;
}

/* Compare what a page looks like with a golden thumbnail; where that is to be made anew, make it. */
async function looksLike(browser, page, golden, { update, out, tolerance = 4, full = false }) {
	const name = golden.split("/").pop(), file = `${out}/${name}`;
	const shot = await page.screenshot({ fullPage: full, encoding: "base64" });
	const there = fs.existsSync(golden) && !update;
	const { sizes: [now, then], by, x, y, png } = await compared(browser, shot, there ? fs.readFileSync(golden, "base64") : null);

	fs.writeFileSync(file, shot, "base64");
	if (update)
		fs.writeFileSync(golden, png, "base64");
	if (!there)
		return ok(update, `${name}: there is a golden picture`, "--update makes it: look at it before you keep it");
	if (now !== then)
		return ok(false, `${name}: looks as it did`, `it was ${then}, and is ${now}: see ${file}`);
	return ok(by <= tolerance, `${name}: looks as it did`, `at ${x}, ${y} it differs by ${by.toFixed(1)} of 255: see ${file}`);
}

module.exports = { ok, equal, launch, openPage, violations, looksLike, results };
