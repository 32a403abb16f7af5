// An event from its first line to the door, and a key from its making to its end; each with scripts and without.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { NARROW, WIDE, assertClean, axe, openPage, shot, signIn, startBrowser, startServer } from './harness.mjs';

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

const ways = [
  ['with scripts', { viewport: WIDE }],
  ['without scripts', { viewport: NARROW, javaScript: false }],
];

async function life(how, options, act) {
  const opened = await openPage(browser, server, options);
  try {
    await signIn(opened.page, server.world);
    await act(opened.page, opened);
    assertClean(opened);
  } catch (error) {
    await shot(opened.page, `failed-life-${how}`);
    throw error;
  } finally {
    await opened.context.close();
  }
}

// Presses what leads on; where a dialog or a page asks once more, presses there too.
async function confirm(page, link, button) {
  await page.locator('main').getByRole('link', { name: link }).first().click();
  await page.getByRole('button', { name: button }).last().click();
  await page.waitForLoadState();
}

async function scan(page, code) {
  const field = page.locator('[name=code]');
  await field.fill(code);
  await field.press('Enter');
}

for (const [how, options] of ways) {
  test(`an event from its first line to the door, ${how}`, async () => {
    await life(how, options, async (page, opened) => {
      const title = `Browser Night ${how}`;
      await page.goto('/dashboard/events/new');
      // What is missing is said at its field, and what was typed stays.
      await page.locator('[name=title]').fill(title);
      await page.locator('[name=date]').fill('2027-03-14');
      await page.locator('[name=timezone]').fill('Nowhere/Land');
      await page.locator('[name=start]').fill('20:00');
      await page.getByRole('button', { name: 'Save as a draft' }).last().click();
      await page.locator('[name=timezone][aria-invalid=true]').waitFor();
      assert.equal(await page.locator('[name=title]').inputValue(), title);
      opened.expectRefusal();
      await page.locator('[name=timezone]').fill('America/New_York');
      await page.locator('[name=boxOfficeId]').selectOption({ index: 1 });
      await page.getByRole('button', { name: 'Save as a draft' }).last().click();
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      const event = new URL(page.url()).pathname;

      await page.getByRole('link', { name: /add a ticket type/i }).click();
      await page.getByLabel('Name').fill('General Admission');
      await page.getByLabel('Price').fill('18.00');
      await page.getByLabel('How many there are').fill('3');
      await page.getByRole('button', { name: 'Add' }).click();
      await page.getByText('General Admission').first().waitFor();

      await page.goto(event);
      await confirm(page, 'Publish', /publish/i);
      await page.goto(event);
      await page.getByRole('link', { name: 'Public page' }).waitFor();

      // Two are sold at the door.
      await page.goto(`/dashboard/orders/new?event=${event.split('/').pop()}`);
      await page.locator('main input[type=number]').first().fill('2');
      await page.locator('[name="buyer.name"]').fill('Grace Hopper');
      await page.locator('[name="buyer.email"]').fill('grace@example.com');
      await page.locator('main form button.primary').last().click();
      await page.waitForURL(/\/dashboard\/orders\/[0-9a-f-]{36}/);
      const order = new URL(page.url()).pathname;
      const said = await page.locator('main').innerText();
      const codes = [...new Set(said.match(/\b[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){2,}\b|\b[A-Z0-9a-z]{20,40}\b/g) ?? [])];
      assert.equal(codes.length, 2, said);
      if (opened.hasScripts) assert.deepEqual(await axe(page), []);
      await shot(page, `order-${how}`);

      // The first scan lets in, the second does not, and an unknown code is said to be one.
      await page.goto(`/dashboard/check-in?event=${event.split('/').pop()}`);
      for (const [code, tone] of [[codes[0], 'good'], [codes[0], 'warn'], ['no-such-code', 'bad'], [codes[1], 'good']]) {
        await scan(page, code);
        await page.locator(`#result.${tone}`).waitFor({ timeout: 5_000 });
        await shot(page, `check-in-${tone}-${how}`);
      }

      // Cancelled, the stock is back and the public page sells again.
      await page.goto(order);
      await confirm(page, /cancel/i, /cancel/i);
      await page.goto(event);
      assert.match(await page.locator('main').innerText(), /0\s*sold/);
    });
  });

  test(`a key from its making to its end, ${how}`, async () => {
    await life(how, options, async (page) => {
      const office = server.world.boxOffices[0].id;
      await page.goto(`/dashboard/box-offices/${office}/settings/keys`);
      await page.locator('main').getByRole('link', { name: /key/i }).first().click();
      await page.getByLabel(/^(Label|Name)/).first().fill(`till ${how}`);
      await page.locator('main form button.primary').last().click();
      const token = await page.locator('#token').innerText();
      assert.match(token, /^ts_sk_live_\w{32}$/);
      const ask = async () => {
        const headers = { 'x-api-key': token };
        return (await fetch(`${server.url}/api/v1/events`, { headers })).status;
      };
      assert.equal(await ask(), 200);
      await page.getByRole('link', { name: 'I have saved it' }).click();
      await page.getByRole('link', { name: 'Revoke' }).waitFor();
      assert.ok(!(await page.content()).includes(token), 'the token is shown once');
      await confirm(page, 'Revoke', /revoke/i);
      await page.getByText(/revoked/i).first().waitFor();
      assert.equal(await ask(), 401);
    });
  });
}
