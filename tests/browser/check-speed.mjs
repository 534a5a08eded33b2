// What a check of the manifest takes in the published page, in a real Chromium:
//
//   npm run check-speed                        of dist/, or of the folder that JOB_LAB_DIST names
//
// Times the callback that checks after a pause in typing: the server's whole answer in WebAssembly, and the picture's
// data after it. For native figures: cargo bench --no-default-features --bench scale -- manifests
import { startLab } from './harness.mjs';

const HEAD = `apiVersion: batch/v1
kind: Job
metadata:
  name: pi
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: pi
        image: perl:5.34
        env:
`;
const variables = (count) =>
  Array.from({ length: count }, (_, at) => `        - name: VARIABLE_${at}\n          value: "${at}"\n`).join('');
const ROUNDS = 20;

const lab = await startLab();
try {
  const page = await lab.open('?lang=es', {
    before: (opening) =>
      opening.addInitScript(() => {
        const plain = window.setTimeout.bind(window);
        window.callbackTimes = [];
        window.setTimeout = (act, after, ...rest) =>
          plain(() => {
            const begun = performance.now();
            if (typeof act === 'function') act(...rest);
            window.callbackTimes.push({ after, took: performance.now() - begun });
          }, after);
      }),
  });
  for (const [name, text] of [['100 lines', HEAD + variables(44)], ['1 MB', HEAD + variables(20_000)]]) {
    const took = await page.evaluate(
      async ({ text, rounds }) => {
        const area = document.querySelector('#editor');
        const times = [];
        for (let round = 0; round < rounds; round += 1) {
          window.callbackTimes.length = 0;
          area.value = `${text}# ${round}\n`;
          area.dispatchEvent(new Event('input', { bubbles: true }));
          await new Promise((done) => setTimeout(done, 1500));
          // The longest by far is the check.
          times.push(Math.max(...window.callbackTimes.filter(({ after }) => after !== 1500).map(({ took }) => took)));
        }
        return times.sort((a, b) => a - b);
      },
      { text, rounds: name === '1 MB' ? 3 : ROUNDS },
    );
    console.log(`${name}: ${took[Math.floor(took.length / 2)].toFixed(2)} ms in the middle, ${took.at(-1).toFixed(2)} ms at most`);
  }
} finally {
  await lab.stop();
}
