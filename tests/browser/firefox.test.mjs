// The main flow in Firefox, driven by WebDriver BiDi: open, edit, apply each Job of the course, seek,
// reach the end. FIREFOX names the browser; where there is none the tests are skipped, and say so.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { serve } from './harness.mjs';

/** Where Firefox is, if it is anywhere. */
function findFirefox() {
  if (process.env.FIREFOX) return process.env.FIREFOX;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = process.platform === 'win32' ? ['firefox.exe'] : ['firefox-esr', 'firefox'];
  return [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  ].find((file) => existsSync(file));
}

const firefox = findFirefox();
const skip = firefox ? false : 'there is no Firefox: install firefox-esr, or name one with FIREFOX';

describe('in Firefox', { skip }, () => {
  let server;
  let browser;
  before(async () => {
    server = await serve();
    browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefox, headless: true });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  async function open() {
    const page = await browser.newPage();
    page.problems = [];
    page.on('pageerror', (error) => page.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') page.problems.push(message.text());
    });
    await page.setViewport({ width: 1280, height: 720 });
    await page.goto(server.url);
    await page.waitForFunction(() => {
      const { lab, simulator } = document.documentElement.dataset;
      return lab === 'ready' && simulator === 'here';
    });
    return page;
  }

  /** Writes the text of the editor anew, as a visitor who pastes. */
  async function edit(page, change) {
    const text = await page.$eval('#editor', (editor) => editor.value);
    await page.focus('#editor');
    await page.$eval('#editor', (editor, text) => {
      editor.select();
      document.execCommand('insertText', false, text);
    }, change(text));
  }

  const text = (page, selector) => page.$eval(selector, (element) => element.innerText);

  const JOBS = [
    { preset: 'simple', pods: 1, condition: /Complete/ },
    { preset: 'retries', pods: 4, condition: /Failed/ },
    { preset: 'parallel', pods: 10, condition: /Complete/ },
  ];
  for (const { preset, pods, condition } of JOBS) {
    test(`the Job ${preset} is edited, applied, sought and followed to its end`, async () => {
      const page = await open();
      await page.click(`[data-preset="${preset}"]`);
      await edit(page, (manifest) => manifest.replace(/name: job-[a-z]+/, `name: zorro-${preset}`));
      await page.click('#apply');
      await page.waitForSelector('.pod');
      await page.click('#to-end');
      await page.waitForSelector('.clock-over');
      const end = Number(await page.$eval('#clock', (clock) => clock.dataset.ms));
      assert.match(await text(page, '#stage'), new RegExp(`zorro-${preset}`));
      assert.match(await text(page, '#stage'), condition);
      assert.equal((await page.$$('.pod')).length, pods);
      await page.click('#to-start');
      await page.waitForFunction(() => document.querySelector('#clock').dataset.ms === '0');
      await page.click('#step-forward');
      await page.waitForFunction(() => Number(document.querySelector('#clock').dataset.ms) > 0);
      await page.click('#to-end');
      await page.waitForFunction((end) => document.querySelector('#clock').dataset.ms === String(end), {}, end);
      assert.deepEqual(page.problems, []);
      await page.close();
    });
  }

  test('a broken manifest shows the server’s words', async () => {
    const page = await open();
    await edit(page, (manifest) => manifest.replace('restartPolicy: Never', 'restartPolicy: Always'));
    await page.click('#apply');
    await page.waitForSelector('#problems li');
    assert.match(await text(page, '#problems'), /restartPolicy/);
    assert.deepEqual(page.problems, []);
    await page.close();
  });
});
