// Budgets for what the browser downloads, in KiB of brotli. Raise one only with a reason in the commit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dist } from './harness.mjs';
import { GROUPS, measure, total } from './sizes.mjs';

const BUDGETS = { first: 160, views: 125, explanations: 30, simulator: 490, kubectl: 200, editor: 170 };

for (const [group, budget] of Object.entries(BUDGETS)) {
  test(`bytes: ${GROUPS[group]}`, (t) => {
    const kib = total(measure(dist), group) / 1024;
    t.diagnostic(`${kib.toFixed(1)} KiB of ${budget}`);
    assert.ok(kib <= budget, `${kib.toFixed(1)} KiB with brotli are more than ${budget}: see \`cargo xtask sizes\``);
    // The published page comes in several modules; in one it would be a page for development.
    if (group !== 'editor') assert.ok(kib > 1);
  });
}
