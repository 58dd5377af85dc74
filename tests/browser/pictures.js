// pictures: SVG files in a browser: words over others or over the edge, and how they look: see tests/view/pictures.t, which starts this.
"use strict";
const { ok, equal, launch, openPage, looksLike } = require("./lib/browser.js");
const given = JSON.parse(process.argv[2]);
const PAGE = { light: "rgb(255, 255, 255)", dark: "rgb(28, 29, 32)" };

/* In the page: words over each other, or over the edge. */
function look() {
	const svg = document.documentElement.getBoundingClientRect();
	const words = [...document.querySelectorAll("text")].filter(t => t.textContent)
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
	return { wrong, words: words.length, page: getComputedStyle(document.querySelector(".page")).fill, width: Math.round(svg.width) };
}

async function isWhole(browser, file, width, scheme) {
	const page = await openPage(browser, file, { width, scheme, height: 800 });
	const shown = await page.evaluate(look);
	const name = `${file.split("/").pop()} at ${width}, ${scheme}`;

	equal(shown.wrong, [], `${name}: ${shown.words} words, none over others, none over the edge`);
	equal(await page.complaints(), [], `${name}: no error`);
	equal(shown.page, PAGE[scheme], `${name}: the page's colour`);
	ok(shown.width <= Math.max(width, 900), `${name}: as wide as the window, or as can be read`, shown.width);
	await page.close();
}

async function looksAsItDid(browser, name, file, options) {
	const page = await openPage(browser, file, { height: 800, ...options });

	await looksLike(browser, page, `${given.golden}/${name}.png`, given);
	await page.close();
}

(async () => {
	const browser = await launch();

	try {
		for (const file of given.whole)
			for (const scheme of ["light", "dark"])
				for (const width of [1280, 390])
					await isWhole(browser, file, width, scheme);
		for (const picture of given.pictures)
			await looksAsItDid(browser, ...picture);
	} finally {
		await browser.close();
	}
})();
