// From an empty folder to the first answered call, by the browser and curl alone.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { NARROW, WIDE, assertClean, axe, openPage, overflows, shot, startBrowser, startServer } from './harness.mjs';

let browser;

before(async () => {
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
});

const clicks = [];

async function click(page, role, name) {
  clicks.push(`${role} “${name}”`);
  await page.getByRole(role, { name }).click();
  await page.waitForLoadState();
}

async function looked(opened, name) {
  if (opened.hasScripts) assert.deepEqual(await axe(opened.page), [], name);
  assert.equal(await overflows(opened.page), false, `${name} scrolls sideways`);
  await shot(opened.page, name);
}

// The first request that the last page asks for, as it stands there.
function curl(text) {
  return execFileSync('sh', ['-c', `${text} -s -o /dev/null -w '%{http_code}'`], { encoding: 'utf8' });
}

for (const [how, options] of [
  ['with scripts', { viewport: WIDE }],
  ['without scripts', { viewport: NARROW, javaScript: false, theme: 'dark' }],
]) {
  test(`the first ten minutes, ${how}`, async () => {
    const began = Date.now();
    const server = await startServer();
    const opened = await openPage(browser, server, options);
    const { page } = opened;
    try {
      clicks.length = 0;
      await page.goto('/');
      await looked(opened, `welcome-${how}`);
      await page.getByLabel('Your name').fill('Ada Quay');
      await page.getByLabel('E-mail address').fill('ada@example.com');
      await page.getByLabel('Password').fill('correct horse battery');
      await page.getByLabel('Organization').fill('Pier Six');
      await page.getByLabel('A venue').check();
      clicks.push('radio “A venue”');
      await click(page, 'button', 'Continue');
      await looked(opened, `welcome-place-${how}`);
      await page.getByLabel('Name').first().fill('Pier Six Hall');
      await page.getByLabel('City', { exact: true }).fill('Boston');
      await page.getByLabel(/State/).fill('MA');
      await page.getByLabel('Country').fill('US');
      await page.getByLabel('Capacity').fill('220');
      const zone = page.getByLabel('Time zone');
      if ((await zone.inputValue()) === '') await zone.fill('America/New_York');
      await click(page, 'button', /key/i);
      await looked(opened, `welcome-key-${how}`);
      const command = await page.locator('pre', { hasText: 'curl' }).first().innerText();
      assert.match(command, /hdlr_live_[\w-]{22}/);
      await page.getByText(/waiting for your first request/i).waitFor();
      assert.equal(curl(command), '200');
      // With scripts the light turns green by itself; without, the key's own page shows it and renews itself.
      if (!opened.hasScripts) await click(page, 'link', 'I have saved it');
      await page.getByText(/first request|answered/i).filter({ hasNotText: /waiting/i }).first().waitFor({ timeout: 15_000 });
      await looked(opened, `welcome-answered-${how}`);
      const took = Date.now() - began;
      console.log(`${how}: ${took} ms from the start of the program; clicks: ${clicks.join(', ')}`);
      assert.ok(took < 120_000, `${took} ms`);
      assertClean(opened);
    } catch (error) {
      await shot(page, `failed-first-run-${how}`);
      throw error;
    } finally {
      await opened.context.close();
      await server.stop();
    }
  });
}
