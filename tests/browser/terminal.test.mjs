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

  test('draws a long answer bit by bit, yet finds, selects and tells of all of it', async () => {
    const page = await lab.open();
    await openTerminal(page);
    await type(page, 'seq 1 3000');
    await page.getByRole('status').filter({ hasText: '3000. La última: 3000' }).waitFor({ timeout: 15_000 });
    await page.waitForFunction(() => document.querySelector('.console-log').textContent.includes('\n1517\n'));
    const lines = await page.evaluate(() => {
      getSelection().selectAllChildren(document.querySelector('.console-log'));
      return getSelection().toString().split('\n').length;
    });
    assert.ok(lines > 3000, `${lines} lines are selected`);
    assert.ok(await page.evaluate(() => (getSelection().removeAllRanges(), window.find('1517'))), 'the browser finds it');
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  test('watches, describes, follows, edits and offers, by keyboard', async () => {
    const page = await lab.open();
    await openTerminal(page);
    await type(page, 'k apply -f job.yaml');
    await shown(page, /^job\.batch\/\S+ created/);
    // A watch prints as the clock runs, politely, until Ctrl-C.
    await type(page, 'k get pods -w');
    await shown(page, /ContainerCreating|Running/);
    await shown(page, /Completed/);
    assert.equal(await page.locator('.console-log').getAttribute('role'), 'log');
    await page.locator('.console-state button').waitFor();
    await page.keyboard.press('Control+c');
    await shown(page, '^C');
    await type(page, 'k describe job | head -3; k get events -o name | wc -l');
    await shown(page, /^Name:/);
    await type(page, 'k logs -f $(k get pods -o name | head -1) | tail -1');
    // The object's text is edited where the line was typed; Ctrl+S gives it back.
    await type(page, 'k edit $(k get job -o name)');
    const area = page.locator('#terminal-edit');
    await area.waitFor();
    await page.waitForFunction(() => document.activeElement.id === 'terminal-edit');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Control+s');
    await shown(page, 'Edit cancelled, no changes made.');
    await type(page, 'k edit $(k get job -o name)');
    await area.waitFor();
    await area.evaluate((element) => {
      element.value = element.value.replace(/backoffLimit: \d+/, 'backoffLimit: 9');
      element.dispatchEvent(new InputEvent('input', { bubbles: true }));
    });
    await page.keyboard.press('Control+s');
    await shown(page, /edited/);
    await type(page, 'k get job -o jsonpath={.items[0].spec.backoffLimit}');
    await shown(page, '9');
    // A name in the answers offers its object's commands.
    await type(page, 'k get pods -o name | tail -1');
    const name = page.locator('.console-log pre').last();
    await name.click({ position: { x: 60, y: 6 } });
    await page.locator('#menu [data-act="describe"]').click();
    await shown(page, /^Name:/);
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

  test('takes lines before kubectl is there, and runs them once it is', async () => {
    const { page, release } = await lab.openWithout('**/kubectl-*.wasm');
    await page.locator('html[data-simulator="here"]').waitFor({ state: 'attached', timeout: 30_000 });
    await openTerminal(page);
    await type(page, 'kubectl apply -f job.yaml');
    await shown(page, /^job\.batch\/\S+ created/);
    await type(page, 'k get jobs -o name');
    const wait = page.getByRole('status').filter({ hasText: 'kubectl se está descargando' });
    await wait.waitFor();
    await screenshot(page, 'kubectl-awaited');
    assert.deepEqual(await axe(page), []);
    // The views that kubectl fills wait for it too.
    await page.locator('#tab-objects').click();
    assert.equal(await page.locator('.objects').count(), 0);
    release();
    await page.locator('.objects pre, .objects code').first().waitFor();
    await page.locator('#tab-kubectl').click();
    await shown(page, /^job\.batch\/\S+\s*$/);
    await wait.waitFor({ state: 'detached' });
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
});
