// perfetto: Perfetto's own trace processor reads traces; print what it answers to SQL, as JSON: [[rows of a query, ...] of a trace, ...].
//
// The engine of Perfetto's page, WebAssembly, in the place of a browser's worker: that is what the page does with a file dropped on it.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { pathToFileURL } from 'node:url';

const { engine: place, traces, queries } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const { EngineBase } = await import(pathToFileURL(path.join(place, 'engine.mjs')));
const glue = new vm.Script(fs.readFileSync(path.join(place, 'engine_bundle.node.js'), 'utf8'));

class Engine extends EngineBase {
	constructor(port) {
		super();
		this.port = port;
		port.onmessage = message => this.onRpcResponseBytes(message.data);
	}

	rpcSendRequestBytes(bytes) {
		this.port.postMessage(bytes);
	}
}

/* What the glue asks of a worker: its own file, next to itself. */
class Beside {
	open(_, url) {
		this.response = fs.readFileSync(path.join(place, path.basename(url)));
	}

	send() {}
}
Object.assign(globalThis, { self: globalThis, WorkerGlobalScope: class {}, location: new URL(`${pathToFileURL(place)}/`), XMLHttpRequest: Beside });

function start() {
	const { port1, port2 } = new MessageChannel();

	glue.runInThisContext();
	globalThis.onmessage({ data: port1 });
	return new Engine(port2);
}

function rowsOf(result) {
	const rows = [];

	for (const it = result.iter({}); it.valid(); it.next())
		rows.push(Object.fromEntries(result.columns().map(name => [name, it.get(name)])));
	return rows;
}

async function answers(engine, trace) {
	const told = [];

	await engine.resetTraceProcessor({ cropTrackEvents: false, ingestFtraceInRawTable: false, analyzeTraceProtoContent: false, ftraceDropUntilAllCpusValid: false });
	await engine.parse(new Uint8Array(fs.readFileSync(trace)));
	await engine.notifyEof();
	for (const sql of queries)
		told.push(rowsOf(await engine.query(sql)));
	return told;
}

console.warn = () => {};
const engine = start();
const all = [];
for (const trace of traces)
	all.push(await answers(engine, trace));
engine.port.close();
console.log(JSON.stringify(all, (_, value) => typeof value === 'bigint' ? Number(value) : value));
