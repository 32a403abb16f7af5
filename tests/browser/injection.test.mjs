// Markup in every text field of every form is text wherever it is shown: nothing runs, no element comes of it, and
// the content security policy has nothing to refuse. The forms are those that a walk along the links finds. Each gets
// the string in all its fields, is looked at as it is shown again, and is sent once more with the fields that did not
// take it mended, until it is taken. CALLBOARD_TEST_FULL=1 sends more than a hundred strings, otherwise two.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CORPUS, POLYGLOTS, foreignMarkup } from './corpus.mjs';
import { crawl } from './crawl.mjs';
import { fieldsOf, formsOf, mended, send } from './forms.mjs';
import { assertClean, openPage, signIn, startBrowser, startServer } from './harness.mjs';

const isFull = process.env.CALLBOARD_TEST_FULL === '1';
const STRINGS = isFull ? CORPUS : POLYGLOTS;
// How often a form is mended before it counts as one that never takes the string.
const TURNS = 3;
// Strings between two walks past all pages; the lists show more rows than that.
const BETWEEN_WALKS = 8;
// Pages that work beside each other.
const PAGES = isFull ? 3 : 1;
const LIMITS = { '/docs': 2 };

let browser;

before(async () => {
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
});

async function openWatched(server) {
  const opened = await openPage(browser, server);
  opened.page.on('dialog', async (dialog) => {
    opened.faults.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  opened.look = async (where) => {
    for (const found of await opened.page.evaluate(foreignMarkup)) opened.faults.push(`${where}: ${found}`);
  };
  // A form shown again keeps what was typed, also where the browser's own control cannot.
  opened.expectTyped = () => {
    opened.expectRefusal();
    opened.expect(/^console: The specified value/);
  };
  return opened;
}

// Every form that links lead to, with a page that it stands on.
async function discover(opened, server, starts) {
  const forms = new Map();
  const look = async (path) => {
    for (const form of await formsOf(opened.page)) {
      if (!forms.has(form.name)) forms.set(form.name, { ...form, path, choosy: new Set(), taken: 0 });
    }
  };
  const visited = await crawl(opened, server, { starts, look, limits: LIMITS });
  return { forms: [...forms.values()], visited };
}

// One string through one form. Returns how many fields got it, and how many of them when the form was taken.
async function attack(opened, form, text, turn, turns = TURNS) {
  const { page } = opened;
  await page.goto(form.path);
  const at = (await formsOf(page)).find(({ name }) => name === form.name)?.at;
  assert.notEqual(at, undefined, `${form.name} is gone from ${form.path}`);
  const fields = await fieldsOf(page, at);
  const [names, spared] = [fields.map(({ name }) => name), {}];
  let [sent, here] = [0, at];
  for (let tries = 0; tries <= turns && here !== undefined; tries += 1) {
    const { filled, status } = await send(page, here, text, names, spared);
    sent ||= filled.length;
    await opened.look(`${text} in ${form.name}`);
    if (status < 400) return { sent, taken: filled.length };
    // What the form did not take once it takes no other time: one try for the string, one for what is left of it.
    const more = await mended(page, fields, turn, form.choosy);
    if (!Object.keys(more).length) break;
    Object.keys(more).forEach((name) => form.choosy.add(name));
    Object.assign(spared, more);
    here = (await formsOf(page)).find(({ name }) => name === form.name)?.at;
  }
  return { sent, taken: 0 };
}

const total = { strings: 0, forms: 0, fields: 0, sent: 0, taken: 0, pages: 0 };

async function work(opened, server, forms, strings, starts) {
  for (const [n, { text, turn }] of strings.entries()) {
    for (const form of forms) {
      const { sent, taken } = await attack(opened, form, text, turn);
      total.sent += sent;
      total.taken += taken;
      form.taken += taken > 0 ? 1 : 0;
    }
    if (n % BETWEEN_WALKS === BETWEEN_WALKS - 1 || n === strings.length - 1) {
      const look = (path) => opened.look(`${path} after ${text}`);
      total.pages += (await crawl(opened, server, { starts, look, limits: LIMITS })).length;
    }
  }
  opened.expectTyped();
}

async function run(server, starts, prepare) {
  const scout = await openWatched(server);
  await prepare(scout);
  const { forms } = await discover(scout, server, starts);
  total.forms += forms.length;
  total.fields += forms.reduce((sum, form) => sum + form.fields, 0);
  await scout.context.close();
  const strings = STRINGS.map((text, turn) => ({ text, turn }));
  const one = async (_, nth) => {
    const opened = await openWatched(server);
    await prepare(opened);
    await work(opened, server, forms, strings.filter(({ turn }) => turn % PAGES === nth), starts);
    assertClean(opened);
    await opened.context.close();
  };
  await Promise.all(Array.from({ length: Math.min(PAGES, strings.length) }, one));
  return forms;
}

// The first run happens once: all strings but the last are refused, that one names everything.
async function firstRun(server) {
  const opened = await openWatched(server);
  await opened.page.goto('/');
  for (const step of ['who', 'where']) {
    const path = opened.page.url();
    const [found] = (await formsOf(opened.page)).filter(({ name }) => name.startsWith('post /welcome'));
    assert.ok(found, `no form to say ${step} at ${path}`);
    const form = { ...found, path, choosy: new Set(), taken: 0 };
    total.forms += 1;
    total.fields += form.fields;
    for (const [turn, text] of STRINGS.entries()) {
      const { sent, taken } = await attack(opened, form, text, turn, turn === STRINGS.length - 1 ? TURNS : 0);
      total.sent += sent;
      total.taken += taken;
    }
  }
  const look = (path) => opened.look(`${path} after the first run`);
  total.pages += (await crawl(opened, server, { starts: ['/dashboard'], look, limits: LIMITS })).length;
  opened.expectTyped();
  assertClean(opened);
  await opened.context.close();
}

test('markup in the first run is text', async () => {
  const server = await startServer();
  try {
    await firstRun(server);
  } finally {
    await server.stop();
  }
});

test('markup in any field is text', async () => {
  const server = await startServer({ demo: true });
  try {
    const member = await run(server, ['/dashboard', '/settings'], ({ page }) => signIn(page, server.world));
    const guest = await run(server, ['/', '/login', '/signup'], async () => {});
    const said = [...member, ...guest].map(({ name, fields, taken }) => `${fields} in ${name}, taken ${taken} times`);
    console.log(said.join('\n'));
    const { forms, fields, sent, taken, pages } = total;
    console.log(`${STRINGS.length} strings, ${forms} forms, ${fields} fields: ${sent} sent, ${taken} taken, ${pages} pages walked`);
    assert.ok(sent >= fields * STRINGS.length, 'every string went through every field');
    assert.ok(forms > 20, said.join('\n'));
    // Of a form's fields those count that took the string; addresses, days and numbers never do.
    assert.ok(taken * 5 > sent, 'most was refused, so that little was shown');
  } finally {
    await server.stop();
  }
});
