// Downloads the page's WebAssembly, showing how far it has got, and starts it.

const { say, percent, fail } = window.jobLab;
const { js, wasm, bytes } = document.querySelector('meta[name="job-lab"]').dataset;
const absolute = (path) => new URL(path, document.baseURI);

// The answer with the WebAssembly. A copy of it counts the bytes as they come.
// Many a school server does not know what a .wasm file is: then the answer is
// given the type that lets the browser compile while it downloads.
async function download(url, total) {
  const answer = await fetch(url);
  if (!answer.ok) throw new TypeError(`${answer.status} ${answer.statusText} ${url}`.trim());
  if (total > 0) follow(answer.clone().body.getReader(), total).catch(() => {});
  if (answer.headers.get('Content-Type')?.startsWith('application/wasm')) return answer;
  return new Response(answer.body, { headers: { 'Content-Type': 'application/wasm' } });
}

async function follow(reader, total) {
  let received = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    received += value.byteLength;
    percent(Math.min(100, Math.floor((100 * received) / total)));
  }
  say('starting');
}

async function start() {
  const [module, response] = await Promise.all([import(absolute(js)), download(absolute(wasm), Number(bytes))]);
  await module.default({ module_or_path: response });
  document.documentElement.dataset.lab = 'ready';
  module.openSimulator();
  document.documentElement.dataset.simulator = 'here';
}

start().catch((error) => {
  console.error(error);
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) fail('old', error.message);
  else if (error instanceof WebAssembly.RuntimeError) fail('crash', error.message);
  else fail('network', error.message);
});
