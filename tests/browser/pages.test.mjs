// Every page that can be reached by links, in both themes, wide and narrow: axe finds nothing, nothing scrolls
// sideways, nothing is said on the console, no other host is asked, and nothing weighs too much.
// CALLBOARD_TEST_FULL=1 looks at every page of the docs and at several of each kind of the others, in all four ways;
// otherwise at a fixed sample of the docs and one of each other kind, in two.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { crawl } from './crawl.mjs';
import { NARROW, WIDE, axe, openPage, overflows, signIn, startBrowser, startServer } from './harness.mjs';

const isFull = process.env.CALLBOARD_TEST_FULL === '1';
// Pages whose paths differ in ids, numbers or names only are of one kind.
const EACH_KIND = isFull ? 3 : 1;
const QUERIES = isFull ? 12 : 2;
const DOCS = isFull ? 1_000 : 6;
const BYTES_MAX = 100_000;
const EVERY_WAY = [
  ['light', 'wide', WIDE],
  ['dark', 'narrow', NARROW],
  ['dark', 'wide', WIDE],
  ['light', 'narrow', NARROW],
];
const WAYS = isFull ? EVERY_WAY : EVERY_WAY.slice(0, 2);

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

// What a page, its styles and its scripts weigh as sent, without images. What the browser kept from the page before
// counts as much as when it was sent.
function scale(page) {
  const kept = new Map();
  page.on('response', async (answer) => {
    if (['stylesheet', 'script'].includes(answer.request().resourceType())) {
      kept.set(answer.url(), Number((await answer.allHeaders())['content-length'] ?? 0));
    }
  });
  return async (reply) => {
    const own = Number((await reply.allHeaders())['content-length'] ?? 0);
    const parts = await page.evaluate(() =>
      [...document.querySelectorAll('link[rel=stylesheet], script[src]')].map((part) => part.href || part.src),
    );
    assert.ok(own > 0, `${reply.url()} does not say its length`);
    return parts.reduce((sum, url) => sum + (kept.get(url) ?? 0), own);
  };
}

async function inspect(opened, starts) {
  const { page } = opened;
  const [faults, weights] = [[], []];
  const weigh = scale(page);
  const look = async (path, reply) => {
    if (reply.status() >= 400) faults.push(`${path}: ${reply.status()}`);
    weights.push([await weigh(reply), path]);
    for (const [theme, size, viewport] of WAYS) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: theme });
      for (const found of await axe(page)) faults.push(`${path}, ${theme}, ${size}: ${found}`);
      if (await overflows(page)) faults.push(`${path}, ${size}: scrolls sideways`);
    }
  };
  const visited = await crawl(opened, server, { starts, look, each: EACH_KIND, queries: QUERIES, limits: { '/docs': DOCS } });
  const heavy = weights.filter(([bytes]) => bytes >= BYTES_MAX).map(([bytes, path]) => `${path}: ${bytes} bytes`);
  const [most, where] = weights.sort(([a], [b]) => b - a)[0];
  const docs = visited.filter((path) => path.startsWith('/docs')).length;
  console.log(
    `${visited.length} pages, ${docs} of them docs, in ${WAYS.length} ways: ${visited.length * WAYS.length} looks; ` +
      `the heaviest is ${where} with ${most} bytes`,
  );
  return { visited, docs, faults: [...faults, ...heavy, ...opened.faults] };
}

// The docs as their own list for machines names them.
async function docsPages() {
  const text = await (await fetch(`${server.url}/llms.txt`)).text();
  const found = [...text.matchAll(/\/docs(\/[\w/-]+)?\.md/g)].map(([path]) => path.slice(0, -'.md'.length));
  return [...new Set(found)];
}

test('every page of a member', async () => {
  const opened = await openPage(browser, server);
  await signIn(opened.page, server.world);
  const { visited, faults } = await inspect(opened, ['/dashboard', '/docs']);
  assert.ok(visited.length > 40, visited.join(' '));
  assert.deepEqual(faults, []);
  await opened.context.close();
});

test('every page of a guest', async () => {
  const opened = await openPage(browser, server);
  const docs = await docsPages();
  assert.ok(docs.length > 80, `${docs.length} pages of docs`);
  const sample = isFull ? docs : docs.filter((_, n) => n % 20 === 0);
  const { faults, docs: seen } = await inspect(opened, ['/', '/login', ...sample]);
  assert.ok(!isFull || seen >= docs.length, `${seen} of ${docs.length} pages of docs`);
  assert.deepEqual(faults, []);
  await opened.context.close();
});

test('a page that is not there, and one that is not allowed, look like the others', async () => {
  const opened = await openPage(browser, server);
  for (const member of [false, true]) {
    if (member) await signIn(opened.page, server.world);
    for (const path of ['/nothing/here', '/dashboard/nothing', '/docs/nothing', '/e/1/nothing']) {
      const reply = await opened.page.goto(path);
      for (const [theme, size, viewport] of WAYS) {
        await opened.page.setViewportSize(viewport);
        await opened.page.emulateMedia({ colorScheme: theme });
        assert.deepEqual(await axe(opened.page), [], `${path}, ${theme}, ${size}`);
        assert.equal(await overflows(opened.page), false, `${path}, ${size}`);
      }
      assert.ok([200, 404].includes(reply.status()), `${path}: ${reply.status()}`);
    }
  }
  opened.expectRefusal();
  assert.deepEqual(opened.faults, []);
  await opened.context.close();
});
