// What Lighthouse says of the page, as far as it does not depend on how busy this machine is;
// `npm run lighthouse` holds the score of performance too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GOALS, audit } from './lighthouse.mjs';

test('Lighthouse: accessibility, best practices and SEO', async (t) => {
  const { scores, times, wanting } = await audit();
  t.diagnostic(`performance ${scores.performance}, interactive after ${times.interactive}, largest paint after ${times['largest-contentful-paint']}`);
  for (const [name, goal] of Object.entries(GOALS)) {
    if (name !== 'performance') assert.ok(scores[name] >= goal, `${name} ${scores[name]}:\n${wanting.join('\n')}`);
  }
});
