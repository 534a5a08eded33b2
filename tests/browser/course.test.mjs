// The sample course page: it reads well, prints, and each laboratory shows what its paragraph says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { axe, dist, screenshot, startLab } from './harness.mjs';

describe('the course page', () => {
  let lab;
  before(async () => {
    lab = await startLab({ base: '/curso-k8s/' });
  });
  after(() => lab?.stop());

  const closing = async (page) => {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  };

  for (const [name, settings] of [
    ['wide', { viewport: { width: 1280, height: 720 } }],
    ['dark', { viewport: { width: 1280, height: 720 }, colorScheme: 'dark' }],
    ['phone', { viewport: { width: 390, height: 844 } }],
  ]) {
    test(`reads well (${name}): axe finds nothing, nothing sticks out`, async () => {
      const page = await lab.open('curso/', { ready: false, ...settings });
      await screenshot(page, `course-${name}`);
      assert.deepEqual(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
      assert.deepEqual(await axe(page), []);
      await closing(page);
    });
  }

  test('has the course’s outline, and every entry of its list of contents leads somewhere', async () => {
    const page = await lab.open('curso/', { ready: false });
    const titles = await page.locator('h2').allInnerTexts();
    for (const title of [/Qué es un Job/, /Para qué sirve/, /Cómo funciona/, /Job Controller/, /Job frente a Deployment/, /Estados del Pod/, /Cuándo termina/, /Características/, /Tres tipos/]) {
      assert.ok(titles.some((text) => title.test(text)), `${title}`);
    }
    for (const link of await page.locator('.contents a').all()) {
      assert.equal(await page.locator(await link.getAttribute('href')).count(), 1);
    }
    await closing(page);
  });

  test('asks no other host, and brings no script', () => {
    const html = readFileSync(join(dist, 'curso', 'index.html'), 'utf8');
    assert.match(html, /Content-Security-Policy" content="default-src 'none'; style-src 'self';/);
    assert.doesNotMatch(html, /<script|<style|\sstyle=|https?:\/\//);
  });

  /** Starts the laboratory of this name, applies its manifest and goes to the end. */
  async function run(page, title) {
    const place = page.locator(`iframe[title="${title}"]`);
    await place.scrollIntoViewIfNeeded();
    const inside = place.contentFrame();
    await inside.getByRole('button', { name: 'Iniciar' }).click();
    await inside.locator('html[data-simulator="here"]').waitFor({ state: 'attached', timeout: 30_000 });
    await inside.locator('#apply').click();
    await inside.locator('#to-end').click();
    await inside.locator('#play[data-playing="false"]').waitFor();
    return inside;
  }

  for (const [title, status, lane, pods] of [
    ['Laboratorio: Job simple', 'Complete', 'Completed', 1],
    ['Laboratorio: Job con reintentos', 'Failed', 'Failed', 4],
    ['Laboratorio: Job paralelo', 'Complete', 'Completed', 10],
  ]) {
    test(`${title} shows what its paragraph says`, async () => {
      const page = await lab.open('curso/', { ready: false });
      const inside = await run(page, title);
      await inside.locator(`#job-status[data-status="${status}"]`).waitFor();
      assert.equal(await inside.locator(`section[data-lane="${lane}"] [data-pod]`).count(), pods);
      await screenshot(page, `course-lab-${lane}-${pods}`);
      await closing(page);
    });
  }

  test('prints without empty boxes', async () => {
    const page = await lab.open('curso/', { ready: false });
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('iframe:visible').count(), 0);
    assert.match(await page.locator('.lab figcaption').first().evaluate((caption) => getComputedStyle(caption, '::before').content), /Laboratorio interactivo/);
    await closing(page);
  });
});
