// The page opens again without a network, once it has been visited.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startLab, untilReady } from './harness.mjs';

describe('without a network', () => {
  let lab;
  before(async () => {
    lab = await startLab({ base: '/una/carpeta/' });
  });
  after(() => lab?.stop());

  test('the page that was visited opens, with its editor, and runs', async () => {
    const page = await lab.open('', { serviceWorkers: 'allow' });
    await page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      if (active.state !== 'activated') await new Promise((done) => active.addEventListener('statechange', done));
    });
    await page.context().setOffline(true);
    await lab.server.close();
    await page.goto(`${lab.url}?lang=es&preset=simple&autoplay=1`);
    await untilReady(page);
    await page.locator('.cm-content').waitFor();
    await page.locator('#to-end').click();
    await page.locator('#job-status[data-status="Complete"]').waitFor();
    await page.goto(`${lab.url}curso/`);
    assert.match(await page.title(), /Jobs: tareas que terminan/);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
});
