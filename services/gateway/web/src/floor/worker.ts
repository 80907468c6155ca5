/// <reference lib="webworker" />
/*
 * Keeps the floor's own files, so that a terminal starts without a connection.  Calls are never kept
 * here: what was posted waits in the queue (queue.ts), where it can be seen.
 */
declare const FILES: string[]; // by the build: the document, its script and style, the icon
declare const VERSION: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const KEPT = `floor-${VERSION}`;

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((kept) => kept.addAll(FILES))
      .then(() => worker.skipWaiting()),
  );
});

async function forgetOlder(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith('floor-') && name !== KEPT) await caches.delete(name);
  await worker.clients.claim();
}

worker.addEventListener('activate', (event) => event.waitUntil(forgetOlder()));

/** The document from the server when it answers, so that a new version comes; the rest as kept. */
async function answer(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (kept && new URL(request.url).pathname !== '/floor') return kept;
  return fetch(request).catch((cause: unknown) => kept ?? Promise.reject(cause));
}

worker.addEventListener('fetch', (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method === 'GET' && FILES.includes(path)) event.respondWith(answer(event.request));
});

export {};
