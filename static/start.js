// Downloads the page's WebAssembly, showing how far it has got, and starts it; then the simulator's,
// which the page does without until something is to be simulated.

const { say, percent, fail } = window.jobLab;
const root = document.documentElement;
const { js, wasm, bytes, simulator, simulatorBytes } = document.querySelector('meta[name="job-lab"]').dataset;
const absolute = (path) => new URL(path, document.baseURI);

// The answer with some WebAssembly. A copy of it counts the bytes as they come; `whole` is kept
// once all are there. Many a school server does not know what a .wasm file is: then the answer is
// given the type that lets the browser compile while it downloads.
async function download(path, total, bar) {
  const url = absolute(path);
  const answer = await fetch(url);
  if (!answer.ok) throw new TypeError(`${answer.status} ${answer.statusText} ${url}`.trim());
  const whole = follow(answer.clone().body.getReader(), total, bar).catch(() => {});
  if (answer.headers.get('Content-Type')?.startsWith('application/wasm')) return { answer, whole };
  return { answer: new Response(answer.body, { headers: { 'Content-Type': 'application/wasm' } }), whole };
}

async function follow(reader, total, bar) {
  let received = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    received += value.byteLength;
    if (total > 0) percent(bar, Math.min(100, Math.floor((100 * received) / total)));
  }
}

// The page's own module, with everything that draws.
async function open(module, { answer, whole }) {
  whole.then(() => say('starting'));
  const page = await (await module).default({ module_or_path: answer });
  root.dataset.lab = 'ready';
  return page;
}

// The simulator's module lives on the page's memory and table. Built for development the page is
// one module: then the simulator is there already.
async function simulate(module, page, downloaded) {
  if (downloaded) {
    const { answer } = await downloaded;
    const code = await WebAssembly.compileStreaming(answer);
    const instance = await WebAssembly.instantiate(code, { page: await page });
    instance.exports.openSimulator();
  } else {
    await page;
    (await module).openSimulator();
  }
  root.dataset.simulator = 'here';
}

function explain(error, again) {
  console.error(error);
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) fail('old', error.message);
  else if (error instanceof WebAssembly.RuntimeError) fail('crash', error.message);
  else fail('network', error.message, again);
}

async function start() {
  const module = import(absolute(js));
  // One after the other: the page is what the visitor waits for.
  const first = await download(wasm, Number(bytes), 'boot-progress');
  const page = open(module, first);
  const second = () => simulator && download(simulator, Number(simulatorBytes), 'simulator-progress');
  const attempt = async (downloaded) => {
    try {
      await simulate(module, page, downloaded);
    } catch (error) {
      // Nothing that was written is lost by trying again.
      await page;
      explain(error, () => attempt(second()));
    }
  };
  const downloaded = first.whole.then(second);
  // Whoever awaits it later hears of its failure.
  downloaded.catch(() => {});
  await page;
  await attempt(simulator ? downloaded : undefined);
}

start().catch((error) => explain(error));
