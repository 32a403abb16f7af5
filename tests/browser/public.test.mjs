// The pages that anybody may open.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { NARROW, WIDE, assertClean, axe, openPage, overflows, shot, startBrowser, startServer } from './harness.mjs';

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

async function publicEvent() {
  const key = server.world.keys.native;
  const reply = await fetch(`${server.url}/v1/events?status=published&visibility=public&limit=1`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const { items } = await reply.json();
  return items[0];
}

for (const theme of ['light', 'dark']) {
  for (const [size, viewport] of [['wide', WIDE], ['narrow', NARROW]]) {
    test(`the event page, ${theme}, ${size}`, async () => {
      const event = await publicEvent();
      const opened = await openPage(browser, server, { theme, viewport });
      await opened.page.goto(new URL(event.publicUrl).pathname);
      assert.equal((await opened.page.locator('h1').first().textContent()).trim(), event.title);
      assert.deepEqual(await axe(opened.page), []);
      assert.equal(await overflows(opened.page), false);
      await shot(opened.page, `event-${theme}-${size}`);
      assertClean(opened);
      await opened.context.close();
    });
  }
}
