// mermaid: read each diagram of Markdown pages with Mermaid's own parser; print what it found in them as JSON.
import fs from 'node:fs';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<!DOCTYPE html><body></body>');
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import('mermaid');
mermaid.initialize({ startOnLoad: false });

// Mermaid keeps the codes of characters so until it draws.
const plain = text => text.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(code));

async function read(text) {
	await mermaid.parse(text);
	const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
	const { LINETYPE } = db;
	const said = db.getMessages().map(m => ({
		from: m.from, to: m.to, text: plain(m.message),
		kind: m.type === LINETYPE.NOTE ? 'note' : m.type === LINETYPE.DOTTED ? 'dotted' : 'solid',
	}));
	return { chars: text.length, said, actors: [...db.getActors().values()].map(a => plain(a.description)) };
}

const pages = {};
for (const file of process.argv.slice(2)) {
	pages[file] = [];
	for (const [, text] of fs.readFileSync(file, 'utf8').matchAll(/^```mermaid\n([\s\S]*?)^```$/gm))
		pages[file].push(await read(text).catch(error => ({ error: String(error) })));
}
console.log(JSON.stringify(pages));
