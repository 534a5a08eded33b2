// Downloads the page's WebAssembly, showing how far it has got, and starts it; then that of the views
// around the editor, and the simulator's, which the page does without until something is to be
// simulated; then kubectl's, for those who open the terminal; then the editor.
// A classic script, since a page without an origin may load no module by its address.

(() => {
  const lab = window.jobLab;
  const { say, percent, fail } = lab;
  const root = document.documentElement;
  const facts = document.querySelector('meta[name="job-lab"]').dataset;
  const { js, wasm, bytes, style, editor, worker } = facts;
  const absolute = (path) => new URL(path, document.baseURI).href;
  const nameOf = (path) => path.slice(path.lastIndexOf('/') + 1);
  const WASM = { headers: { 'Content-Type': 'application/wasm' } };

  /** The next turn of the browser, which may paint and answer in between. */
  function turn() {
    const { port1, port2 } = new MessageChannel();
    return new Promise((done) => {
      port1.onmessage = done;
      port2.postMessage(0);
    });
  }

  // For src/ui/soon.rs.
  lab.turn = (act) => void turn().then(act);

  /** The same, after whatever else waits for its turn. */
  const rest = () => new Promise((done) => setTimeout(done));

  // ---- files

  /** A module of the page. */
  async function module(path) {
    if (!lab.isolated) return import(absolute(path));
    await script(path.replace(/js$/, 'classic.js'));
    return lab.modules[nameOf(path)];
  }

  // The answer with some WebAssembly. A copy of it counts the bytes as they come; `whole` is kept
  // once all are there. Many a school server does not know what a .wasm file is: then the answer is
  // given the type that lets the browser compile while it downloads.
  async function download(path, total, bar) {
    if (lab.isolated) return { answer: await unpacked(path), whole: Promise.resolve() };
    const url = absolute(path);
    const answer = await fetch(url);
    if (!answer.ok) throw new TypeError(`${answer.status} ${answer.statusText} ${url}`.trim());
    const whole = bar ? follow(answer.clone().body.getReader(), total, bar).catch(() => {}) : Promise.resolve();
    if (answer.headers.get('Content-Type')?.startsWith('application/wasm')) return { answer, whole };
    // Chromium gives up a body that nothing else follows, now and then.
    return { answer: new Response(bar ? answer.body : await answer.blob(), WASM), whole };
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

  /** A file that comes as a script, in letters. */
  async function unpacked(path) {
    await script(`${path}.js`);
    const letters = lab.files[nameOf(path)];
    delete lab.files[nameOf(path)];
    return new Response(Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0)), WASM);
  }

  function script(path) {
    return new Promise((done, failed) => {
      const element = document.createElement('script');
      element.src = absolute(path);
      element.onload = done;
      element.onerror = () => failed(new TypeError(element.src));
      document.head.append(element);
    });
  }

  // ---- the page, then what comes after it

  // The modules after the page's, in the order in which they are opened. Built for development the
  // page is one module: then they have no files.
  const LATER = ['views', 'explanations', 'simulator', 'kubectl'].map((name) => ({
    name,
    open: `open${name[0].toUpperCase()}${name.slice(1)}`,
    path: facts[name],
    bytes: facts[`${name}Bytes`],
    bar: name === 'simulator' && 'simulator-progress',
  }));

  // The style of what is to be drawn; the skeleton does without, and so is there at once. Built for
  // development the page has it from the beginning.
  function dress() {
    if (!style) return undefined;
    return new Promise((done) => {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = absolute(style);
      link.onload = done;
      link.onerror = done;
      document.head.append(link);
    });
  }

  // The page's own module, with everything that draws.
  async function open(module, { answer, whole }, dressed) {
    whole.then(() => say('starting'));
    const code = await WebAssembly.compileStreaming(answer);
    await dressed;
    await lab.shown;
    const { default: init } = await module;
    await turn();
    const page = await init({ module_or_path: code });
    root.dataset.lab = 'ready';
    return page;
  }

  // Compiles while it downloads.
  async function fetched({ path, bytes, bar }) {
    const { answer } = await download(path, Number(bytes), bar);
    return WebAssembly.compileStreaming(answer);
  }

  // A later module lives on the page's memory and table, and calls what `known` holds: whatever
  // those before it export.
  async function enter({ open }, code, known) {
    const compiled = await code;
    await turn();
    const { exports } = await WebAssembly.instantiate(compiled, { page: known });
    Object.assign(known, exports);
    await turn();
    exports[open]();
  }

  function explain(error, again) {
    console.error(error);
    if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) fail('old', error.message);
    else if (error instanceof WebAssembly.RuntimeError) fail('crash', error.message);
    else fail('network', error.message, again);
  }

  // ---- the editor

  /** After so much quiet the editor comes unasked, in milliseconds. */
  const QUIET_MS = 3_000;

  /** Calls when the page has nothing else to do, at the latest after three seconds. */
  const whenIdle = (act) => (window.requestIdleCallback ?? setTimeout)(act, { timeout: 3_000 });

  // The promise of all that the laboratory needs.
  let allThere;
  const allComes = new Promise((done) => {
    allThere = done;
  });

  // The editor, over the text area that works without it; called by src/browser/editor.rs. It comes
  // when the student turns to the text; otherwise after what a run needs, once all is quiet.
  lab.openEditor = (area, host, hooks, ready) => {
    let coming = false;
    const come = async () => {
      if (coming) return;
      coming = true;
      try {
        const { open } = await module(editor);
        await turn();
        if (host.isConnected) ready(open(area, host, hooks));
      } catch (error) {
        console.warn(error);
      }
    };
    const around = host.parentElement;
    for (const sign of ['pointerover', 'focusin']) around.addEventListener(sign, come, { once: true, passive: true });
    allComes.then(() => setTimeout(() => whenIdle(come), QUIET_MS));
  };

  // kubectl's help and what `explain` tells: much text, for those who open the terminal. Without it
  // the commands say that it isn't there yet.
  lab.manual = async (act) => {
    try {
      const answer = await fetch(absolute('manual.txt'));
      if (answer.ok) act(await answer.text());
    } catch (error) {
      console.warn(error);
    }
  };

  // ---- the page that embeds this one (docs/incrustar.md)

  const parent = window.parent === window ? null : window.parent;
  const origin = parent && embedder();

  /** The origin of the page around this one, if the browser tells. */
  function embedder() {
    const around = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
    // A page without an origin can't be addressed by one.
    return around && around !== 'null' ? around : null;
  }

  lab.tell = (type, fields) => parent?.postMessage({ lab: 'kubernetes-jobs', type, ...fields }, origin ?? '*');

  // Calls with what the embedding page asks for, and with nobody else's words.
  lab.hear = (act) => {
    if (!parent) return;
    window.addEventListener('message', ({ source, origin: from, data }) => {
      if (source !== parent || (origin && from !== origin) || typeof data?.type !== 'string') return;
      const { type, manifest, at } = data;
      if (type === 'load') act(type, typeof manifest === 'string' ? manifest : undefined);
      else act(type, typeof at === 'string' || typeof at === 'number' ? String(at) : undefined);
    });
    const tellHeight = () => {
      const { scrollHeight, clientHeight } = document.documentElement;
      // What fills the frame needs no more than what it was made for.
      const height = scrollHeight > clientHeight ? scrollHeight : Math.min(clientHeight, innerWidth < 600 ? 560 : 520);
      if (height !== told) lab.tell('resize', { height });
      told = height;
    };
    let told = 0;
    new ResizeObserver(tellHeight).observe(document.documentElement);
    new ResizeObserver(tellHeight).observe(document.body);
  };

  // The panel of an internal error, which the page's WebAssembly can no longer mind.
  document.addEventListener('click', async ({ target }) => {
    if (target.id === 'crash-reload') location.reload();
    if (target.id !== 'crash-copy') return;
    const [message, manifest, said] = ['message', 'manifest', 'said'].map((name) => document.getElementById(`crash-${name}`));
    const report = `${message.textContent}\n${navigator.userAgent}\n\n${manifest.value}`;
    try {
      await navigator.clipboard.writeText(report);
      said.textContent = said.dataset.well;
    } catch {
      manifest.select();
      said.textContent = said.dataset.badly;
    }
  });

  // Another link in the same tab is another visit.
  window.addEventListener('hashchange', () => {
    if (/[#&](v|m)=/.test(location.hash)) location.reload();
  });

  // Nothing that was written is lost by trying again, as often as it takes.
  async function attempt(later, code, known) {
    for (;;) {
      try {
        return await enter(later, code, known);
      } catch (error) {
        await new Promise((again) => explain(error, again));
        code = fetched(later);
      }
    }
  }

  async function start() {
    await lab.begin;
    const code = module(js);
    const dressed = dress();
    await lab.painted;
    // One after the other, each once the one before is at work: the page is what the visitor waits
    // for, and nothing that comes later may take its bandwidth or its turn.
    const first = await download(wasm, Number(bytes), 'boot-progress');
    const known = { ...(await open(code, first, dressed)) };
    for (const later of LATER) {
      await rest();
      if (!later.path) (await code)[later.open]();
      else await attempt(later, fetched(later), known);
      root.dataset[later.name] = 'here';
    }
    allThere();
    // Where a frame stands it is the course that decides what is kept.
    if (worker && !lab.isolated && !parent) {
      whenIdle(() => navigator.serviceWorker?.register(absolute(worker)).catch(() => {}));
    }
  }

  start().catch((error) => explain(error));
})();
