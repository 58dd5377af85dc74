// duckdb: run statements one after the other; print the rows of each that has any, as JSON.
import fs from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const db = await DuckDBInstance.create(':memory:');
const connection = await db.connect();
const answers = [];
for (const sql of JSON.parse(fs.readFileSync(process.argv[2], 'utf8')))
	answers.push((await connection.runAndReadAll(sql)).getRowObjectsJson());
console.log(JSON.stringify(answers));
