// *Objetos*: every object at the playhead as kubectl prints it, by mouse and by keyboard.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, startLab } from './harness.mjs';

describe('the objects', () => {
  let lab;
  before(async () => { lab = await startLab(); });
  after(() => lab?.stop());

  const press = (page, selector) => page.locator(selector).first().evaluate((button) => button.click());
  const text = (page) => page.locator('#object-text').evaluate((pre) => pre.textContent);
  const chosen = (page) => page.locator('.objects').getAttribute('data-object');
  const still = (page) => page.waitForFunction(() => document.getAnimations().length === 0);

  /// The example at its end, with the tab open.
  async function looking(key, options = {}) {
    const page = await lab.open('?lang=es&seed=7', options);
    const button = page.locator(`[data-preset="${key}"]`);
    if (await button.count()) await button.click();
    else await page.locator('#presets').selectOption(key);
    await press(page, '#apply');
    await press(page, '#to-end');
    await page.waitForFunction(() => !document.getElementById('busy') && document.querySelector('#play').dataset.playing === 'false');
    await press(page, '#tab-objects');
    await page.locator('#object-text').waitFor({ state: 'attached' });
    return page;
  }

  /// What the terminal prints for a line, from its first line to its last.
  async function typed(page, line) {
    await press(page, '#tab-kubectl');
    const field = page.locator('.console-line input');
    await field.fill('clear');
    await field.press('Enter');
    await field.fill(line);
    await field.press('Enter');
    await page.locator('.console-entry pre').first().waitFor();
    const printed = await page.locator('.console-entry pre').evaluateAll((pres) => pres.map((pre) => pre.textContent).join(''));
    await press(page, '#tab-objects');
    await page.locator('#object-text').waitFor();
    return printed;
  }

  async function closing(page) {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }

  test('the text is what the terminal prints, for the Job, its Pods and their events', async () => {
    const page = await looking('retries');
    assert.equal(await chosen(page), 'Job/default/job-reintentos');
    const kinds = await page.locator('#object optgroup').evaluateAll((groups) => groups.map((group) => group.label));
    assert.deepEqual(kinds.map((kind) => kind.split(' ')[0]), ['Job', 'Pod', 'Node', 'Event']);
    for (const form of ['describe', 'YAML']) {
      for (const kind of ['Job', 'Pod', 'Node', 'Event']) {
        await page.locator('#object').selectOption(await page.locator(`#object optgroup[label^="${kind}"] option`).first().getAttribute('value'));
        await press(page, `[data-form="${form}"]`);
        await page.locator(`[data-form="${form}"][aria-pressed="true"]`).waitFor();
        const line = await page.locator('.objects-line').innerText();
        const shown = await text(page);
        assert.ok(shown.length > 100, line);
        assert.equal((await typed(page, line)).trimEnd(), shown.trimEnd(), line);
      }
    }
    await closing(page);
  });

  test('by keyboard: the tab, the list, the form, the owner, and the lines that changed', async () => {
    const page = await looking('retries');
    await page.locator('#tab-events').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.locator('#tab-objects[aria-selected="true"]').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'object');
    await page.keyboard.type('Pod');
    assert.match(await chosen(page), /^Pod\//);
    await page.locator('[data-form="YAML"]').focus();
    await page.keyboard.press('Space');
    assert.match(await text(page), /^apiVersion: v1\nkind: Pod\n/);
    await page.locator('[data-act="show-change"]').focus();
    await page.keyboard.press('Enter');
    assert.ok(await page.locator('#object-change').evaluate((mark) => {
      const [line, box] = [mark.getBoundingClientRect(), mark.parentElement.getBoundingClientRect()];
      return line.top >= box.top - 1 && line.top < box.bottom;
    }), 'the line that changed is out of sight');
    await page.locator('[data-look="Job/default/job-reintentos"]').focus();
    await page.keyboard.press('Enter');
    assert.equal(await chosen(page), 'Job/default/job-reintentos');
    // And down again.
    await page.locator('.objects-links [data-look^="Pod/"]').first().focus();
    await page.keyboard.press('Enter');
    assert.match(await chosen(page), /^Pod\//);
    await page.locator('#object-text').focus();
    await closing(page);
  });

  test('it follows the playhead, and says when the object isn’t there', async () => {
    const page = await looking('simple');
    await press(page, '[data-form="YAML"]');
    assert.match(await text(page), /type: Complete/);
    const marked = await page.locator('#object-text mark').allInnerTexts();
    assert.match(marked.join('\n'), /succeeded: 1|type: Complete/);
    await page.locator('.objects-links [data-look^="Pod/"]').first().click();
    await press(page, '#to-start');
    await page.locator('#object-text').waitFor({ state: 'detached' });
    assert.match(await page.locator('#explain-panel').innerText(), /No existe en este instante/);
    await still(page);
    assert.deepEqual(await axe(page), []);
    await press(page, '#step-forward');
    await press(page, '#step-forward');
    await page.locator('#object-text').waitFor();
    assert.match(await text(page), /phase: Pending/);
    await closing(page);
  });

  test('a Pod’s menu and a CronJob’s name lead to it', async () => {
    const page = await looking('deployment');
    await page.locator('[data-other="Deployment"] .other-name').click();
    assert.match(await chosen(page), /^Deployment\//);
    assert.match(await text(page), /StrategyType/);
    await press(page, '[data-look^="ReplicaSet/"]');
    assert.match(await chosen(page), /^ReplicaSet\//);
    await page.locator('[data-pod] button').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('#menu [data-act="look"]').focus();
    await page.keyboard.press('Enter');
    await page.locator('#menu').waitFor({ state: 'detached' });
    assert.match(await chosen(page), /^Pod\//);
    await closing(page);
  });

  for (const [colorScheme, viewport] of [['light', { width: 1280, height: 720 }], ['dark', { width: 390, height: 844 }]]) {
    test(`axe finds nothing (${colorScheme}, ${viewport.width})`, async () => {
      const page = await looking('retries', { colorScheme, viewport });
      if (viewport.width < 820) await press(page, '.views [data-view="explain"]');
      for (const form of ['describe', 'YAML']) {
        await press(page, `[data-form="${form}"]`);
        await still(page);
        assert.deepEqual(await axe(page), []);
      }
      await closing(page);
    });
  }
});
