// Lighthouse on the built page: mobile, its default throttling, served with brotli.
//
//   npm run lighthouse
//
// Prints the scores, the times, and what was found wanting; fails when a score or a time misses its goal.
// The times depend on the machine's speed: a busy one makes them worse.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { findChromium } from './chromium.mjs';
import { serve } from './harness.mjs';

/** What each category is to reach, of 100. */
export const GOALS = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 100 };

/** What each time may be, in milliseconds. */
const MOST_MS = { interactive: 1_500 };

const TIMES = [
  'first-contentful-paint',
  'largest-contentful-paint',
  'interactive',
  'total-blocking-time',
  'cumulative-layout-shift',
  'speed-index',
];

/**
 * Opens the page in a Chromium of its own and judges it.
 *
 * @returns {Promise<{scores: Record<string, number>, times: Record<string, string>, late: string[], wanting: string[]}>}
 */
export async function audit() {
  const server = await serve({ compress: true });
  const chrome = await launch({
    chromePath: findChromium(),
    // Chromium's sandbox does not work for root, which CI often is.
    chromeFlags: ['--headless=new', '--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  try {
    const { lhr } = await lighthouse(server.url, { port: chrome.port, output: 'json', logLevel: 'error' });
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    const score = (name) => Math.round(100 * (lhr.categories[name].score ?? 0));
    return {
      scores: Object.fromEntries(Object.keys(GOALS).map((name) => [name, score(name)])),
      times: Object.fromEntries(TIMES.map((name) => [name, lhr.audits[name].displayValue ?? '?'])),
      late: Object.keys(MOST_MS).filter((name) => !(lhr.audits[name].numericValue <= MOST_MS[name])),
      wanting: Object.values(lhr.audits)
        .filter(({ id, score }) => score !== null && score < 1 && !TIMES.includes(id))
        .map(({ id, title, displayValue = '' }) => `${id}: ${title} ${displayValue}`.trim()),
    };
  } finally {
    chrome.kill();
    await server.close();
  }
}

if (fileURLToPath(import.meta.url) === resolve(process.argv[1] ?? '')) {
  const { scores, times, late, wanting } = await audit();
  for (const [name, score] of Object.entries(scores)) {
    console.log(`${String(score).padStart(8)}  ${name} (goal ${GOALS[name]})`);
    if (score < GOALS[name]) process.exitCode = 1;
  }
  for (const [name, time] of Object.entries(times)) {
    console.log(`${time.padStart(8)}  ${name}${name in MOST_MS ? ` (goal ${MOST_MS[name] / 1000} s)` : ''}`);
    if (late.includes(name)) process.exitCode = 1;
  }
  for (const line of wanting) console.log(`          ${line}`);
}
