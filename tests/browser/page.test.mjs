// The page as a whole: that it starts, wherever it is put, and says why when it cannot.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { axe, dist, screenshot, startLab } from './harness.mjs';

const TITLE = 'Laboratorio de Jobs de Kubernetes';

describe('the page', () => {
  let lab;
  before(async () => {
    lab = await startLab();
  });
  after(() => lab?.stop());

  test('opens without a complaint from the browser', async () => {
    const page = await lab.open();
    assert.equal(await page.title(), TITLE);
    await screenshot(page, 'page-light');
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  test('asks for nothing but its own files', async () => {
    const asked = [];
    const page = await lab.open('', { before: (page) => page.on('request', (request) => asked.push(request.url())) });
    assert.ok(asked.length > 3);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(lab.url) && !url.startsWith('data:')),
      [],
    );
    await page.context().close();
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`is accessible: axe finds nothing (${colorScheme})`, async () => {
      const page = await lab.open('', { colorScheme });
      await screenshot(page, `axe-${colorScheme}`);
      assert.deepEqual(await axe(page), []);
      await page.context().close();
    });
  }

  test('has no script and no style in its HTML', () => {
    const html = readFileSync(join(dist, 'index.html'), 'utf8');
    assert.match(html, /http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
    assert.doesNotMatch(html, /unsafe-inline|<style|\sstyle=|\son[a-z]+=/);
    for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)) {
      assert.match(attributes, /\ssrc="\.\//);
      assert.equal(body.trim(), '');
    }
  });

  test('has only relative addresses in its HTML', () => {
    const html = readFileSync(join(dist, 'index.html'), 'utf8');
    for (const [, name] of html.matchAll(/\s(?:href|src|data-js|data-wasm|data-style|data-simulator)="([^"]*)"/g)) assert.match(name, /^\.\//);
  });

  test('shows a skeleton before its WebAssembly is there', async () => {
    const { page, release } = await lab.openWithout('**/*.wasm');
    assert.equal(await page.getByRole('status').innerText(), 'Cargando el simulador…');
    assert.ok(await page.getByRole('progressbar').isVisible());
    await screenshot(page, 'skeleton');
    release();
    await page.locator('#boot').waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('says so when its WebAssembly cannot be downloaded', async () => {
    const page = await lab.open('', {
      ready: false,
      before: (page) => page.route('**/*.wasm', (route) => route.abort()),
    });
    const alert = page.getByRole('alert');
    await alert.waitFor();
    assert.match(await alert.innerText(), /No se ha podido descargar el simulador/);
    assert.ok(await page.getByRole('button', { name: 'Volver a cargar' }).isVisible());
    assert.deepEqual(await axe(page), []);
    await page.context().close();
  });

  test('lets the manifest be written and applied before the other views are there', async () => {
    const { page, release } = await lab.openWithout('**/views-*.wasm');
    const editor = page.locator('#editor');
    await editor.fill((await editor.inputValue()).replace('name: job-simple', 'name: temprano'));
    await page.locator('#apply').click();
    assert.equal(await page.locator('#play').count(), 0);
    await screenshot(page, 'views-awaited');
    assert.deepEqual(await axe(page), []);
    const places = () => page.locator('.editor-panel, .transport').evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().height));
    const before = await places();
    release();
    await page.locator('.pod').first().waitFor();
    assert.match(await page.locator('.job-name, .stage').first().innerText(), /temprano/);
    // Nothing moves when they come.
    for (const [at, height] of (await places()).entries()) assert.ok(Math.abs(height - before[at]) < 2, `${before} ${height}`);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  test('can be used before the simulator is there, and applies once it is', async () => {
    const { page, release } = await lab.openWithout('**/simulator-*.wasm');
    await page.locator('[data-preset="parallel"]').click();
    await page.locator('#editor').fill((await page.locator('#editor').inputValue()).replace('parallelism: 5', 'parallelism: 4'));
    await page.locator('#apply').click();
    const wait = page.getByRole('status').filter({ hasText: 'El simulador se está descargando' });
    await wait.waitFor();
    await screenshot(page, 'simulator-awaited');
    assert.deepEqual(await axe(page), []);
    assert.equal(await page.locator('html').getAttribute('data-simulator'), null);
    // What is written after that waits for its own Aplicar.
    await page.locator('#editor').fill('otra cosa');
    release();
    await page.locator('.pod').first().waitFor();
    await wait.waitFor({ state: 'detached' });
    assert.equal(await page.locator('#editor').inputValue(), 'otra cosa');
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  test('keeps the text when the simulator cannot be downloaded, and tries again', async () => {
    let broken = true;
    const page = await lab.open('', {
      ready: false,
      before: (page) => page.route('**/simulator-*.wasm', (route) => (broken ? route.abort() : route.continue())),
    });
    const alert = page.getByRole('alert').filter({ hasText: 'No se ha podido descargar' });
    await alert.waitFor();
    assert.deepEqual(await axe(page), []);
    const text = `# mío\n${await page.locator('#editor').inputValue()}`;
    await page.locator('#editor').fill(text);
    await page.locator('#apply').click();
    await screenshot(page, 'simulator-missing');
    broken = false;
    await alert.getByRole('button', { name: 'Reintentar' }).click();
    await page.locator('.pod').first().waitFor();
    assert.equal(await page.locator('#editor').inputValue(), text);
    assert.equal(await page.getByRole('alert').filter({ hasText: 'descargar' }).count(), 0);
    await page.context().close();
  });

  for (const [lang, words] of [['es', /error suyo/], ['en', /error of its own/]]) {
    test(`an internal error shows what to report, keeps the manifest, and leads on (${lang})`, async () => {
      const page = await lab.open(`?lang=${lang}`, { permissions: ['clipboard-read', 'clipboard-write'] });
      const text = `# mío\n${await page.locator('#editor').inputValue()}`;
      await page.locator('#editor').fill(text);
      // A browser that makes no elements is one of the few things that the page doesn't bear.
      await page.evaluate(() => {
        document.createElement = document.createElementNS = () => { throw new TypeError('no more elements'); };
      });
      await page.locator('#apply').click();
      const panel = page.locator('#crash');
      await panel.waitFor();
      assert.match(await panel.innerText(), words);
      assert.match(await page.locator('#crash-message').innerText(), /^job-lab .*panicked/);
      assert.equal(await page.locator('#crash-manifest').inputValue(), text);
      assert.ok(await panel.evaluate((panel) => panel.contains(document.activeElement)));
      await screenshot(page, `crash-${lang}`);
      // By keyboard: the first button copies all that there is to report.
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.locator('#crash-said').filter({ hasText: /Copiado|Copied/ }).waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(copied, /panicked/);
      assert.ok(copied.endsWith(text));
      // Where copying is forbidden the manifest stands selected.
      await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); });
      await page.locator('#crash-copy').click();
      await page.locator('#crash-said').filter({ hasText: 'Ctrl+C' }).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.id), 'crash-manifest');
      assert.equal(await page.evaluate(() => document.activeElement.selectionEnd), text.length);
      await page.locator('#crash-reload').click();
      await page.waitForFunction(() => document.documentElement.dataset.simulator === 'here' && document.getElementById('crash')?.hidden);
      await page.context().close();
    });
  }

  test('says so in English when that is asked for', async () => {
    const page = await lab.open('?lang=en', {
      ready: false,
      before: (page) => page.route('**/*.wasm', (route) => route.abort()),
    });
    const alert = page.getByRole('alert');
    await alert.waitFor();
    assert.match(await alert.innerText(), /could not be downloaded/);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await page.context().close();
  });

  test('says so when a script is missing', async () => {
    const page = await lab.open('', {
      ready: false,
      before: (page) => page.route('**/start-*.js', (route) => route.abort()),
    });
    await page.getByRole('alert').waitFor();
    await page.context().close();
  });

  test('says so when the browser has no WebAssembly', async () => {
    const page = await lab.open('', {
      ready: false,
      before: (page) => page.addInitScript(() => delete globalThis.WebAssembly),
    });
    const alert = page.getByRole('alert');
    await alert.waitFor();
    assert.match(await alert.innerText(), /demasiado antiguo/);
    await page.context().close();
  });

  test('says so when the simulator stops half way', async () => {
    const page = await lab.open();
    await page.evaluate(() => {
      const error = new WebAssembly.RuntimeError('unreachable');
      window.dispatchEvent(new ErrorEvent('error', { error }));
    });
    const alert = page.getByRole('alert').filter({ hasText: 'se ha detenido' });
    await alert.waitFor();
    assert.ok(await alert.getByRole('button', { name: 'Volver a cargar' }).isVisible());
    await page.context().close();
  });

  test('asks for JavaScript where there is none', async () => {
    const page = await lab.open('', { ready: false, javaScriptEnabled: false });
    assert.match(await page.locator('body').innerText(), /necesita JavaScript[^]*needs JavaScript/);
    await page.context().close();
  });
});

test('the page works from a folder of a server that does not know WebAssembly', async () => {
  const lab = await startLab({ base: '/curso/lab/', types: { '.wasm': 'application/octet-stream' } });
  try {
    const page = await lab.open();
    assert.deepEqual(page.problems, []);
    assert.deepEqual(
      lab.server.requests.filter((path) => !path.startsWith('/curso/lab/')),
      [],
    );
  } finally {
    await lab.stop();
  }
});

describe('inside a frame of another site', () => {
  let lab;
  let host;
  before(async () => {
    lab = await startLab();
    const body = () =>
      `<!DOCTYPE html><html lang="es"><title>Aula</title><link rel="icon" href="data:,"><h1>Aula</h1><iframe title="Laboratorio" width="1000" height="600" src="${lab.url}"></iframe></html>`;
    host = await startLab({ extra: { '/': () => ({ body: body() }) } });
  });
  after(async () => {
    await host?.stop();
    await lab?.stop();
  });

  test('the page works, even where storage is forbidden', async () => {
    const forbid = (name) =>
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('forbidden', 'SecurityError');
        },
      });
    const page = await host.open('', {
      ready: false,
      before: async (page) => {
        for (const name of ['localStorage', 'sessionStorage']) await page.addInitScript(forbid, name);
      },
    });
    const frame = page.frameLocator('iframe');
    await frame.locator('html[data-lab="ready"]').waitFor({ state: 'attached', timeout: 20_000 });
    assert.equal(await frame.locator('#boot').count(), 0);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
});
