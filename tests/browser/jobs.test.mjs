// The three Jobs of the course, edited and applied in the real page, and watched to their ends.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { axe, startLab } from './harness.mjs';

const run = promisify(execFile);
const NATIVE = new URL('../../target/debug/lab', import.meta.url).pathname;

describe('the three Jobs of the course', () => {
  let lab;
  before(async () => { lab = await startLab(); });
  after(() => lab?.stop());

  const open = (options = {}) => lab.open('?lang=es', { viewport: { width: 1280, height: 720 }, ...options });
  const lane = (page, name) => page.locator(`section[data-lane="${name}"] [data-pod]`);
  const status = (page) => page.locator('#job-status').getAttribute('data-status');

  /// Writes the manifest as a person would: everything selected, then typed over.
  async function edit(page, text) {
    await page.locator('#editor').fill(text);
  }

  /// Applies and goes to the end.
  async function applyToTheEnd(page) {
    await page.locator('#apply').click();
    await page.locator('#to-end').click();
    await page.locator('#play[data-playing="false"]').waitFor();
  }

  async function closing(page) {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }

  test('the simple one is edited and completes', async () => {
    const page = await open();
    await page.locator('[data-preset="simple"]').click();
    const manifest = await page.locator('#editor').inputValue();
    await edit(page, manifest.replace(/name: [a-z-]+/, 'name: editado'));
    await applyToTheEnd(page);
    assert.equal(await status(page), 'Complete');
    assert.match(await page.locator('#stage').innerText(), /editado/);
    assert.equal(await lane(page, 'Completed').count(), 1);
    await closing(page);
  });

  test('the one that always fails makes four Pods, the last some 70 s after the first', async () => {
    const page = await open();
    await page.locator('[data-preset="retries"]').click();
    await applyToTheEnd(page);
    assert.equal(await status(page), 'Failed');
    assert.match(await page.locator('[data-condition="Failed"]').innerText(), /BackoffLimitExceeded/);
    const created = await lane(page, 'Failed').evaluateAll((cards) => cards.map((card) => Number(card.dataset.created)));
    created.sort((a, b) => a - b);
    assert.equal(created.length, 4);
    const last = (created[3] - created[0]) / 1000;
    // 10 + 20 + 40 s of delays, and three times the run of a Pod.
    assert.ok(last >= 70 && last <= 85, `the last Pod came ${last} s after the first`);
    const events = await page.locator('#tab-events').click().then(() => page.locator('#explain-panel').innerText());
    assert.match(events, /BackoffLimitExceeded/);
    await closing(page);
  });

  test('the parallel one runs five at a time and completes ten', async () => {
    const page = await open();
    await page.locator('[data-preset="parallel"]').click();
    await page.locator('#apply').click();
    await page.locator('#play').click();
    await page.locator('#play[data-playing="false"]').waitFor();
    let most = 0;
    for (let step = 0; step < 60; step += 1) {
      // A disabled button, at the end of the run, takes no click.
      await page.locator('#step-forward').evaluate((button) => button.click());
      most = Math.max(most, await lane(page, 'Running').count());
    }
    assert.equal(most, 5);
    await page.locator('#to-end').evaluate((button) => button.click());
    await page.locator('#job-status[data-status="Complete"]').waitFor();
    assert.equal(await lane(page, 'Completed').count(), 10);
    await closing(page);
  });

  test('CrashLoopBackOff has its lane and its countdown', async () => {
    const page = await open();
    await page.locator('#presets').selectOption('crashloop');
    await page.locator('#apply').click();
    await page.locator('#play').click();
    for (let step = 0; step < 80 && (await lane(page, 'CrashLoopBackOff').count()) === 0; step += 1) {
      // A disabled button, at the end of the run, takes no click.
      await page.locator('#step-forward').evaluate((button) => button.click());
    }
    assert.equal(await lane(page, 'CrashLoopBackOff').count(), 1);
    await closing(page);
  });

  test('a broken manifest shows the server’s words on its line and changes nothing', async () => {
    const page = await open();
    await page.locator('[data-preset="parallel"]').click();
    await page.locator('#apply').click();
    await page.locator('#play').click();
    const before = await page.locator('#clock').getAttribute('data-ms');
    const name = await page.locator('#stage').innerText();
    const manifest = await page.locator('#editor').inputValue();
    const broken = manifest.replace('completions:', 'complesions:');
    const line = broken.split('\n').findIndex((text) => text.includes('complesions')) + 1;
    await edit(page, broken);
    await page.locator('#apply').click();
    const problem = page.locator('#problems [data-rule]').first();
    await problem.waitFor();
    assert.match(await problem.innerText(), /unknown field "spec\.complesions"/);
    assert.match(await problem.innerText(), new RegExp(`${line}`));
    assert.equal(await page.locator('#clock').getAttribute('data-ms'), before);
    assert.equal((await page.locator('#stage').innerText()).split('\n')[1], name.split('\n')[1]);
    assert.deepEqual(await axe(page), []);
    await closing(page);
  });

  test('seeking back and forth shows the same instants', async () => {
    const page = await open();
    await page.locator('[data-preset="retries"]').click();
    await applyToTheEnd(page);
    const table = () => page.locator('section[data-lane] [data-pod]').evaluateAll(
      (cards) => cards.map((card) => `${card.dataset.pod} ${card.dataset.status}`).sort());
    const end = await table();
    await page.locator('#to-start').click();
    assert.deepEqual(await table(), []);
    await page.locator('#to-end').click();
    await page.locator('#job-status[data-status="Failed"]').waitFor();
    assert.deepEqual(await table(), end);
    for (let step = 0; step < 10; step += 1) await page.locator('#step-back').click();
    assert.equal(await status(page) === 'Complete', false);
    await closing(page);
  });

  test('bad input of every sort leaves the page alive', async () => {
    const page = await open();
    const bad = ['', '[', '['.repeat(10000), '\u0001\u0002', 'a: &a [*a]', 'kind: Job', `a: ${'9'.repeat(400)}`, 'x: y\n'.repeat(300000)];
    for (const text of bad) {
      await page.locator('#editor').evaluate((area, value) => {
        area.value = value;
        area.dispatchEvent(new Event('input', { bubbles: true }));
      }, text);
      await page.locator('#apply').click();
      assert.equal(await page.locator('#crash').isVisible(), false);
    }
    await page.locator('[data-preset="simple"]').click();
    await applyToTheEnd(page);
    assert.equal(await status(page), 'Complete');
    await closing(page);
  });

  test('WebAssembly and the native program write the same log', async () => {
    assert.ok(existsSync(NATIVE), 'cargo test builds the native program first');
    const folder = await mkdtemp(join(tmpdir(), 'job-lab-'));
    const page = await open();
    const module = await page.locator('meta[name="job-lab"]').getAttribute('data-js');
    for (const preset of ['simple', 'retries', 'parallel', 'crashloop']) {
      const button = page.locator(`[data-preset="${preset}"]`);
      if (await button.count()) await button.click();
      else await page.locator('#presets').selectOption(preset);
      const manifest = await page.locator('#editor').inputValue();
      const file = join(folder, 'job.yaml');
      await writeFile(file, manifest);
      for (const seed of [1, 2, 3]) {
        const [hash, changes] = (await page.evaluate(async ([url, text, number]) => {
          const wasm = await import(new URL(url, document.baseURI).href);
          return wasm.runToEnd(text, number);
        }, [module, manifest, seed])).split(' ');
        const native = await run(NATIVE, ['run', '--hash', '--seed', String(seed), file]).catch((error) => error);
        assert.equal(native.stdout.trim().split('\n').at(-1), hash, `${preset}, seed ${seed}`);
        assert.ok(Number(changes) > 10);
      }
    }
    await closing(page);
  });

  test('ten thousand Pods: figures', async (t) => {
    const page = await open();
    const module = await page.locator('meta[name="job-lab"]').getAttribute('data-js');
    const manifest = `apiVersion: batch/v1
kind: Job
metadata: {name: masivo}
spec:
  completions: 10000
  parallelism: 500
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "sleep 3"]}]
`;
    const figures = await page.evaluate(async ([url, text]) => {
      const wasm = await import(new URL(url, document.baseURI).href);
      const memory = (await wasm.default()).memory;
      const begun = performance.now();
      const result = wasm.runToEnd(text, 1);
      return { ms: Math.round(performance.now() - begun), mebibytes: Math.round(memory.buffer.byteLength / 1048576), result };
    }, [module, manifest]);
    t.diagnostic(`10,000 Pods in WebAssembly: ${figures.ms} ms, ${figures.mebibytes} MiB at the peak (${figures.result})`);
    assert.ok(figures.ms < 10000);
    await closing(page);
  });
});
