// Served at /sw.js. Keeps the shell, help and the last visited public project pages for when the
// network is away. Never keeps a page that says no-store: anything that knows who is reading.
const SHELL = "shell-1";
const PAGES = "pages-1";
const MOST_PAGES = 30;
const FOR_LATER = /^\/(ar|fr|en|zgh)\/(offline|c\/[^/]+\/(help|budgets\/[^/]+\/projects(\/.*)?|))\/?$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const old = (name) => name !== SHELL && name !== PAGES;
  const clean = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(clean.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (/^\/static\/.+\.[0-9a-f]{12}\.\w+$/.test(url.pathname)) event.respondWith(fromShell(request));
  else if (request.mode === "navigate") event.respondWith(page(event, request, url));
});

async function fromShell(request) {
  const shell = await caches.open(SHELL);
  const known = await shell.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await shell.put(request, answer.clone());
  return answer;
}

async function page(event, request, url) {
  const offline = `/${url.pathname.split("/")[1]}/offline`;
  const pages = await caches.open(PAGES);
  try {
    const answer = await fetch(request);
    const kind = answer.headers.get("Cache-Control") || "";
    if (request.method === "GET" && answer.ok && FOR_LATER.test(url.pathname) && !/no-store|private/.test(kind)) {
      event.waitUntil(keep(pages, request, answer.clone()));
    }
    event.waitUntil(pages.match(offline).then((known) => known || pages.add(offline).catch(() => {})));
    return answer;
  } catch {
    const known = request.method === "GET" && (await pages.match(request));
    return known || (await pages.match(offline)) || Response.error();
  }
}

async function keep(pages, request, answer) {
  await pages.put(request, answer);
  const kept = (await pages.keys()).filter((one) => !one.url.endsWith("/offline"));
  await Promise.all(kept.slice(0, -MOST_PAGES).map((one) => pages.delete(one)));
}
