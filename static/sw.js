// Lets the page open again without a network, once it has been visited.
//
// `cargo xtask finish` writes the names of the page's files in place of FILES. All but the HTML have
// a digest in their names, so what is kept is never old: the HTML comes from the network when there
// is one, everything else from here. Leaves out the siblings for pages without an origin.
'use strict';

const FILES = [];
const PREFIX = `job-lab ${self.registration.scope} `;
const CACHE = PREFIX + FILES.join(' ');

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then(async (cache) => {
      await cache.addAll(FILES);
      await self.skipWaiting();
    }),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys().then(async (names) => {
      const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    }),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const own = request.method === 'GET' && request.url.startsWith(self.registration.scope);
  if (own) event.respondWith(request.mode === 'navigate' ? fresh(request) : kept(request));
});

/** From the network; without one, what was kept, whatever the query asks for. */
async function fresh(request) {
  try {
    return await fetch(request);
  } catch (offline) {
    const cache = await caches.open(CACHE);
    const answer = await cache.match(request, { ignoreSearch: true });
    if (answer) return answer;
    throw offline;
  }
}

/** What was kept; the rest from the network. */
async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}
