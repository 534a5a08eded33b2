// The size of every file of a built page, as it is and with brotli 11; first
// those that the page asks for by itself when it opens.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const dist = process.argv.at(-1);
const html = readFileSync(join(dist, 'index.html'), 'utf8');
const code = /\.(html|css|js|wasm)$/;

const named = new Set(['index.html']);
for (const [, name] of html.matchAll(/(?:href|src|data-js|data-wasm)="\.\/([^"]+)"/g)) named.add(name);

function brotli(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const name = relative(dist, path).split(sep).join('/');
    const bytes = readFileSync(path);
    return { name, first: named.has(name) && code.test(name), bytes: bytes.length, brotli: brotli(bytes) };
  })
  .sort((a, b) => b.brotli - a.brotli);

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(12);
const row = ({ name, bytes, brotli: small }) => console.log(`${kib(bytes)}${kib(small)}  ${name}`);
const total = (name, list) =>
  row({
    name,
    bytes: list.reduce((sum, file) => sum + file.bytes, 0),
    brotli: list.reduce((sum, file) => sum + file.brotli, 0),
  });

const first = files.filter((file) => file.first);
const later = files.filter((file) => !file.first);
console.log(`${'plain'.padStart(12)}${'brotli'.padStart(12)}`);
first.forEach(row);
total('FIRST LOAD (HTML, CSS, JS, WebAssembly)', first);
if (later.length > 0) {
  console.log();
  later.forEach(row);
  total('LATER OR NEVER (the editor, images, texts)', later);
}
