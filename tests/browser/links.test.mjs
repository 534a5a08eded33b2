// Links: what is copied opens as the same run, old ones open for ever, broken ones say so.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { axe, screenshot, startLab } from './harness.mjs';

const GOLDEN = readFileSync(new URL('../../src/share/links.txt', import.meta.url), 'utf8');

describe('links', () => {
  let lab;
  before(async () => {
    lab = await startLab();
  });
  after(() => lab?.stop());

  const closing = async (page) => {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  };
  const pods = (page) =>
    page.locator('[data-pod]').evaluateAll((cards) => cards.map((card) => `${card.dataset.pod} ${card.dataset.status}`).sort());
  const clock = (page) => page.locator('#clock').getAttribute('data-ms');

  /** Presses *Copiar enlace* and answers the link. */
  async function copied(page) {
    await page.locator('#copy-link').click();
    await page.locator('.share-answer:not([hidden])').waitFor();
    return page.locator('#copy-link-field').inputValue();
  }

  test('a copied link restores manifest, seed, speed and instant', async () => {
    const page = await lab.open('?seed=7', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('[data-preset="parallel"]').first().click();
    await page.locator('#apply').click();
    await page.locator('#play').click();
    for (let step = 0; step < 18; step += 1) await page.locator('#step-forward').click();
    const manifest = await page.locator('#editor').inputValue();
    const there = { pods: await pods(page), clock: await clock(page) };
    assert.ok(there.pods.length >= 5);
    const link = await copied(page);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    assert.match(link, /#v=1&m=[\w-]+&seed=7&speed=2&t=[\d.]+s$/);
    // The address bar holds it too: reloading stays there.
    assert.equal(page.url().split('#')[1], link.split('#')[1]);
    await screenshot(page, 'links-copied');

    const other = await lab.open(link, { permissions: [] });
    await other.locator('[data-pod]').first().waitFor();
    assert.equal(await other.locator('#editor').inputValue(), manifest);
    assert.deepEqual({ pods: await pods(other), clock: await clock(other) }, there);
    assert.equal(await other.locator('#play').getAttribute('data-playing'), 'false');
    // What a link brought is not the student's own work.
    await other.goto(lab.url);
    await other.locator('html[data-simulator="here"]').waitFor({ state: 'attached' });
    assert.match(await other.locator('#editor').inputValue(), /name: job-simple/);
    await closing(other);
    await closing(page);
  });

  test('a text that does not run yet travels too', async () => {
    const page = await lab.open();
    await page.locator('#editor').fill('kind: Job # ñ 😀\n');
    const link = await copied(page);
    assert.doesNotMatch(link, /[&]t=/);
    const other = await lab.open(link);
    assert.equal(await other.locator('#editor').inputValue(), 'kind: Job # ñ 😀\n');
    await closing(other);
    await closing(page);
  });

  test('every link that was given out opens', async () => {
    const lines = GOLDEN.split('\n').filter((line) => line && !line.startsWith('# '));
    for (let at = 0; at < lines.length; at += 2) {
      if (/load=click/.test(lines[at])) continue;
      const page = await lab.open(lines[at].startsWith('?') ? lines[at] : lines[at]);
      const time = /at=(\d+)/.exec(lines[at + 1])?.[1];
      if (time) await page.locator(`#clock[data-ms="${time}"]`).waitFor();
      assert.equal(await page.locator('.damaged').count(), 0);
      if (/manifest/.test(lines[at + 1])) assert.match(await page.locator('#editor').inputValue(), /name: job-reintentos/);
      await closing(page);
    }
  });

  for (const [name, fragment, words] of [
    ['cut short', '#v=1&m=U1YIzkzNLShK', /dañado/],
    ['scrambled', '#v=1&m=%%%', /dañado/],
    ['from the future', '#v=99&m=AAAA', /versión posterior/],
  ]) {
    test(`a link that is ${name} says so and offers the example`, async () => {
      const page = await lab.open(fragment);
      const notice = page.locator('.damaged');
      assert.match(await notice.innerText(), words);
      assert.match(await page.locator('#editor').inputValue(), /name: job-simple/);
      await screenshot(page, `links-${name.replaceAll(' ', '-')}`);
      assert.deepEqual(await axe(page), []);
      await notice.getByRole('button').click();
      await notice.waitFor({ state: 'detached' });
      await closing(page);
    });
  }

  test('a damaged link keeps the student’s own work', async () => {
    const page = await lab.open();
    await page.locator('#editor').fill('kind: Job # mío\n');
    await page.waitForFunction(() => localStorage.getItem('job-lab:manifest')?.includes('mío'));
    // In the same tab: the page follows the link by itself.
    await page.goto(`${lab.url}#v=1&m=%%%`);
    await page.locator('.damaged').waitFor();
    await page.goto(lab.url);
    await page.waitForFunction(() => document.querySelector('#editor')?.value.includes('mío'));
    // A visit that was cut short by the next one takes its icon with it.
    page.problems = page.problems.filter((problem) => !problem.endsWith('net::ERR_ABORTED'));
    await closing(page);
  });

  test('*Insertar* gives a frame for each tool', async () => {
    const page = await lab.open('', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('[data-preset="retries"]').first().click();
    await page.locator('#insert-button').click();
    const code = page.locator('#insert-code');
    assert.match(await code.inputValue(), /^<iframe src="http:\/\/127\.0\.0\.1:\d+\/\?embed=1&amp;lang=es&amp;view=both&amp;load=click#v=1&amp;m=/);
    await page.locator('#insert-parts').selectOption('stage');
    await page.locator('#insert-on-click').uncheck();
    await page.locator('#insert-autoplay').check();
    assert.match(await code.inputValue(), /view=stage&amp;autoplay=1#v=1/);
    for (const tool of ['Moodle', 'eXeLearning', 'Docusaurus', 'Hugo', 'MkDocs', 'Jekyll', 'WordPress', 'Markdown']) {
      await page.locator('#insert-tool').selectOption(tool);
      assert.match(await code.inputValue(), /embed=1/);
    }
    await page.locator('#insert-tool').selectOption('HTML');
    await page.locator('#copy-code').click();
    await page.locator('.insert-row [role="status"]', { hasText: 'Copiado' }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await code.inputValue());
    await screenshot(page, 'links-insert');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#insert').isVisible(), false);
    await closing(page);
  });

  test('where the browser does not let us copy, the link is selected', async () => {
    const page = await lab.open('', {
      before: (page) =>
        page.addInitScript(() => {
          Object.defineProperty(navigator, 'clipboard', { value: undefined });
          document.execCommand = () => false;
        }),
    });
    const link = await copied(page);
    assert.match(await page.locator('.share-answer').innerText(), /Ctrl\+C/);
    assert.equal(await page.evaluate(() => getSelection().toString()), link);
    assert.deepEqual(await axe(page), []);
    await closing(page);
  });
});
