// Markup in every text field of the dashboard is text wherever it is shown: nothing runs, and the content
// security policy has nothing to refuse. CALLBOARD_TEST_FULL=1 sends all hundred strings through every form.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertClean, openPage, signIn, startBrowser, startServer } from './harness.mjs';

const isFull = process.env.CALLBOARD_TEST_FULL === '1';
const RUN = 'window.ran=1';

// How a value may break out of where it stands…
const OUT = ['', '">', "'>", '</title>', '</textarea>', '</script>', '-->', ']]>', '"} ', '{{', '\\"'];
// …and what it may bring with it.
const IN = [
  `<script>${RUN}</script>`,
  `<img src=x onerror=${RUN}>`,
  `<svg onload=${RUN}>`,
  `<details open ontoggle=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `<a href="javascript:${RUN}">a</a>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<style>*{background:url(https://elsewhere.example/)}</style>`,
  `<math><mtext><script>${RUN}</script></mtext></math>`,
];
const CORPUS = [
  ...OUT.flatMap((out) => IN.map((inner) => out + inner)),
  `" onmouseover="${RUN}`,
  `' autofocus onfocus='${RUN}`,
  `javascript:${RUN}`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `\${${RUN}}`,
];
assert.ok(CORPUS.length >= 100, `${CORPUS.length} strings`);

let server;
let browser;
let event;

before(async () => {
  server = await startServer({ demo: true });
  browser = await startBrowser();
  const reply = await fetch(`${server.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.world.keys.native}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      title: 'Target',
      timezone: 'UTC',
      startsAt: '2099-01-01T20:00:00Z',
      ticketTypes: [{ name: 'GA', price: 100, quantity: 10_000 }],
    }),
  });
  event = (await reply.json()).id;
  await fetch(`${server.url}/v1/events/${event}/publish`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.world.keys.native}`, 'content-type': 'application/json' },
    body: '{}',
  });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

// What a field must hold so that the form is taken; every other one gets the string.
const GIVEN = { timezone: 'UTC', country: 'US', 'place.country': 'US', currency: 'USD', 'buyer.email': 'a@example.com', slug: '' };

async function fillAll(page, text) {
  for (const field of await page.locator('main input:visible, main textarea:visible').all()) {
    const [name, type] = [await field.getAttribute('name'), (await field.getAttribute('type')) ?? 'text'];
    if (['radio', 'checkbox', 'file', 'hidden', 'submit'].includes(type)) continue;
    if (name in GIVEN) await field.fill(GIVEN[name]);
    else if (type === 'number') await field.fill('1');
    else if (type === 'url') await field.fill('');
    else if (type === 'text' || type === 'search') await field.fill(/price/i.test(name) ? '1.00' : text);
    else if (type === 'date') await field.fill('2099-01-02');
  }
  for (const area of await page.locator('main textarea:visible').all()) await area.fill(text);
}

const forms = () => [
  ['/dashboard/venues/new', '/dashboard/venues'],
  ['/dashboard/channels/new', '/dashboard/channels'],
  ['/dashboard/box-offices/new', '/dashboard/box-offices'],
  ['/dashboard/events/new', '/dashboard/events?when=all'],
  [`/dashboard/events/${event}/tickets/new`, `/dashboard/events/${event}`],
  [`/dashboard/orders/new?event=${event}`, '/dashboard/orders'],
  ['/settings/organization', '/dashboard'],
];

test('markup in any field is text', async () => {
  const opened = await openPage(browser, server);
  const { page } = opened;
  page.on('dialog', async (dialog) => {
    opened.faults.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await signIn(page, server.world);
  const strings = isFull ? CORPUS : CORPUS.filter((_, n) => n % 13 === 0);
  let taken = 0;
  for (const text of strings) {
    for (const [form, list] of forms()) {
      await page.goto(form);
      await fillAll(page, text);
      await page.locator('main form button.primary').last().click();
      await page.waitForLoadState();
      taken += new URL(page.url()).pathname === new URL(form, server.url).pathname ? 0 : 1;
      assert.equal(await page.evaluate(() => window.ran), undefined, `${text} ran after ${form}`);
      await page.goto(list);
      assert.equal(await page.evaluate(() => window.ran), undefined, `${text} ran on ${list}`);
    }
    await page.goto(`/dashboard/changes`);
    assert.equal(await page.evaluate(() => window.ran), undefined, `${text} ran among the changes`);
  }
  opened.expectRefusal();
  console.log(`${strings.length} strings through ${forms().length} forms, ${taken} of ${strings.length * forms().length} taken`);
  assert.ok(taken * 2 > strings.length * forms().length, 'most were refused, so that nothing was shown');
  assertClean(opened);
  await opened.context.close();
});
