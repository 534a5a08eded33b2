// The editor that comes after the first picture: what it shows, what it says, and how it is left.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, screenshot, startLab } from './harness.mjs';

/** Opens the page and waits for the editor. */
export async function openEditor(lab, address = '?lang=es', settings = {}) {
  const page = await lab.open(address, settings);
  // It comes to whoever turns to the text.
  await page.locator('.code').hover();
  await page.locator('.cm-content').waitFor();
  return page;
}

describe('the editor', () => {
  let lab;
  before(async () => {
    lab = await startLab();
  });
  after(() => lab?.stop());

  const text = (page) => page.locator('#editor').inputValue();
  const closing = async (page) => {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  };

  test('takes the place of the text area, under the page’s policy', async () => {
    const page = await openEditor(lab);
    assert.ok(await page.locator('.cm-content .y-key').first().isVisible());
    // Its rules stand in a constructable sheet: no style element, and yet it looks like an editor.
    assert.equal(await page.locator('style').count(), 0);
    assert.ok((await page.evaluate(() => document.adoptedStyleSheets.length)) > 0);
    assert.equal(await page.locator('.cm-gutters').evaluate((gutters) => getComputedStyle(gutters).display), 'flex');
    await screenshot(page, 'editor-light');
    assert.deepEqual(await axe(page), []);
    await closing(page);
  });

  test('is an editor: what is typed is the manifest, and Ctrl+Enter applies it', async () => {
    const page = await openEditor(lab);
    await page.locator('.cm-line', { hasText: 'job-simple' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type('-mio');
    assert.match(await text(page), /name: job-simple-mio\n/);
    await page.keyboard.press('Control+Enter');
    await page.locator('#job-status').waitFor();
    assert.match(await page.locator('#stage').innerText(), /job-simple-mio/);
    await closing(page);
  });

  test('a line goes on as deep as it should', async () => {
    const page = await openEditor(lab);
    await page.locator('.cm-line', { hasText: 'kind: Job' }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('spec:');
    await page.keyboard.press('Enter');
    await page.keyboard.type('suspend: true');
    assert.match(await text(page), /\nspec:\n  suspend: true\n/);
    await closing(page);
  });

  test('problems stand on their line while typing, with the server’s words', async () => {
    const page = await openEditor(lab);
    await page.locator('.cm-line', { hasText: 'restartPolicy' }).click();
    await page.keyboard.press('End');
    for (let letter = 0; letter < 'Never'.length; letter += 1) await page.keyboard.press('Backspace');
    await page.keyboard.type('Always');
    const underlined = page.locator('.cm-lintRange-error');
    await underlined.first().waitFor();
    assert.match(await underlined.first().innerText(), /Always/);
    await page.locator('.cm-gutter-lint .cm-lint-marker-error').waitFor();
    await underlined.first().hover();
    const card = page.locator('.cm-tooltip .cm-diagnostic').first();
    await card.waitFor();
    assert.match(await card.innerText(), /valid values: "OnFailure", "Never"/);
    await screenshot(page, 'editor-problem');
    assert.deepEqual(await axe(page), []);
    await closing(page);
  });

  test('a problem is mended by its button, on the line and in the list', async () => {
    const page = await openEditor(lab);
    const good = await text(page);
    await page.locator('#editor').fill(good.replace('restartPolicy', 'restartPolici'));
    await page.locator('.cm-lintRange-error').first().hover();
    const button = page.locator('.cm-tooltip .cm-diagnosticAction').first();
    await button.waitFor();
    assert.match(await button.innerText(), /restartPolicy/);
    await screenshot(page, 'editor-fix');
    assert.deepEqual(await axe(page), []);
    await button.click();
    assert.equal(await text(page), good);
    await page.locator('.cm-lintRange-error').first().waitFor({ state: 'detached' });
    // The same from the list below, which the keyboard reaches.
    await page.locator('#editor').fill(good.replace('restartPolicy', 'restartPolici'));
    const fix = page.locator('#problems .fix').first();
    await fix.focus();
    await page.keyboard.press('Enter');
    assert.equal(await text(page), good);
    await closing(page);
  });

  test('fields and values are completed, with what they are for', async () => {
    const page = await openEditor(lab);
    await page.locator('.cm-line', { hasText: /^spec:/ }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('backoff');
    const list = page.locator('.cm-tooltip-autocomplete');
    await list.waitFor();
    assert.match(await list.innerText(), /backoffLimit/);
    await page.locator('.cm-completionInfo').waitFor();
    assert.match(await page.locator('.cm-completionInfo').innerText(), /fallidos/);
    await screenshot(page, 'editor-completion');
    assert.deepEqual(await axe(page), []);
    // CodeMirror takes no key in the first moments of a list, lest a word be taken by mistake.
    await page.waitForTimeout(100);
    await page.keyboard.press('Enter');
    assert.match(await text(page), /\nspec:\n  backoffLimit: \n/);
    await page.keyboard.type('3');
    // A value that the server lists.
    await page.keyboard.press('Enter');
    await page.keyboard.type('completionMode: ');
    await page.keyboard.press('Control+Space');
    await list.waitFor();
    assert.match(await list.innerText(), /Indexed/);
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    await closing(page);
  });

  test('a field says what it is for', async () => {
    for (const [address, words] of [['?lang=es', /contenedor/i], ['?lang=en', /container/i]]) {
      const page = await openEditor(lab, address);
      await page.locator('.y-key', { hasText: 'restartPolicy' }).hover();
      const card = page.locator('.cm-card');
      await card.waitFor();
      assert.match(await card.innerText(), /restartPolicy/);
      assert.match(await card.innerText(), words);
      if (address === '?lang=es') await screenshot(page, 'editor-hover');
      assert.deepEqual(await axe(page), []);
      await closing(page);
    }
  });

  test('checking a hundred lines takes less than a frame', async (t) => {
    const page = await openEditor(lab);
    const variables = Array.from({ length: 40 }, (_, at) => `        - name: V${at}\n          value: "${at}"\n`).join('');
    const long = (await text(page)).replace('        command:', `        env:\n${variables}        command:`);
    assert.ok(long.split('\n').length >= 100);
    await page.locator('#editor').evaluate((area, value) => {
      area.value = value;
      area.dispatchEvent(new Event('input', { bubbles: true }));
    }, long);
    await page.locator('.cm-content').click();
    const longest = await page.evaluate(async () => {
      const times = [];
      const observer = new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => times.push(duration)));
      observer.observe({ type: 'longtask', buffered: false });
      for (let letter = 0; letter < 20; letter += 1) {
        document.execCommand('insertText', false, '#');
        // Past the pause after which the text is checked.
        await new Promise((done) => setTimeout(done, 320));
      }
      observer.disconnect();
      return Math.max(0, ...times);
    });
    t.diagnostic(`the longest task while typing in 100 lines: ${longest || 'none over 50'} ms`);
    assert.ok(longest < 100, `${longest} ms`);
    await closing(page);
  });

  test('undo survives an example', async () => {
    const page = await openEditor(lab);
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# mío\n');
    const mine = await text(page);
    await page.locator('[data-preset="parallel"]').first().click();
    assert.match(await text(page), /parallelism: 5/);
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+z');
    assert.equal(await text(page), mine);
    await page.keyboard.press('Control+y');
    assert.match(await text(page), /parallelism: 5/);
    await closing(page);
  });

  test('the lines that explain what happens are marked', async () => {
    const page = await openEditor(lab);
    await page.locator('#apply').click();
    await page.locator('#play').click();
    for (let step = 0; step < 12 && (await page.locator('.cm-line.cm-why').count()) === 0; step += 1) {
      await page.locator('#step-forward').click();
    }
    assert.ok((await page.locator('.cm-line.cm-why').count()) > 0);
    // They go when the text is no longer the one that runs, and come back with it.
    await page.locator('.cm-content').click();
    await page.keyboard.type('x');
    await page.locator('.cm-line.cm-why').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await page.locator('.cm-line.cm-why').first().waitFor();
    await closing(page);
  });

  test('Tab leaves it, and keys mean text inside', async () => {
    const page = await openEditor(lab);
    await page.locator('#apply').click();
    await page.locator('.cm-content').click();
    const before = await text(page);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.closest('.cm-editor')), null);
    assert.equal(await text(page), before);
    await page.keyboard.press('Shift+Tab');
    assert.ok(await page.evaluate(() => document.activeElement.closest('.cm-editor') !== null));
    const clock = await page.locator('#play').getAttribute('data-playing');
    await page.keyboard.press('Space');
    assert.equal(await page.locator('#play').getAttribute('data-playing'), clock);
    await closing(page);
  });

  test('focus and caret of the text area are carried over', async () => {
    let release;
    const held = new Promise((done) => {
      release = done;
    });
    const page = await lab.open('', {
      before: (page) =>
        page.route('**/editor-*.js', async (route) => {
          await held;
          await route.continue();
        }),
    });
    await page.locator('#editor').focus();
    await page.locator('#editor').evaluate((area) => area.setSelectionRange(3, 3));
    release();
    await page.locator('.cm-content').waitFor();
    await page.keyboard.type('XYZ');
    assert.match(await text(page), /^.{3}XYZ/);
    await closing(page);
  });

  test('without it the text area goes on working', async () => {
    const page = await lab.open('', { before: (page) => page.route('**/editor-*.js', (route) => route.abort()) });
    await page.locator('#editor').fill((await text(page)).replace(/name: [a-z-]+/, 'name: a-mano'));
    await page.locator('#apply').click();
    await page.locator('#job-status').waitFor();
    assert.match(await page.locator('#stage').innerText(), /a-mano/);
    assert.equal(await page.locator('.cm-editor').count(), 0);
    await page.context().close();
  });

  test('is accessible in the dark, in English and on a phone', async () => {
    const page = await openEditor(lab, '?lang=en&theme=dark', { viewport: { width: 390, height: 844 } });
    await screenshot(page, 'editor-phone-dark');
    assert.equal(await page.locator('.cm-content').getAttribute('aria-label'), 'Manifest of the Job in YAML');
    assert.deepEqual(await axe(page), []);
    await closing(page);
  });
});
