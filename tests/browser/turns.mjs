// What each turn of the browser's main thread takes while the page opens: CPU time, and the functions of
// WebAssembly that are compiled in it, since each is compiled when it is first called. A long turn
// keeps the page from answering, and on a phone all take some four times as long.
//
//   node tests/browser/turns.mjs [RUNS]
//
// CPU time doesn't count what a busy machine takes away; compiled functions depend on the page alone.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, serve, untilReady, watch } from './harness.mjs';

const CATEGORIES = ['toplevel', 'devtools.timeline', 'blink.user_timing', 'v8.wasm', 'disabled-by-default-v8.wasm.detailed'];
/** Chromium's names for one. */
const TURN = /^(ThreadControllerImpl::)?RunTask$/;
const PHONE = { viewport: { width: 412, height: 823 }, isMobile: true, hasTouch: true, locale: 'es-ES', serviceWorkers: 'block' };

/**
 * The turns of one visit in which WebAssembly is compiled, in order.
 *
 * @returns {Promise<{atMs: number, cpuMs: number, functions: number, bytes: number}[]>}
 */
export async function turns() {
  const server = await serve({ compress: true });
  const browser = await launch();
  try {
    const context = await browser.newContext(PHONE);
    const page = await context.newPage();
    watch(page);
    const events = await traced(await context.newCDPSession(page), async () => {
      await page.goto(server.url);
      await untilReady(page);
      // What was asked for meanwhile is drawn.
      await page.locator('#play').waitFor({ state: 'attached' });
      await page.locator('.explain [role="tab"]').first().waitFor({ state: 'attached' });
    });
    return inTurns(events, server.url);
  } finally {
    await browser.close();
    await server.close();
  }
}

async function traced(session, act) {
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: CATEGORIES } });
  await act();
  const over = new Promise((done) => session.once('Tracing.tracingComplete', done));
  await session.send('Tracing.end');
  await over;
  return events;
}

function inTurns(events, url) {
  const visit = events.findLast(({ name, args }) => name === 'navigationStart' && args.data?.documentLoaderURL === url);
  const main = events.filter(({ pid, tid, ts }) => pid === visit.pid && tid === visit.tid && ts >= visit.ts);
  const compiled = main.filter(({ name }) => name === 'wasm.CompileBaseline');
  // Of turns within turns the outermost.
  let end = 0;
  const outer = main
    .filter(({ name, dur }) => TURN.test(name) && dur)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur)
    .filter(({ ts, dur }) => {
      const own = ts >= end;
      if (own) end = ts + dur;
      return own;
    });
  return outer
    .map(({ ts, dur, tdur }) => {
      const within = compiled.filter((event) => event.ts >= ts && event.ts < ts + dur);
      return {
        atMs: (ts - visit.ts) / 1000,
        cpuMs: (tdur ?? 0) / 1000,
        functions: within.length,
        bytes: within.reduce((sum, { args }) => sum + args.bodySize, 0),
      };
    })
    .filter(({ functions }) => functions > 0);
}

if (fileURLToPath(import.meta.url) === resolve(process.argv[1] ?? '')) {
  for (let run = 1; run <= Number(process.argv[2] ?? 1); run++) {
    console.log(`run ${run}: begins, CPU time, functions, bytes`);
    for (const { atMs, cpuMs, functions, bytes } of await turns()) {
      const columns = [`${atMs.toFixed(0)} ms`, `${cpuMs.toFixed(1)} ms`, String(functions), String(bytes)];
      console.log(columns.map((column) => column.padStart(9)).join(''));
    }
  }
}
