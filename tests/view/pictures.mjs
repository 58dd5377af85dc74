// pictures: open SVG files in Chromium at two widths, in light and dark; print what is wrong with each as JSON.
import puppeteer from 'puppeteer-core';

const browser = await puppeteer.launch({
	executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});

// In the page: words over each other, or over the edge.
function look() {
	const svg = document.documentElement.getBoundingClientRect();
	const words = [...document.querySelectorAll('text')].filter(t => t.textContent)
		.map(t => ({ t: t.textContent, r: t.getBoundingClientRect() }));
	const slack = 2 * svg.width / document.documentElement.viewBox.baseVal.width;
	const wrong = [];
	for (const [i, { t, r }] of words.entries()) {
		if (r.left < svg.left - slack || r.right > svg.right + slack || r.bottom > svg.bottom + slack)
			wrong.push(`over the edge: ${t}`);
		for (const o of words.slice(i + 1)) {
			const deep = Math.min(r.bottom, o.r.bottom) - Math.max(r.top, o.r.top);
			if (r.left < o.r.right - slack && o.r.left < r.right - slack && deep > r.height / 3)
				wrong.push(`over each other: ${t} and ${o.t}`);
		}
	}
	const page = getComputedStyle(document.querySelector('.page')).fill;
	return { wrong, words: words.length, page, shown: Math.round(svg.width) };
}

const found = [];
for (const scheme of ['light', 'dark'])
	for (const width of [1280, 390]) {
		const page = await browser.newPage();
		const errors = [];
		page.on('console', m => errors.push(m.text()));
		page.on('pageerror', e => errors.push(String(e)));
		await page.setViewport({ width, height: 800 });
		await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
		for (const file of process.argv.slice(2)) {
			await page.goto(`file://${file}`);
			const shown = await page.evaluate(look);
			shown.wrong.push(...errors.splice(0));
			found.push({ file, width, scheme, ...shown });
		}
		await page.close();
	}
await browser.close();
console.log(JSON.stringify(found));
