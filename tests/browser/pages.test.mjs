// Every page that can be reached by links, in both themes, wide and narrow: axe finds nothing, nothing scrolls
// sideways, nothing is said on the console, no other host is asked. CALLBOARD_TEST_FULL=1 looks at all of them;
// otherwise at most a few of each kind.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { NARROW, WIDE, axe, openPage, overflows, shot, signIn, startBrowser, startServer } from './harness.mjs';

const isFull = process.env.CALLBOARD_TEST_FULL === '1';
// Pages whose paths differ in ids, numbers or names only are of one kind.
const EACH_KIND = isFull ? 50 : 1;
const DOCS = isFull ? 1_000 : 6;
const BYTES_MAX = 100_000;

let server;
let browser;

before(async () => {
  server = await startServer({ demo: true });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

function kind(path) {
  if (path.startsWith('/docs/')) return '/docs/…';
  if (path.startsWith('/e/')) return '/e/…';
  return path.split('?')[0].replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+\b/g, '…') + (path.includes('?') ? '?' : '');
}

async function links(page) {
  const found = await page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.href));
  const own = found.map((href) => new URL(href)).filter((url) => url.host === new URL(server.url).host);
  return own.filter((url) => !/\.(ics|json|yaml|md|txt|svg)$/.test(url.pathname)).map((url) => url.pathname + url.search);
}

// What a page and its styles and scripts weigh as sent, without images.
function weigh(page) {
  let sent = 0;
  page.on('response', async (response) => {
    if (['document', 'stylesheet', 'script'].includes(response.request().resourceType())) {
      sent += Number((await response.allHeaders())['content-length'] ?? 0);
    }
  });
  return () => sent;
}

async function walk(opened, starts, limit) {
  const [queue, seen, kinds] = [[...starts], new Set(starts), new Map()];
  const [visited, faults] = [[], []];
  while (queue.length && visited.length < limit) {
    const path = queue.shift();
    const many = kinds.get(kind(path)) ?? 0;
    if (many >= (path.startsWith('/docs/') ? DOCS : EACH_KIND)) continue;
    kinds.set(kind(path), many + 1);
    const reply = await opened.page.goto(path);
    if (!(reply.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    visited.push(path);
    if (reply.status() >= 400) faults.push(`${path}: ${reply.status()}`);
    for (const found of await axe(opened.page)) faults.push(`${path}: ${found}`);
    if (await overflows(opened.page)) faults.push(`${path}: scrolls sideways`);
    for (const next of await links(opened.page)) {
      if (!seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
    }
  }
  return { visited, faults: [...faults, ...opened.faults] };
}

for (const [theme, size, viewport] of [
  ['light', 'wide', WIDE],
  ['dark', 'narrow', NARROW],
]) {
  test(`every page of a member, ${theme}, ${size}`, async () => {
    const opened = await openPage(browser, server, { theme, viewport });
    await signIn(opened.page, server.world);
    const { visited, faults } = await walk(opened, ['/dashboard', '/docs'], 400);
    console.log(`${visited.length} pages, ${theme}, ${size}`);
    assert.ok(visited.length > 20, visited.join(' '));
    assert.deepEqual(faults, []);
    await opened.context.close();
  });

  test(`every page of a guest, ${theme}, ${size}`, async () => {
    const opened = await openPage(browser, server, { theme, viewport });
    const reply = await fetch(`${server.url}/v1/events?status=published&visibility=public&limit=3`, {
      headers: { authorization: `Bearer ${server.world.keys.native}` },
    });
    const events = (await reply.json()).items.map((event) => new URL(event.publicUrl).pathname);
    const { visited, faults } = await walk(opened, ['/', '/login', '/signup', ...events], 60);
    console.log(`${visited.length} pages, ${theme}, ${size}`);
    assert.deepEqual(faults, []);
    await opened.context.close();
  });
}

test('no page weighs more than 100 kB without its images', async () => {
  for (const path of ['/', '/login', '/docs', '/dashboard', '/dashboard/events']) {
    const opened = await openPage(browser, server);
    if (path.startsWith('/dashboard')) await signIn(opened.page, server.world);
    const sent = weigh(opened.page);
    await opened.page.goto(path, { waitUntil: 'networkidle' });
    await shot(opened.page, `weight${path.replaceAll('/', '-')}`);
    assert.ok(sent() > 0 && sent() < BYTES_MAX, `${path}: ${sent()} bytes`);
    await opened.context.close();
  }
});
