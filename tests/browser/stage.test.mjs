// What a student sees and does on the stage: examples, cards, menus, indexes, several objects, and
// how smoothly it moves.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, startLab } from './harness.mjs';

/// A Job of so many Pods.
const many = (completions, parallelism, command = 'sleep $((RANDOM % 20 + 2))') => `apiVersion: batch/v1
kind: Job
metadata:
  name: masivo
spec:
  completions: ${completions}
  parallelism: ${parallelism}
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: c
        image: busybox:1.36
        command: [sh, -c, "${command}"]
`;

describe('the stage', () => {
  let lab;
  before(async () => { lab = await startLab(); });
  after(() => lab?.stop());

  const open = (options = {}) => lab.open('?lang=es', options);
  const pods = (page, lane) => page.locator(`[data-lane="${lane}"] [data-pod]`);
  const status = (page) => page.locator('#job-status').getAttribute('data-status');

  async function choose(page, key) {
    const button = page.locator(`[data-preset="${key}"]`);
    if (await button.count()) await button.click();
    else await page.locator('#presets').selectOption(key);
  }

  /// Applies and stops the clock at once.
  async function apply(page) {
    await page.locator('#apply').click();
    await page.locator('#play').click();
    await page.locator('#play[data-playing="false"]').waitFor();
  }

  async function toEnd(page) {
    await page.locator('#to-end').evaluate((button) => button.click());
    await page.waitForFunction(() => !document.getElementById('busy') && document.querySelector('#play').dataset.playing === 'false');
  }

  async function step(page, times = 1) {
    for (let done = 0; done < times; done += 1) await page.locator('#step-forward').evaluate((button) => button.click());
  }

  /// From second 0, step by step, until the stage shows it.
  async function stepUntil(page, selector) {
    await page.locator('#to-start').evaluate((button) => button.click());
    for (let done = 0; done < 120 && (await page.locator(selector).count()) === 0; done += 1) await step(page);
    assert.ok(await page.locator(selector).count(), selector);
  }

  /// From here on, step by step, until the stage shows it.
  async function stepUntilNow(page, selector) {
    for (let done = 0; done < 120 && (await page.locator(selector).count()) === 0; done += 1) await step(page);
    assert.ok(await page.locator(selector).count(), selector);
  }

  /// Once nothing moves: colours on their way have a contrast of their own.
  const still = (page) => page.waitForFunction(() => document.getAnimations().length === 0);

  async function closing(page) {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }

  const ENDS = {
    simple: 'Complete', retries: 'Failed', parallel: 'Complete', indexed: 'Complete', perindex: 'Failed',
    failurepolicy: 'Failed', successpolicy: 'Complete', suspended: 'Suspended', deadline: 'Failed', queue: 'Complete',
    deployment: 'Complete', sidecar: 'Complete', crashloop: 'Failed',
  };

  test('every example of the shelf is accepted and ends as it says', async () => {
    const page = await open();
    for (const [key, end] of Object.entries(ENDS)) {
      await choose(page, key);
      await apply(page);
      await toEnd(page);
      assert.equal(await status(page), end, key);
    }
    await choose(page, 'ttl');
    await apply(page);
    await toEnd(page);
    assert.equal(await page.locator('#job-status').count(), 0, 'the Job is removed');
    await closing(page);
  });

  test('the list of examples works by keyboard and follows the language', async () => {
    const page = await open();
    await page.locator('#presets').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.match(await page.locator('#editor').inputValue(), /completionMode: Indexed/);
    assert.match(await page.locator('#editor').inputValue(), /índices/);
    await page.locator('[data-language="en"]').click();
    assert.match(await page.locator('#editor').inputValue(), /indexes/);
    await closing(page);
  });

  test('a Pod’s menu shows the commands, and deleting is one of them', async () => {
    const page = await open();
    await choose(page, 'parallel');
    await apply(page);
    await stepUntil(page, '[data-lane="Running"] [data-pod]');
    const card = pods(page, 'Running').first();
    const name = (await card.getAttribute('title')).split(':')[0];
    await card.click();
    const menu = page.locator('#menu');
    await menu.waitFor();
    await still(page);
    assert.match(await menu.locator('[data-act="delete"]').innerText(), new RegExp(`kubectl delete pod ${name}`));
    assert.deepEqual(await axe(page), []);
    // Escape closes it and gives the focus back.
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    // By keyboard.
    await card.locator('button').focus();
    await page.keyboard.press('Enter');
    await menu.waitFor();
    await menu.locator('[data-act="delete"]').focus();
    await page.keyboard.press('Enter');
    await menu.waitFor({ state: 'detached' });
    await page.locator(`[data-pod].is-terminating[title^="${name}"]`).waitFor();
    await page.locator('#tab-kubectl').click();
    assert.match(await page.locator('#explain-panel').innerText(), new RegExp(`kubectl delete pod ${name}`));
    await closing(page);
  });

  test('a menu closes when its object goes, and on a click beside it', async () => {
    const page = await open();
    await choose(page, 'simple');
    await apply(page);
    await step(page, 6);
    await page.locator('[data-pod]').first().click();
    await page.locator('#menu').waitFor();
    await page.mouse.click(5, 5);
    await page.locator('#menu').waitFor({ state: 'detached' });
    await page.locator('[data-pod]').first().click();
    await page.locator('#menu').waitFor();
    await page.locator('#to-start').evaluate((button) => button.click());
    await page.locator('#menu').waitFor({ state: 'detached' });
    await closing(page);
  });

  test('a Job is suspended, resumed, scaled and deleted from its menu', async () => {
    const page = await open();
    await choose(page, 'parallel');
    await apply(page);
    await stepUntil(page, '[data-lane="Running"] [data-pod]');
    const act = async (name) => {
      await page.locator('.job-menu').click();
      await page.locator(`#menu [data-act="${name}"]`).click();
      await page.locator('#menu').waitFor({ state: 'detached' });
    };
    const slots = () => page.locator('section[data-lane="Running"] .lane-count').innerText();
    await act('scale-up');
    assert.match(await slots(), /\/6$/);
    await act('scale-down');
    assert.match(await slots(), /\/5$/);
    await act('suspend');
    await step(page, 12);
    assert.equal(await status(page), 'Suspended');
    await act('resume');
    await toEnd(page);
    assert.equal(await status(page), 'Complete');
    await act('delete');
    await page.locator('#job-status').waitFor({ state: 'detached' });
    await closing(page);
  });

  test('a Pod is made to fail and an index for ever; the refusal of what can’t be done is told', async () => {
    const page = await open();
    await choose(page, 'indexed');
    await apply(page);
    await stepUntil(page, '[data-lane="Running"] [data-pod]');
    const act = async (name) => page.locator(`#menu [data-act="${name}"]`).click();
    await pods(page, 'Running').first().click();
    await act('fail');
    await page.locator('#menu').waitFor({ state: 'detached' });
    await stepUntilNow(page, '[data-lane="Failed"] [data-pod]');
    await pods(page, 'Running').first().click();
    await act('index-fails');
    await toEnd(page);
    assert.equal(await status(page), 'Failed');
    await page.locator('.node').click();
    await act('start');
    assert.match(await page.getByRole('alert').innerText(), /Ya está así/);
    await still(page);
    assert.deepEqual(await axe(page), []);
    await closing(page);
  });

  test('a node loses its power, and the page says what its Pods become', async () => {
    const page = await open();
    await choose(page, 'parallel');
    await apply(page);
    await stepUntil(page, '[data-lane="Running"] [data-pod]');
    await page.locator('.node').focus();
    await page.keyboard.press('Enter');
    await page.locator('#menu [data-act="stop"]').click();
    await page.locator('#menu').waitFor({ state: 'detached' });
    await page.locator('#tab-kubectl').click();
    assert.match(await page.locator('#explain-panel').innerText(), /stop node/);
    await page.locator('.node').click();
    await page.locator('#menu [data-act="start"]').click();
    await page.locator('#menu').waitFor({ state: 'detached' });
    await toEnd(page);
    assert.equal(await status(page), 'Complete');
    await closing(page);
  });

  test('the indexes are a grid of cells, each with its state in words', async () => {
    const page = await open();
    await choose(page, 'perindex');
    await apply(page);
    const states = () => page.locator('.index-cells li').evaluateAll((cells) => cells.map((cell) => cell.dataset.state));
    await page.locator('#to-start').evaluate((button) => button.click());
    assert.deepEqual(await states(), Array(5).fill('waiting'));
    await stepUntil(page, '.index-cells [data-state="active"]');
    await toEnd(page);
    assert.deepEqual(await states(), ['done', 'done', 'failed', 'done', 'done']);
    assert.match(await page.locator('.index-cells li').nth(2).innerText(), /fallido/);
    await still(page);
    assert.deepEqual(await axe(page), []);
    await closing(page);
  });

  test('many indexes are a strip', async () => {
    const page = await open();
    await page.locator('#editor').fill(many(200, 50).replace('spec:\n', 'spec:\n  completionMode: Indexed\n'));
    await apply(page);
    await toEnd(page);
    assert.equal(await page.locator('.index-strip .index-done').count(), 1);
    await closing(page);
  });

  test('a Deployment has a card, and several Jobs a line each', async () => {
    const page = await open();
    await choose(page, 'deployment');
    await apply(page);
    assert.match(await page.locator('[data-other="Deployment"]').innerText(), /replicas 2/);
    const two = `${many(2, 1)}---\n${many(3, 1).replace('masivo', 'otro')}`;
    await page.locator('#editor').fill(two);
    await apply(page);
    await step(page, 5);
    assert.equal(await page.locator('.job-line').count(), 2);
    // In columns, wherever, and with their menus in sight.
    for (const [width, height] of [[1280, 720], [390, 844], [360, 560]]) {
      await page.setViewportSize({ width, height });
      const lines = await page.locator('.job-line').evaluateAll((lines) =>
        lines.map((line) => {
          const edge = line.parentElement.getBoundingClientRect();
          const box = (selector) => line.querySelector(selector).getBoundingClientRect();
          return { status: box('.status').left, fits: box('.job-menu').right <= edge.right, bar: box('.progress svg').height };
        }),
      );
      assert.equal(lines[0].status, lines[1].status);
      assert.ok(lines.every(({ fits, bar }) => fits && bar < 12), `${width}: ${JSON.stringify(lines)}`);
    }
    await page.setViewportSize({ width: 1280, height: 720 });
    await still(page);
    assert.deepEqual(await axe(page), []);
    await closing(page);
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`axe finds nothing on a busy stage, with dots and with counts (${colorScheme})`, async () => {
      const page = await open({ colorScheme });
      await choose(page, 'crashloop');
      await apply(page);
      await stepUntil(page, '[data-lane="CrashLoopBackOff"] [data-pod]');
      await still(page);
      assert.deepEqual(await axe(page), []);
      await page.locator('#editor').fill(many(200, 100));
      await apply(page);
      await step(page, 40);
      assert.equal(await page.locator('.lanes').getAttribute('data-scale'), 'dots');
      await still(page);
      assert.deepEqual(await axe(page), []);
      await page.locator('#editor').fill(many(1500, 400));
      await apply(page);
      await toEnd(page);
      assert.equal(await page.locator('.lanes').getAttribute('data-scale'), 'counts');
      await still(page);
      assert.deepEqual(await axe(page), []);
      await closing(page);
    });
  }

  test('the textual twin tells what the stage shows', async () => {
    const page = await open();
    await choose(page, 'retries');
    await apply(page);
    await toEnd(page);
    await page.locator('#pods-table tbody tr').nth(3).waitFor({ state: 'attached' });
    const rows = await page.locator('#pods-table tbody tr').evaluateAll((rows) => rows.map((row) => row.innerText || row.textContent));
    assert.equal(rows.length, 4);
    assert.ok(rows.every((row) => /Fallido/.test(row) && /Error/.test(row)));
    assert.match(await page.locator('#live').textContent(), /job-reintentos/);
    await closing(page);
  });

  test('without movement nothing is animated', async () => {
    const page = await open({ reducedMotion: 'reduce' });
    await choose(page, 'parallel');
    await page.locator('#apply').click();
    await pods(page, 'Running').first().waitFor();
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
    await closing(page);
  });

  /// What the page's main thread works in each frame, in milliseconds of processor time: a machine that does other
  /// things too makes frames late, but not this longer.
  function workOfFrames({ traceEvents }) {
    const fires = traceEvents.filter((event) => event.name === 'FireAnimationFrame');
    const page = fires[0];
    const here = (event) => event.pid === page.pid && event.tid === page.tid;
    const starts = fires.filter(here).map((event) => event.ts).sort((a, b) => a - b);
    const tasks = traceEvents.filter((event) => here(event) && /RunTask$/.test(event.name) && event.tdur !== undefined);
    tasks.sort((a, b) => a.ts - b.ts);
    const frames = starts.map(() => 0);
    let frame = 0;
    for (const task of tasks) {
      while (frame + 1 < starts.length && starts[frame + 1] <= task.ts + task.dur) frame += 1;
      frames[frame] += task.tdur / 1000;
    }
    return frames.sort((a, b) => a - b);
  }

  test('500 Pods at speed 60: what a frame takes', async (t) => {
    const page = await open();
    await page.locator('#editor').fill(many(500, 120));
    await page.locator('#speed').selectOption('60000');
    await lab.browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', '__metadata'] });
    await page.locator('#apply').click();
    const late = await page.evaluate(() => new Promise((done) => {
      const frames = [];
      let last = performance.now();
      const frame = (now) => {
        frames.push(now - last);
        last = now;
        if (document.querySelector('#play').dataset.playing === 'true') requestAnimationFrame(frame);
        else done(frames.slice(2));
      };
      requestAnimationFrame(frame);
    }));
    const work = workOfFrames(JSON.parse((await lab.browser.stopTracing()).toString()));
    late.sort((a, b) => a - b);
    const at = (frames, share) => frames[Math.min(frames.length - 1, Math.floor(frames.length * share))];
    assert.equal(await page.locator('[data-pod]').count(), 500);
    const say = (frames) => `p50 ${at(frames, 0.5).toFixed(1)} ms, p95 ${at(frames, 0.95).toFixed(1)} ms, worst ${at(frames, 1).toFixed(1)} ms`;
    t.diagnostic(`500 Pods, work of a frame: ${say(work)}; from frame to frame: ${say(late)}`);
    // 60 frames a second, as the student sees them.
    assert.ok(at(late, 0.95) < 17, `p95 is ${at(late, 0.95)} ms`);
    await closing(page);
  });
});
