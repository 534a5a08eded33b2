// The clock, the playhead, the branches of a run, and its foretold end.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, startLab } from './harness.mjs';

/// A Job of very many Pods.
const massive = (completions) => `apiVersion: batch/v1
kind: Job
metadata: {name: masivo}
spec:
  completions: ${completions}
  parallelism: 500
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "sleep 3"]}]
`;

describe('the timeline', () => {
  let lab;
  before(async () => { lab = await startLab(); });
  after(() => lab?.stop());

  const open = (options = {}) => lab.open('?lang=es', options);
  const clock = async (page) => Number(await page.locator('#clock').getAttribute('data-ms'));
  // The page draws after the key: its clock is waited for, and is exact then.
  const reaches = (page, ms) => page.locator(`#clock[data-ms="${ms}"]`).waitFor({ timeout: 5_000 });
  const press = (page, selector) => page.locator(selector).first().evaluate((button) => button.click());

  async function choose(page, key) {
    const button = page.locator(`[data-preset="${key}"]`);
    if (await button.count()) await button.click();
    else await page.locator('#presets').selectOption(key);
  }

  /// The example at its end.
  async function atEnd(page, key = 'retries') {
    await choose(page, key);
    await page.locator('#apply').click();
    await page.locator('#to-end').click();
    await page.waitForFunction(() => !document.getElementById('busy') && document.querySelector('#play').dataset.playing === 'false');
  }

  /// Once nothing moves: colours on their way have a contrast of their own.
  const still = (page) => page.waitForFunction(() => document.getAnimations().length === 0);

  async function closing(page) {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }

  test('a long run of a CronJob is drawn together, and each Pod in a closer look', async () => {
    const page = await open();
    await atEnd(page, 'cronjob');
    assert.match(await page.locator('.together-label').innerText(), /1440 Pods, como mucho 1 a la vez/);
    // Ends are told in each of the slices, and nothing covers the rest.
    const height = await page.locator('.together-states .bar-running').evaluate((path) => path.getBBox().height);
    assert.ok(height > 10);
    assert.ok((await page.locator('.together-ends .end-good').getAttribute('d')).length > 1_000);
    assert.deepEqual(await axe(page), []);
    const choices = await page.locator('#closer option').allInnerTexts();
    assert.deepEqual(choices, ['Ver todo', 'Ver 1 min', 'Ver 10 min', 'Ver 1 h']);
    // By keyboard.
    await page.locator('#closer').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.locator('.together').first().waitFor({ state: 'detached' });
    const bars = await page.locator('[data-bar]').count();
    assert.ok(bars >= 7 && bars <= 11, `${bars} bars`);
    const [from, to] = await page.locator('#seek').evaluate((seek) => [seek.ariaValueMin, seek.ariaValueMax].map(Number));
    assert.equal(to - from, 600);
    // The playhead drags the view along when it leaves it.
    await press(page, '#to-start');
    await reaches(page, 0);
    assert.equal(await page.locator('#seek').getAttribute('aria-valuemin'), '0');
    const box = await page.locator('#seek').boundingBox();
    await page.mouse.click(box.x + box.width / 2, box.y + 20);
    const at = await clock(page);
    assert.ok(Math.abs(at - 300_000) < 6_000, `${at}`);
    await page.locator('#closer').selectOption('');
    await page.locator('.together').first().waitFor();
    await closing(page);
  });

  test('bars stand under the name of their Job where there are several', async () => {
    const page = await open();
    const job = (name) => massive(2).replace('masivo', name).replace('500', '1');
    await page.locator('#editor').fill(`${job('primero')}---\n${job('segundo')}`);
    await page.locator('#apply').click();
    await page.locator('#to-end').click();
    await page.waitForFunction(() => document.querySelector('#play').dataset.playing === 'false');
    const lines = await page.locator('.names li').allInnerTexts();
    assert.deepEqual(lines.map((line) => /^(primero|segundo)$/.test(line)), [true, false, false, true, false, false]);
    assert.equal(await page.locator('[data-bar]').count(), 4);
    await closing(page);
  });

  test('the playhead is dragged, and the bars are pressed', async () => {
    const page = await open();
    await atEnd(page);
    const end = await clock(page);
    const box = await page.locator('#seek').boundingBox();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, box.y + 20, { steps: 6 });
    const middle = await clock(page);
    await page.mouse.move(box.x, box.y + 20, { steps: 4 });
    await page.mouse.up();
    // Exactly where the pointer is, to the axis' own scale.
    const span = Number(await page.locator('#seek').getAttribute('aria-valuemax')) * 1000;
    assert.ok(Math.abs(middle - span * 0.4) < span * 0.01, `${middle} of ${span}`);
    assert.ok(middle < end);
    assert.equal(await clock(page), 0);
    const bars = await page.locator('.timeline-bars').boundingBox();
    await page.mouse.click(bars.x + bars.width * 0.3, bars.y + 10);
    assert.ok(Math.abs((await clock(page)) - span * 0.3) < span * 0.01);
    await closing(page);
  });

  test('everything is done by keyboard', async () => {
    const page = await open();
    await atEnd(page);
    const end = await clock(page);
    await page.locator('#seek').focus();
    await page.keyboard.press('ArrowLeft');
    await reaches(page, end - 1000);
    await page.keyboard.press('PageDown');
    await reaches(page, end - 11000);
    await page.keyboard.press('Home');
    await reaches(page, 0);
    await page.keyboard.press('End');
    await reaches(page, end);
    // The page's own keys, with the focus nowhere.
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction((end) => Number(document.querySelector('#clock').dataset.ms) < end, end);
    await page.keyboard.press('Home');
    await reaches(page, 0);
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => Number(document.querySelector('#clock').dataset.ms) > 0);
    await page.keyboard.press('Space');
    await page.locator('#play[data-playing="true"]').waitFor();
    await page.keyboard.press('Space');
    await page.locator('#play[data-playing="false"]').waitFor();
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await closing(page);
  });

  test('every speed can be chosen', async () => {
    const page = await open();
    const labels = await page.locator('#speed option').allInnerTexts();
    assert.deepEqual(labels.map((label) => label.trim()), ['×1/4', '×1', '×2', '×5', '×10', '×30', '×60', '×600']);
    await choose(page, 'retries');
    await page.locator('#speed').selectOption('600000');
    await page.locator('#apply').click();
    await page.locator('#job-status[data-status="Failed"]').waitFor();
    await closing(page);
  });

  /// Acts in the past of the run: another branch.
  async function fork(page) {
    await atEnd(page);
    await page.locator('#seek').focus();
    for (let page_down = 0; page_down < 6; page_down += 1) await page.keyboard.press('PageDown');
    await page.locator('.job-menu').click();
    assert.match(await page.locator('.menu-note').innerText(), /otra rama/);
    await page.locator('#menu [data-act="suspend"]').click();
    await page.locator('.run').waitFor();
  }

  test('acting in the past opens a branch; both runs stand beside each other on one clock', async () => {
    const page = await open();
    await fork(page);
    await page.locator('.run').click();
    assert.equal(await page.locator('.stage-side').count(), 2);
    assert.equal(await page.locator('.timeline-sheet').count(), 2);
    await press(page, '#to-end');
    const row = (key) => page.locator(`#differences [data-row="${key}"] td`).allInnerTexts();
    await page.waitForFunction(() => document.querySelector('#differences [data-row="outcome"] td:last-child')?.innerText === 'Failed');
    const [mine, other] = await row('pods');
    assert.ok(Number(mine) < Number(other), `${mine} ${other}`);
    assert.equal((await row('outcome'))[0], '—');
    // One clock moves both.
    const seconds = await clock(page);
    await page.locator('#seek').focus();
    await page.keyboard.press('Home');
    assert.notEqual(await clock(page), seconds);
    assert.equal(await page.locator('.stage-side [data-pod]').count(), 0);
    await press(page, '[data-act="stop-comparing"]');
    await page.locator('.stage-side').first().waitFor({ state: 'detached' });
    assert.equal(await page.locator('#tab-compare').count(), 0);
    await closing(page);
  });

  for (const [colorScheme, width, height] of [['light', 1280, 720], ['dark', 1000, 700], ['light', 390, 844]]) {
    test(`axe finds nothing while comparing (${width}, ${colorScheme})`, async () => {
      const page = await open({ colorScheme });
      await fork(page);
      await page.locator('.run').click();
      await page.setViewportSize({ width, height });
      await still(page);
      assert.deepEqual(await axe(page), []);
      await closing(page);
    });
  }

  test('applying again keeps the run before', async () => {
    const page = await open();
    await atEnd(page);
    await atEnd(page, 'simple');
    await page.locator('.run').click();
    const row = await page.locator('#differences [data-row="pods"] td').allInnerTexts();
    assert.deepEqual(row, ['1', '4']);
    await closing(page);
  });

  test('the end is foretold to the second before it comes, and another value changes it', async () => {
    const page = await open();
    await choose(page, 'retries');
    await page.locator('#apply').click();
    await page.locator('#play').click();
    await page.locator('#tab-forecast').click();
    const ending = page.locator('.ending[data-fate="Failed"]').first();
    await ending.waitFor();
    const at = Number(await ending.getAttribute('data-at'));
    assert.equal(await ending.getAttribute('data-pods'), '4');
    await still(page);
    assert.deepEqual(await axe(page), []);
    // What if: by keyboard.
    await page.locator('[data-field="backoffLimit"] button').first().focus();
    await page.keyboard.press('Enter');
    const other = page.locator('#what-if-answer [data-fate]');
    await other.waitFor();
    assert.equal(await other.getAttribute('data-pods'), '3');
    assert.ok(Number(await other.getAttribute('data-at')) < at);
    assert.deepEqual(await axe(page), []);
    await press(page, '[data-act="what-if-reset"]');
    await other.waitFor({ state: 'detached' });
    // And so it comes.
    await page.locator('[data-act="go-there"]').click();
    assert.equal(await clock(page), at);
    assert.equal(await page.locator('#job-status').getAttribute('data-status'), 'Failed');
    await page.keyboard.press('ArrowLeft');
    assert.notEqual(await page.locator('#job-status').getAttribute('data-status'), 'Failed');
    await closing(page);
  });

  test('a Job without end is given up or cancelled, and the page stays alive', async () => {
    const page = await open();
    await choose(page, 'simple');
    const manifest = await page.locator('#editor').inputValue();
    await page.locator('#editor').fill(manifest.replace('sleep 5', 'while true; do sleep 1; done'));
    await page.locator('#apply').click();
    await page.locator('#play').click();
    await page.locator('#tab-forecast').click();
    await page.locator('[data-act="cancel"]').click();
    await page.locator('#forecast[data-state="cancelled"]').waitFor();
    // So many Pods take a while.
    await page.locator('#editor').fill(massive(20000));
    await page.locator('#apply').click();
    await page.locator('#to-end').click();
    await page.locator('#busy [data-act="cancel"]').click();
    await page.locator('#busy').waitFor({ state: 'detached' });
    assert.equal(await page.locator('#play').getAttribute('data-playing'), 'false');
    assert.equal(await page.locator('#crash').isVisible(), false);
    await closing(page);
  });

  test('seeking is at once', async (t) => {
    const page = await open();
    /// How long it takes from a press on the playhead until the page is laid out anew.
    const seeks = () => page.evaluate(async () => {
      const seek = document.getElementById('seek');
      const box = seek.getBoundingClientRect();
      const times = [];
      for (const share of [0.1, 0.9, 0.35, 0.6, 0.05, 0.5, 0.95, 0.2, 0.75, 0.45]) {
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        const begun = performance.now();
        const at = { clientX: box.left + box.width * share, clientY: box.top + 20, bubbles: true, button: 0, pointerId: 1 };
        seek.dispatchEvent(new PointerEvent('pointerdown', at));
        seek.dispatchEvent(new PointerEvent('pointerup', at));
        await null;
        document.body.getBoundingClientRect();
        times.push(performance.now() - begun);
      }
      return times.sort((a, b) => a - b);
    });
    await atEnd(page);
    const small = await seeks();
    t.diagnostic(`a course's Job: median ${small[5].toFixed(1)} ms, worst ${small[9].toFixed(1)} ms`);
    await page.locator('#editor').fill(massive(10000));
    await page.locator('#apply').click();
    await page.locator('#to-end').click();
    await page.waitForFunction(() => !document.getElementById('busy') && document.querySelector('#play').dataset.playing === 'false', undefined, { timeout: 120_000 });
    const large = await seeks();
    t.diagnostic(`10,000 Pods: median ${large[5].toFixed(1)} ms, worst ${large[9].toFixed(1)} ms`);
    assert.ok(small[5] < 16, `${small}`);
    assert.ok(large[5] < 100, `${large}`);
    await closing(page);
  });
});
