// No turn of the browser takes long while the page opens: see turns.mjs. Its measure here is what is
// compiled in a turn, which no busy machine changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turns } from './turns.mjs';

/** In bytes of WebAssembly: some 6 ms on a computer of 2020, half of what makes a phone's turn long. */
const MOST_BYTES = 64 * 1024;

test('the page opens in short turns', async (t) => {
  const all = await turns();
  const longest = all.reduce((most, turn) => (turn.bytes > most.bytes ? turn : most));
  t.diagnostic(`${all.length} turns, the longest compiles ${longest.functions} functions of ${longest.bytes} bytes in ${longest.cpuMs.toFixed(1)} ms of CPU`);
  assert.ok(all.length > 10);
  assert.ok(longest.bytes <= MOST_BYTES, JSON.stringify(all, undefined, 1));
});
