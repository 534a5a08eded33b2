// The terminal: a whole course session by keyboard only.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, screenshot, startLab } from './harness.mjs';

const LINE = '#terminal-line';

describe('the terminal', () => {
  let lab;
  before(async () => {
    lab = await startLab();
  });
  after(() => lab?.stop());

  /** Opens the tab by keyboard: from the chosen tab the arrows lead to it. */
  async function openTerminal(page) {
    await page.locator('#tab-why').focus();
    for (let i = 0; i < 5 && !(await page.locator(LINE).count()); i += 1) await page.keyboard.press('ArrowRight');
    await page.locator(LINE).focus();
  }

  async function type(page, line) {
    await page.locator(LINE).focus();
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
  }

  const shown = (page, text) => page.locator('.console-log').getByText(text).last().waitFor({ timeout: 15_000 });

  test('runs a course session by keyboard only', async () => {
    const page = await lab.open();
    assert.equal(await page.locator(LINE).count(), 0, 'nothing of it is there before it is opened');
    await openTerminal(page);
    await type(page, 'kubectl apply -f job.yaml');
    await shown(page, /^job\.batch\/\S+ created/);
    // What takes time lets the clock run, and Ctrl-C ends it.
    await type(page, 'kubectl wait --for=condition=failed job --all --timeout=1h; echo nunca');
    await page.locator('.console-state button').waitFor();
    await page.keyboard.press('Control+c');
    await shown(page, '^C');
    await type(page, 'kubectl wait --for=condition=complete job --all --timeout=1h && echo hecho');
    await shown(page, /condition met/);
    await type(page, 'P=$(kubectl get pods -o name | head -1); echo tengo $P');
    await shown(page, /^tengo pod\//);
    await type(page, 'kubectl logs $P | wc -l');
    await type(page, 'kubectl delete job --all');
    await shown(page, /deleted from default namespace/);
    await screenshot(page, 'terminal');
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  test('completes, remembers and clears', async () => {
    const page = await lab.open();
    await openTerminal(page);
    await page.keyboard.type('kubectl app');
    await page.keyboard.press('Tab');
    await page.waitForFunction((id) => document.querySelector(id).value === 'kubectl apply ', LINE);
    await page.keyboard.type('-f j');
    await page.keyboard.press('Tab');
    await page.waitForFunction((id) => document.querySelector(id).value === 'kubectl apply -f job.yaml ', LINE);
    await page.keyboard.press('Control+u');
    await type(page, 'echo uno');
    await shown(page, 'uno');
    await type(page, 'echo dos');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.locator(LINE).inputValue(), 'echo uno');
    await page.keyboard.press('Control+l');
    await page.waitForFunction(() => !document.querySelector('.console-entry'));
    // An empty line is no trap: Tab leaves it.
    await page.keyboard.press('Control+u');
    await page.keyboard.press('Tab');
    assert.notEqual(await page.evaluate(() => document.activeElement.id), LINE.slice(1));
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
});
