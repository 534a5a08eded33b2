// The page inside a course: compact, quiet until it is asked, in touch with the page around it, and
// alive in frames that are shut off from everything.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { axe, dist, screenshot, startLab, watch } from './harness.mjs';

const MANIFEST = `apiVersion: batch/v1
kind: Job
metadata: {name: de-fuera}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "sleep 3"]}]
`;

describe('inside a course', () => {
  let lab;
  let host;
  let frame = { address: '', attributes: '' };
  before(async () => {
    lab = await startLab({ base: '/aula/lab/' });
    const body = () =>
      `<!DOCTYPE html><html lang="es"><title>Aula</title><link rel="icon" href="data:,"><style>html,body{height:100%;margin:0}iframe{display:block;border:0}</style>
       <iframe title="Laboratorio" width="100%" height="100%" ${frame.attributes} src="${lab.url}${frame.address.replaceAll('&', '&amp;')}"></iframe>
       <script>messages = []; addEventListener('message', ({ data, origin }) => messages.push({ ...data, origin }));</script></html>`;
    host = await startLab({ extra: { '/': () => ({ body: body() }) } });
  });
  after(async () => {
    await host?.stop();
    await lab?.stop();
  });

  /** The course's page with the laboratory in a frame. */
  async function visit(address, { attributes = '', width = 700, height = 520, ...settings } = {}) {
    frame = { address, attributes };
    const page = await host.open('', { ready: false, viewport: { width, height }, ...settings });
    return { page, inside: page.frameLocator('iframe') };
  }
  const ready = (inside) => inside.locator('html[data-simulator="here"]').waitFor({ state: 'attached', timeout: 30_000 });
  const closing = async (page) => {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  };

  for (const [name, width, height] of [['a column', 700, 520], ['a phone', 360, 560]]) {
    test(`fits ${name} of ${width} × ${height} without scrolling`, async () => {
      const { page, inside } = await visit('?embed=1&lang=es&preset=parallel&autoplay=1', { width, height });
      await ready(inside);
      await inside.locator('[data-pod]').first().waitFor();
      const root = await inside.locator('html').evaluate((html) => [html.scrollWidth - html.clientWidth, html.scrollHeight - html.clientHeight]);
      assert.deepEqual(root, [0, 0]);
      for (const part of ['#play', '#clock', '.job']) {
        const box = await inside.locator(part).first().boundingBox();
        assert.ok(box && box.y >= 0 && box.y + box.height <= height + 1, `${part} ${JSON.stringify(box)}`);
      }
      await screenshot(page, `embed-${width}`);
      await closing(page);
    });
  }

  for (const view of ['editor', 'stage', 'timeline', 'kubectl']) {
    test(`shows only what was asked for: ${view}`, async () => {
      const { page, inside } = await visit(`?embed=1&lang=es&view=${view}&preset=retries&autoplay=1&speed=4`);
      await ready(inside);
      const parts = { editor: '.editor-panel', stage: '.stage', timeline: '.timeline', kubectl: '.explain' };
      for (const [name, part] of Object.entries(parts)) {
        assert.equal(await inside.locator(part).first().isVisible(), name === view, name);
      }
      assert.equal(await inside.locator('#play').isVisible(), view !== 'editor');
      // A speed that is in no list has its place in it all the same.
      assert.equal(await inside.locator('#speed').evaluate((list) => list.selectedOptions[0].textContent), '×4');
      await inside.locator('#play[data-playing="true"]').waitFor({ state: 'attached' });
      await screenshot(page, `embed-${view}`);
      await closing(page);
    });
  }

  test('waits for a click before it fetches anything heavy', async () => {
    const asked = [];
    const { page, inside } = await visit('?embed=1&lang=es&load=click&title=Job%20simple', {
      before: (page) => page.on('request', (request) => asked.push(request.url())),
    });
    const button = inside.getByRole('button', { name: 'Iniciar' });
    await button.waitFor();
    await page.waitForLoadState('networkidle');
    assert.deepEqual(asked.filter((url) => /\.wasm|page-|editor-.*\.js/.test(url)), []);
    assert.match(await inside.locator('body').innerText(), /Job simple/);
    await screenshot(page, 'embed-poster');
    const alone = await lab.open('?embed=1&lang=es&load=click', { ready: false });
    await alone.getByRole('button', { name: 'Iniciar' }).waitFor();
    assert.deepEqual(await axe(alone), []);
    await closing(alone);
    await button.click();
    await ready(inside);
    assert.ok(asked.some((url) => /\.wasm/.test(url)));
    await closing(page);
  });

  test('talks with the page around it', async () => {
    const { page, inside } = await visit('?embed=1&lang=es');
    await ready(inside);
    const said = (type) => page.waitForFunction((type) => messages.findLast((message) => message.type === type), type).then((found) => found.jsonValue());
    const tell = (message) => page.evaluate((message) => document.querySelector('iframe').contentWindow.postMessage(message, '*'), message);
    assert.equal((await said('ready')).version, 1);
    assert.equal((await said('ready')).origin, new URL(lab.url).origin);
    assert.ok((await said('resize')).height >= 400);

    await tell({ type: 'load', manifest: MANIFEST });
    await page.waitForFunction(() => true);
    await inside.locator('#editor').and(inside.locator('textarea')).waitFor({ state: 'attached' });
    assert.match(await inside.locator('#editor').inputValue(), /de-fuera/);
    await tell({ type: 'play' });
    await page.waitForFunction(() => messages.some((message) => message.type === 'state' && message.playing));
    await tell({ type: 'pause' });
    await page.waitForFunction(() => messages.findLast((message) => message.type === 'state').playing === false);
    await tell({ type: 'seek', at: '4s' });
    await page.waitForFunction(() => messages.findLast((message) => message.type === 'state').atMs === 4000);
    const state = await said('state');
    assert.match(state.jobs, /^de-fuera /);
    assert.match(state.link, /^v=1&m=/);
    await tell({ type: 'seek', at: '60s' });
    assert.equal((await said('completed')).score, 1);

    await tell({ type: 'load', manifest: 'kind: Job' });
    assert.match((await said('error')).message, /./);
    await closing(page);
  });

  test('listens to nobody but the page around it', async () => {
    const { page, inside } = await visit('?embed=1&lang=es');
    await ready(inside);
    const before = await inside.locator('#editor').inputValue();
    await inside.locator('html').evaluate((html, manifest) => html.ownerDocument.defaultView.postMessage({ type: 'load', manifest }, '*'), MANIFEST);
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    for (const nonsense of [null, 7, 'load', {}, { type: 'load' }, { type: 'load', manifest: 7 }, { type: 'seek', at: 'soon' }, { type: ['x'] }]) {
      await page.evaluate((message) => document.querySelector('iframe').contentWindow.postMessage(message, '*'), nonsense);
    }
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    assert.equal(await inside.locator('#editor').inputValue(), before);
    await closing(page);
  });

  for (const sandbox of ['allow-scripts allow-same-origin', 'allow-scripts']) {
    test(`works in a frame with sandbox="${sandbox}"`, async () => {
      const { page, inside } = await visit('?embed=1&lang=es&preset=simple&autoplay=1', { attributes: `sandbox="${sandbox}"` });
      await ready(inside);
      await inside.locator('[data-pod]').first().waitFor();
      await inside.locator('.cm-content').waitFor({ state: 'attached' });
      await inside.locator('#to-end').click();
      await inside.locator('#job-status[data-status="Complete"]').waitFor();
      await closing(page);
    });
  }

  test('works where storage is denied', async () => {
    const { page, inside } = await visit('?embed=1&lang=es', {
      before: async (page) => {
        for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
          await page.addInitScript((name) => Object.defineProperty(window, name, {
            get() {
              throw new DOMException('forbidden', 'SecurityError');
            },
          }), name);
        }
      },
    });
    await ready(inside);
    await inside.locator('#editor').fill(MANIFEST);
    await inside.locator('#apply').click();
    await inside.locator('#to-end').click();
    await inside.locator('#job-status[data-status="Complete"]').waitFor();
    await closing(page);
  });

  test('a frame leaves no trace in the student’s own page', async () => {
    const page = await lab.open('?embed=1');
    await page.locator('#editor').fill(MANIFEST);
    await page.locator('#apply').click();
    await page.locator('#job-status').waitFor();
    await page.goto(lab.url);
    await page.waitForFunction(() => document.querySelector('#editor')?.value.includes('job-simple'));
    await closing(page);
  });
});

test('the page works when it is opened as a file', async () => {
  const lab = await startLab();
  try {
    const page = await lab.browser.newPage();
    watch(page);
    await page.goto(`${pathToFileURL(join(dist, 'index.html')).href}?preset=simple&autoplay=1`);
    await page.locator('html[data-simulator="here"]').waitFor({ state: 'attached', timeout: 30_000 });
    await page.locator('.cm-content').waitFor();
    await page.locator('#to-end').click();
    await page.locator('#job-status[data-status="Complete"]').waitFor();
    assert.deepEqual(page.problems, []);
  } finally {
    await lab.stop();
  }
});
