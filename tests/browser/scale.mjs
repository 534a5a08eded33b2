// What large runs cost in WebAssembly, for the same Jobs that `benches/scale.rs` runs natively.
//
//   npm run scale                         both, natively first
//   node tests/browser/scale.mjs 1000     only here, with so many Pods
//
// It needs a built page in dist/, and a quiet machine.
import { startLab } from './harness.mjs';

const asked = process.argv.slice(2).map(Number).filter(Boolean);

const job = (pods) => `apiVersion: batch/v1
kind: Job
metadata: {name: grande}
spec:
  completions: ${pods}
  parallelism: 500
  template:
    spec:
      restartPolicy: Never
      containers: [{name: tarea, image: "busybox:1.36", command: [sh, -c, "echo hola; sleep 5"]}]
`;

const lab = await startLab();
try {
  for (const pods of asked.length ? asked : [1_000, 10_000, 100_000]) {
    // Memory never shrinks: each size has a page of its own.
    const page = await lab.open();
    const module = await page.locator('meta[name="job-lab"]').getAttribute('data-js');
    const { first, best, bytes, result } = await page.evaluate(async ([url, text]) => {
      const wasm = await import(new URL(url, document.baseURI).href);
      const { memory } = await wasm.default();
      const before = memory.buffer.byteLength;
      const run = () => {
        const begun = performance.now();
        return { result: wasm.runToEnd(text, 0), ms: performance.now() - begun };
      };
      const { result, ms: first } = run();
      const bytes = memory.buffer.byteLength - before;
      return { first, best: Math.min(run().ms, run().ms), bytes, result };
    }, [module, job(pods)]);
    const line = (name, value, unit, each, of) =>
      console.log(`  ${name.padEnd(15)}${value.toFixed(1).padStart(9)} ${unit}  ${String(Math.round(each)).padStart(7)} ${of}`);
    console.log(`${pods} Pods in WebAssembly, ${result.split(' ')[1]} changes, hash ${result.split(' ')[0]}`);
    line('first run', first, 'ms', (first * 1e6) / pods, 'ns a Pod');
    line('run', best, 'ms', (best * 1e6) / pods, 'ns a Pod');
    line('memory', bytes / 2 ** 20, 'MiB', bytes / pods, 'B a Pod');
    await page.context().close();
  }
} finally {
  await lab.stop();
}
