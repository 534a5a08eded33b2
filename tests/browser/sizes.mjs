// What a browser downloads of a built page, as it is and with brotli 11, by when it does:
// until the page can be used, then the views around the editor, the explanations, the simulator, kubectl, the editor's library;
// the rest on demand.
//
//   node tests/browser/sizes.mjs dist
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

/** The groups, in the order in which they are downloaded. */
export const GROUPS = {
  first: 'UNTIL THE PAGE CAN BE USED (HTML, CSS, JS, its WebAssembly)',
  views: 'THE OTHER VIEWS, right after',
  explanations: 'THE EXPLANATIONS, after those',
  simulator: 'THE SIMULATOR, after those',
  kubectl: 'KUBECTL, after that',
  editor: 'THE EDITOR’S LIBRARY, once there is time',
  other: 'ON DEMAND OR NEVER (images, texts, samples)',
};

function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

/**
 * The files of a built page.
 *
 * @param {string} dist its folder
 * @returns {{name: string, group: keyof GROUPS, bytes: number, brotli: number}[]} the largest first
 */
export function measure(dist) {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const named = (attributes) =>
    new Set([...html.matchAll(new RegExp(`\\s(?:${attributes})="\\./([^"]+)"`, 'g'))].map(([, name]) => name));
  const first = named('href|src|data-js|data-wasm').add('index.html');
  const later = ['views', 'explanations', 'simulator', 'kubectl', 'editor'].map((kind) => [kind, named(`data-${kind}`)]);
  const group = (name) => {
    if (first.has(name) && /\.(html|css|js|wasm|svg)$/.test(name)) return 'first';
    return later.find(([, names]) => names.has(name))?.[0] ?? 'other';
  };
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      const name = relative(dist, path).split(sep).join('/');
      const bytes = readFileSync(path);
      return { name, group: group(name), bytes: bytes.length, brotli: brotli(bytes) };
    })
    .sort((a, b) => b.brotli - a.brotli);
}

/** The brotli bytes of a group. */
export function total(files, group) {
  return files.filter((file) => file.group === group).reduce((sum, file) => sum + file.brotli, 0);
}

if (fileURLToPath(import.meta.url) === resolve(process.argv[1] ?? '')) {
  const files = measure(process.argv[2]);
  const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(12);
  const row = ({ name, bytes, brotli: small }) => console.log(`${kib(bytes)}${kib(small)}  ${name}`);
  const sum = (name, list) =>
    row({
      name,
      bytes: list.reduce((sum, file) => sum + file.bytes, 0),
      brotli: list.reduce((sum, file) => sum + file.brotli, 0),
    });
  console.log(`${'plain'.padStart(12)}${'brotli'.padStart(12)}`);
  for (const [group, title] of Object.entries(GROUPS)) {
    const list = files.filter((file) => file.group === group);
    if (list.length === 0) continue;
    list.forEach(row);
    sum(title, list);
    console.log();
  }
  sum('ALL THAT THE PAGE ASKS FOR BY ITSELF', files.filter((file) => file.group !== 'other'));
}
