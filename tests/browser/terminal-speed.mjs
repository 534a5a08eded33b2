// How long `kubectl get pods` takes over ten thousand Pods, in the page's own WebAssembly. Run it on a quiet machine:
//
//   cargo xtask build && node tests/browser/terminal-speed.mjs [PODS]
//
// It prints, in real milliseconds, what the command takes by itself (its output goes to a file), and what it takes until
// the browser has laid out the lines that can be seen. The first is to stay under 50 ms.
import { startLab } from './harness.mjs';

const PODS = Number(process.argv[2] ?? 10_000);
const ROUNDS = 7;
const LINE = '#terminal-line';
const MANIFEST = `apiVersion: batch/v1
kind: Job
metadata:
  name: grande
spec:
  parallelism: ${PODS}
  completions: ${PODS}
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: tarea
        image: busybox:1.36
        command: ["true"]
`;

const lab = await startLab();
const page = await lab.open();
await page.locator('#editor').fill(MANIFEST);
await page.locator('#apply').click();
await page.locator('#to-end').click();
await page.locator('#play[data-playing="false"]').waitFor({ timeout: 300_000 });
await page.locator('#tab-kubectl').click();

/** Types a line and measures until its answer, which ends with a word, is shown. */
async function measure(line) {
  await page.locator(LINE).fill(line);
  return page.evaluate(async ([field, ends]) => {
    const log = document.querySelector('.console-log');
    const before = log.querySelectorAll('.console-entry').length;
    const start = performance.now();
    document.querySelector(field).dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    const done = () => {
      const last = log.querySelectorAll('.console-entry').length > before && log.lastElementChild.lastElementChild;
      return last && last.tagName === 'PRE' && last.textContent.trimEnd().endsWith(ends);
    };
    while (!done()) await new Promise((resolve) => { setTimeout(resolve, 0); });
    const command = performance.now() - start;
    await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve, 0)); });
    return [command, performance.now() - start];
  }, [LINE, 'fin']);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
for (const [name, line] of [['an echo', 'echo fin'], ['get pods > file', 'kubectl get pods > lista; echo fin'], ['get pods', 'kubectl get pods; echo fin']]) {
  const times = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    times.push(await measure(line));
    await page.locator(LINE).press('Control+l');
    await page.waitForFunction(() => !document.querySelector('.console-entry'));
  }
  const [command, painted] = [0, 1].map((place) => median(times.map((time) => time[place])));
  console.log(`${name}: ${command.toFixed(1)} ms, laid out after ${painted.toFixed(1)} ms`);
}
await page.context().close();
await lab.stop();
