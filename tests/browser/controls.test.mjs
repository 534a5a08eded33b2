// Every control: reached by keyboard, named, with a focus that is seen; and those that no other test presses.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, startLab } from './harness.mjs';

describe('the controls', () => {
  let lab;
  before(async () => { lab = await startLab(); });
  after(() => lab?.stop());

  async function open(options = {}) {
    const page = await lab.open('?lang=es&seed=7', options);
    // It takes the place of the text area.
    await page.locator('.cm-content').waitFor({ state: 'attached' });
    return page;
  }
  const press = (page, selector) => page.locator(selector).first().evaluate((button) => button.click());
  const still = (page) => page.waitForFunction(() => document.getAnimations().length === 0);
  const pressed = (page, selector) => page.locator(`${selector}[aria-pressed="true"]`).waitFor();

  async function running(page, key = 'parallel', steps = 25) {
    const button = page.locator(`[data-preset="${key}"]`);
    if (await button.count()) await press(page, `[data-preset="${key}"]`);
    else await page.locator('#presets').selectOption(key);
    await press(page, '#apply');
    await press(page, '#play');
    await page.locator('#play[data-playing="false"]').waitFor({ state: 'attached' });
    await press(page, '#to-start');
    for (let done = 0; done < steps; done += 1) await press(page, '#step-forward');
  }

  async function toEnd(page) {
    await press(page, '#to-end');
    await page.waitForFunction(() => !document.getElementById('busy') && document.querySelector('#play').dataset.playing === 'false');
  }

  async function closing(page) {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }

  /// What is around the focused element, as a picture: with its focus, and without.
  async function pictures(page) {
    const box = await page.evaluate(() => {
      const box = document.activeElement.getBoundingClientRect();
      const [left, top] = [Math.max(0, box.left - 6), Math.max(0, box.top - 6)];
      return { x: left, y: top, width: Math.min(innerWidth, box.right + 6) - left, height: Math.min(innerHeight, box.bottom + 6) - top };
    });
    const picture = async () => (await page.screenshot({ clip: box, caret: 'hide' })).toString('base64');
    const focused = await picture();
    await page.evaluate(() => { window.walked = document.activeElement; window.walked.blur(); });
    await still(page);
    const blurred = await picture();
    await page.evaluate(() => window.walked.focus());
    return [focused, blurred];
  }

  /// Walks with Tab and tells which controls it missed, and whose focus can't be seen.
  async function walk(page) {
    const wanted = await page.evaluate(() => {
      const scope = document.querySelector('dialog[open]') ?? document;
      const all = scope.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex], [contenteditable="true"]');
      // One of a group that arrows move in stands for it; the browser focuses nothing that isn't seen.
      const seen = [...all].filter((element) =>
        element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0);
      seen.forEach((element, place) => { element.dataset.walk = place; });
      document.activeElement?.blur();
      return seen.length;
    });
    const met = new Map();
    for (let steps = 0; steps < wanted + 10 && met.size < wanted; steps += 1) {
      await page.keyboard.press('Tab');
      const [place, looks] = await page.evaluate(() => {
        const element = document.activeElement;
        const outlined = (node) => {
          const style = getComputedStyle(node);
          return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
        };
        return [element.dataset?.walk, outlined(element)];
      });
      if (place === undefined) continue;
      // What shows its focus elsewhere than at itself shows it all the same.
      const [focused, blurred] = looks ? [1, 2] : await pictures(page);
      met.set(Number(place), focused !== blurred);
    }
    const name = (place) => page.evaluate((place) => document.querySelector(`[data-walk="${place}"]`)?.outerHTML.slice(0, 160), place);
    const missed = await Promise.all([...Array(wanted).keys()].filter((place) => !met.has(place)).map(name));
    const unseen = await Promise.all([...met].filter(([, looks]) => !looks).map(([place]) => name(place)));
    await page.evaluate(() => document.querySelectorAll('[data-walk]').forEach((element) => delete element.dataset.walk));
    assert.ok(wanted > 0);
    assert.deepEqual(missed, [], 'Tab never came here');
    assert.deepEqual(unseen, [], 'the focus can’t be seen');
  }

  const STATES = {
    'at first': async () => {},
    'while it runs': (page) => running(page),
    'with the events': async (page) => { await running(page); await press(page, '#tab-events'); },
    'with an object': async (page) => { await running(page); await press(page, '#tab-objects'); await page.locator('#object').waitFor(); },
    'with the forecast': async (page) => { await running(page, 'retries', 6); await press(page, '#tab-forecast'); await page.locator('#forecast[data-state="done"]').waitFor(); },
    'with the terminal': async (page) => { await running(page); await press(page, '#tab-kubectl'); await page.locator('.console-line input').waitFor(); },
    'with a refused manifest': async (page) => {
      await page.locator('#editor').fill('apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {bakoffLimit: 3}\n');
      await page.locator('#problems button').first().waitFor();
    },
    'with two runs': async (page) => {
      await running(page, 'retries', 8);
      await toEnd(page);
      await press(page, '#to-start');
      for (let done = 0; done < 6; done += 1) await press(page, '#step-forward');
      await press(page, '.job-menu');
      await press(page, '#menu [data-act="scale-up"]');
      await press(page, '[data-run]');
      await page.locator('#tab-compare').waitFor();
    },
    'in the help': async (page) => { await press(page, '#help-button'); await page.locator('dialog[open]').waitFor(); },
    'in the dialog for courses': async (page) => { await press(page, '#insert-button'); await page.locator('#insert-code').waitFor(); },
  };
  for (const [state, prepare] of Object.entries(STATES)) {
    test(`are reached with Tab, and their focus is seen: ${state}`, async () => {
      const page = await open();
      await prepare(page);
      await still(page);
      await walk(page);
      assert.deepEqual(await axe(page), []);
      await closing(page);
    });
  }

  for (const view of ['editor', 'stage', 'explain']) {
    test(`are reached with Tab on a phone: ${view}`, async () => {
      const page = await open({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
      await running(page);
      await page.locator(`.views [data-view="${view}"]`).focus();
      await page.keyboard.press('Enter');
      await page.locator(`.views [data-view="${view}"][aria-current]`).waitFor();
      await still(page);
      await walk(page);
      assert.deepEqual(await axe(page), []);
      await closing(page);
    });
  }

  test('language and theme are changed by mouse and by keyboard', async () => {
    const page = await open();
    await page.locator('[data-language="en"]').click();
    await page.getByRole('button', { name: 'Apply' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await page.locator('[data-language="es"]').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Aplicar' }).waitFor();
    await page.locator('[data-choice="dark"]').click();
    await pressed(page, '[data-choice="dark"]');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await still(page);
    assert.deepEqual(await axe(page), []);
    await page.locator('[data-choice="light"]').focus();
    await page.keyboard.press('Space');
    await pressed(page, '[data-choice="light"]');
    await page.locator('[data-choice="auto"]').click();
    await pressed(page, '[data-choice="auto"]');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), undefined);
    await closing(page);
  });

  test('the help opens at its beginning and closes by its button', async () => {
    const page = await open();
    for (const way of ['mouse', 'keyboard']) {
      if (way === 'mouse') await page.locator('#help-button').click();
      else { await page.locator('#help-button').focus(); await page.keyboard.press('Enter'); }
      const dialog = page.locator('#help[open]');
      await dialog.waitFor();
      assert.equal(await dialog.evaluate((help) => help.scrollTop), 0);
      const close = dialog.getByRole('button', { name: 'Cerrar' });
      if (way === 'mouse') await close.click();
      else { await close.focus(); await page.keyboard.press('Enter'); }
      await page.locator('dialog[open]').waitFor({ state: 'detached' });
    }
    await closing(page);
  });

  test('the dialog for courses is filled in by keyboard', async () => {
    const page = await open();
    await page.locator('#insert-button').focus();
    await page.keyboard.press('Enter');
    const code = () => page.locator('#insert-code').inputValue();
    await page.locator('#insert-code').waitFor();
    assert.match(await code(), /load=click/);
    await page.locator('#insert-parts').focus();
    await page.keyboard.press('ArrowDown');
    assert.doesNotMatch(await code(), /view=both/);
    await page.locator('#insert-tool').focus();
    await page.keyboard.type('Markdown');
    assert.doesNotMatch(await code(), /^<iframe/);
    await page.locator('#insert-on-click').focus();
    await page.keyboard.press('Space');
    assert.doesNotMatch(await code(), /load=click/);
    await page.locator('#insert-autoplay').focus();
    await page.keyboard.press('Space');
    assert.match(await code(), /autoplay=1/);
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await closing(page);
  });

  /// Opens a menu and chooses, by mouse or by keyboard; the terminal's log is what was done.
  async function act(page, opener, name, way) {
    const button = page.locator(`#menu [data-act="${name}"]`);
    if (way === 'mouse') {
      await page.locator(opener).first().click();
      await button.click();
    } else {
      await page.locator(opener).first().focus();
      await page.keyboard.press('Enter');
      await button.focus();
      await page.keyboard.press('Enter');
    }
    await page.locator('#menu').waitFor({ state: 'detached' });
  }

  const POD = '[data-lane="Running"] [data-pod] .pod-hit';
  const DEEDS = [
    [POD, 'logs', /kubectl logs job-paralelo-/],
    [POD, 'fail', /fail/],
    [POD, 'oom', /oom/],
    [POD, 'evict', /eviction/],
    [POD, 'delete', /kubectl delete pod job-paralelo-/],
    ['.job-menu', 'suspend', /kubectl patch job job-paralelo .*"suspend":true/],
    ['.job-menu', 'scale-up', /"parallelism":6/],
    ['.job-menu', 'scale-down', /"parallelism":4/],
    ['.job-menu', 'always-fail', /job-paralelo/],
    ['.job-menu', 'always-succeed', /job-paralelo/],
    ['.job-menu', 'delete', /kubectl delete job job-paralelo/],
    ['.node', 'cordon', /kubectl cordon nodo-1/],
    ['.node', 'drain', /kubectl drain nodo-1/],
    ['.node', 'stop', /stop node/],
  ];
  for (const way of ['mouse', 'keyboard']) {
    test(`whatever a menu offers is done (${way})`, async () => {
      const page = await open();
      for (const [opener, name, told] of DEEDS) {
        await running(page, 'parallel', 0);
        for (let done = 0; done < 40 && (await page.locator(POD).count()) < 1; done += 1) await press(page, '#step-forward');
        const before = await page.locator('#clock').getAttribute('data-ms');
        await act(page, opener, name, way);
        await press(page, '#tab-kubectl');
        await page.locator('.console-entry').nth(1).waitFor();
        assert.match(await page.locator('.console-entry').last().innerText(), told, name);
        assert.equal(await page.locator('#clock').getAttribute('data-ms'), before, `${name} moved the clock`);
      }
      // What takes something back is offered once there is something.
      await running(page, 'parallel', 20);
      await act(page, '.job-menu', 'always-fail', way);
      await act(page, '.job-menu', 'withdraw', way);
      await act(page, '.node', 'cordon', way);
      await act(page, '.node', 'uncordon', way);
      await press(page, '#tab-kubectl');
      assert.match(await page.locator('.console-entry').last().innerText(), /kubectl uncordon nodo-1/);
      await closing(page);
    });
  }

  test('on a phone the last reason leads to its explanation', async () => {
    const page = await open({ viewport: { width: 390, height: 844 } });
    await running(page);
    await page.locator('.caption').click();
    await page.locator('.reason.is-newest').waitFor();
    await page.locator('.views [data-view="stage"]').click();
    await page.locator('.caption').focus();
    await page.keyboard.press('Enter');
    await page.locator('.reason.is-newest').waitFor();
    await closing(page);
  });

  test('older reasons are opened by mouse and by keyboard', async () => {
    const page = await open();
    await running(page, 'retries', 16);
    const older = page.locator('.reason:not(.is-now) details');
    await older.first().locator('summary').click();
    assert.ok(await older.first().evaluate((details) => details.open));
    await older.last().locator('summary').focus();
    await page.keyboard.press('Enter');
    assert.ok(await older.last().evaluate((details) => details.open));
    await closing(page);
  });
});
