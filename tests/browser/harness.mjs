// What the tests of the page share: a server for dist/, a Chromium, and pages
// that remember everything that went wrong in them.
//
//   const lab = await startLab();              // in before(); lab.stop() in after()
//   const page = await lab.open('?seed=7');    // a Playwright page, ready to use
//   await page.getByRole('button', { name: 'Aplicar' }).click();
//   assert.deepEqual(page.problems, []);
//
// JOB_LAB_DIST names the built page (by default dist/), CHROMIUM the browser.
import { createReadStream, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The folder with the built page. */
export const dist = resolve(process.env.JOB_LAB_DIST ?? join(root, 'dist'));

/** Where pictures go; git does not see it. */
export const artifacts = join(root, 'artifacts');

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.yaml': 'text/yaml; charset=utf-8',
};

/**
 * Serves a folder on a free port of this machine.
 *
 * @param {object} [options]
 * @param {string} [options.base] the folder of the address, e.g. `/curso/lab/`
 * @param {string} [options.folder] what to serve; by default the built page
 * @param {boolean} [options.compress] whether to answer with brotli, as a good server does
 * @param {Record<string, string>} [options.types] other types for some extensions
 * @param {Record<string, () => {type?: string, body: string}>} [options.extra] answers by path, before the files
 * @returns {Promise<{url: string, requests: string[], close: () => Promise<void>}>}
 */
export async function serve({ base = '/', folder = dist, types = {}, extra = {}, compress = false } = {}) {
  const known = { ...TYPES, ...types };
  const requests = [];
  const packed = new Map();
  const brotli = (file) => {
    if (!packed.has(file)) packed.set(file, brotliCompressSync(readFileSync(file)));
    return packed.get(file);
  };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    requests.push(path);
    const answer = (status, type, body) => {
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
      if (typeof body === 'string') response.end(body);
      else body.pipe(response);
    };
    if (Object.hasOwn(extra, path)) {
      const { type = TYPES['.html'], body } = extra[path]();
      return answer(200, type, body);
    }
    if (!path.startsWith(base)) return answer(404, 'text/plain', 'not here');
    let file = resolve(folder, `.${sep}${path.slice(base.length)}`);
    if (path.endsWith('/')) file = join(file, 'index.html');
    const inside = file === folder || file.startsWith(folder + sep);
    if (!inside || !statSync(file, { throwIfNoEntry: false })?.isFile()) return answer(404, 'text/plain', 'not here');
    const type = known[extname(file)] ?? 'application/octet-stream';
    if (compress && /\bbr\b/.test(request.headers['accept-encoding'] ?? '')) {
      response.writeHead(200, {
        'Content-Type': type,
        'Content-Encoding': 'br',
        // All but the page itself are named by their contents.
        'Cache-Control': extname(file) === '.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
      });
      return response.end(brotli(file));
    }
    return answer(200, type, createReadStream(file));
  });
  // It takes seconds, which a visitor of a real server doesn't wait.
  if (compress) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) brotli(join(entry.parentPath ?? entry.path, entry.name));
    }
  }
  await new Promise((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}${base}`,
    requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** Starts Chromium, as quiet as it can be. */
export function launch() {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      // Chromium's sandbox does not work for root, which CI often is.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * A server and a browser.
 *
 * @param {Parameters<typeof serve>[0]} [options] of the server
 */
export async function startLab(options) {
  const server = await serve(options);
  const browser = await launch().catch(async (error) => {
    await server.close();
    throw error;
  });
  return {
    server,
    browser,
    url: server.url,

    /**
     * Opens the page in a fresh context and waits until it is there.
     *
     * @param {string} [address] after the address of the page: `?lang=en#v=1&…`
     * @param {object} [settings] of the context (viewport, colorScheme, reducedMotion,
     *   locale, javaScriptEnabled…), and `ready: false` not to wait for the page,
     *   and `before: async (page) => …` to do something ahead of the visit
     */
    async open(address = '', { ready = true, before, ...settings } = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 720 },
        locale: 'es-ES',
        colorScheme: 'light',
        serviceWorkers: 'block',
        ...settings,
      });
      const page = await context.newPage();
      watch(page);
      await before?.(page);
      await page.goto(new URL(address, server.url).href);
      if (ready) await untilReady(page);
      return page;
    },

    /** The page while the files of that pattern are held back, until `release` is called. */
    async openWithout(files) {
      let release;
      const held = new Promise((done) => {
        release = done;
      });
      const page = await this.open('', {
        ready: false,
        before: (page) =>
          page.route(files, async (route) => {
            await held;
            await route.continue();
          }),
      });
      return { page, release };
    },

    async stop() {
      await browser.close();
      await server.close();
    },
  };
}

/** Keeps what goes wrong in the page in `page.problems`, as readable lines. */
export function watch(page) {
  page.problems = [];
  page.on('console', (message) => {
    // The harness keeps service workers out, and Chromium says so.
    const ours = message.text() === 'Service Worker registration blocked by Playwright';
    if (!ours && (message.type() === 'error' || message.type() === 'warning')) {
      page.problems.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => page.problems.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => {
    page.problems.push(`request failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) page.problems.push(`answer ${response.status()}: ${response.url()}`);
  });
}

/** Waits until the page has taken the place of the skeleton and all that comes after it is there, or says why not. */
export async function untilReady(page, timeout = 20_000) {
  const state = await page
    .waitForFunction(
      () => {
        const { lab, kubectl } = document.documentElement.dataset;
        const ready = lab === 'ready' && kubectl === 'here' && !document.getElementById('boot');
        return lab === 'failed' || ready ? lab : false;
      },
      undefined,
      { timeout },
    )
    .then((handle) => handle.jsonValue())
    .catch(() => 'late');
  if (state === 'ready') return;
  const text = await page.locator('body').innerText();
  throw new Error(`the page is not ready (${state}).\n${page.problems.join('\n')}\n${text}`);
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds in the page as it is now: an empty list, or readable lines.
 *
 * @param {import('playwright-core').Page} page
 * @param {object} [options] of `axe.run`, e.g. to turn a rule off, with a comment on why
 */
export async function axe(page, options = {}) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((options) => window.axe.run(document, options), options);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary}`),
  );
}

/** Keeps a picture of the page in artifacts/. */
export async function screenshot(page, name, options = {}) {
  mkdirSync(artifacts, { recursive: true });
  const path = join(artifacts, `${name}.png`);
  await page.screenshot({ path, ...options });
  return path;
}
