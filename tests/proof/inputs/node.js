// node: an HTTP server and its clients, a child process, a Unix socket.
const http = require('http');
const net = require('net');
const fs = require('fs');
const { execFile } = require('child_process');

const atOnce = Number(process.argv[2] || 3);

const server = http.createServer((request, response) => {
	response.end(request.url.toUpperCase());
});

function get(port, path) {
	return new Promise((done, fail) => {
		http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
			let text = '';
			response.on('data', (part) => (text += part));
			response.on('end', () => done(`${response.statusCode} ${text}`));
		}).on('error', fail);
	});
}

function unix(path) {
	return new Promise((done) => {
		const echo = net.createServer((socket) => socket.pipe(socket)).listen(path, () => {
			const client = net.connect(path, () => client.end('to be'));
			let text = '';
			client.on('data', (part) => (text += part));
			client.on('close', () => echo.close(() => done(text)));
		});
	});
}

server.listen(0, '127.0.0.1', async () => {
	const { port } = server.address();
	for (let i = 0; i < 10; i++)
		console.log(await get(port, `/page${i}`));
	console.log((await Promise.all([...Array(atOnce).keys()].map((i) => get(port, `/at/once/${i}`)))).join());
	const home = fs.mkdtempSync('/tmp/node-');
	console.log(await unix(`${home}/sock`));
	fs.rmSync(home, { recursive: true });
	execFile('printf', ['%s', 'child'], (error, out) => {
		console.log(out);
		server.close();
	});
});
