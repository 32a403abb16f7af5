// Forms as they are found on pages: their text fields, and how one is filled and sent without a word about which
// form it is.

import assert from 'node:assert/strict';

// How long a form may take to be answered.
const SENT_MS = 10_000;
const SOON = new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10);

// Every form of the open page that has a field to type in. A form is known by its method, its destination without
// ids, and the names of its fields without numbers.
export async function formsOf(page) {
  return page.evaluate(() => {
    const typed = 'input:not([type=hidden],[type=radio],[type=checkbox],[type=file],[type=submit]), textarea';
    const plain = (text) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z]{2,5}_[\w-]{8,}|\d+/g, '…');
    return [...document.forms].flatMap((form, at) => {
      const names = [...new Set([...form.querySelectorAll(typed)].filter((f) => f.name).map((f) => f.name))];
      if (!names.length) return [];
      const family = form.querySelector('input[type=hidden][name=family]')?.value ?? '';
      const where = form.getAttribute('action') ?? location.pathname;
      const kinds = [...new Set(names.map(plain))];
      const isLast = form.querySelector('button.danger') !== null;
      return [{ at, name: `${form.method} ${plain(where)} ${family} ${kinds.sort().join(',')}`, fields: names.length, isLast }];
    });
  });
}

// Types `text` into those text fields of the page's form number `at` that are `known` and not in `spared`, ticks
// every box (ten of a set, which is what a set takes) and one of each group, and sends it. No limit of the browser's stands in the way: the server must say
// what it does not take. Returns the fields that got it, and the status of the answer.
export async function send(page, at, text, known, spared) {
  const filling = page.evaluate(
    ({ at, text, known, spared }) => {
      const form = document.forms[at];
      const typed = 'input:not([type=hidden],[type=radio],[type=checkbox],[type=file],[type=submit]), textarea';
      const names = [];
      for (const field of form.querySelectorAll(typed)) {
        if (!known.includes(field.name)) continue;
        if (field instanceof HTMLInputElement) field.type = 'text';
        field.removeAttribute('maxlength');
        field.value = field.name in spared ? spared[field.name] : text;
        if (!(field.name in spared)) names.push(field.name);
      }
      const ticked = {};
      for (const box of form.querySelectorAll('input[type=checkbox]')) {
        ticked[box.name] = (ticked[box.name] ?? 0) + 1;
        box.checked = ticked[box.name] <= 10;
      }
      for (const { name } of form.querySelectorAll('input[type=radio]')) {
        const group = [...form.querySelectorAll('input[type=radio]')].filter((radio) => radio.name === name);
        if (!group.some((radio) => radio.checked)) group[0].checked = true;
      }
      form.noValidate = true;
      const button = form.querySelector('button.primary') ?? form.querySelector('button:not([type=button])');
      setTimeout(() => (button ? form.requestSubmit(button) : form.requestSubmit()));
      return names;
    },
    { at, text, known, spared },
  );
  // Some forms are answered by scripts, on the page that shows them.
  const answers = { timeout: SENT_MS };
  const anew = page.waitForResponse((reply) => isPage(page, reply), answers);
  const shown = page.waitForEvent('load', answers).then(() => anew);
  const inPlace = page.waitForResponse((reply) => reply.request().resourceType() === 'fetch', answers);
  for (const wait of [anew, shown, inPlace]) wait.catch(() => {});
  const names = await filling;
  const reply = await Promise.any([shown, inPlace]).catch(() => assert.fail(`the form at ${page.url()} got no answer`));
  if (!isPage(page, reply)) await page.waitForTimeout(50);
  return { filled: names, status: reply.status() };
}

// The page itself, at the end of the ways that it was sent.
function isPage(page, reply) {
  const request = reply.request();
  return request.isNavigationRequest() && request.frame() === page.mainFrame() && (reply.status() < 300 || reply.status() > 399);
}

// What a field that did not take the text may hold instead: what it held before, or the least that its name and
// type ask for.
function plainValue({ name, type, value, min }, turn, origin) {
  if (value && !(type === 'number' && Number(value) < 1)) return value;
  if (type === 'url') return origin;
  if (/email/i.test(name)) return `a${turn}@example.com`;
  if (/timezone/i.test(name)) return 'UTC';
  if (/country/i.test(name)) return 'US';
  if (/currency/i.test(name)) return 'USD';
  if (/price/i.test(name)) return '1.00';
  if (/slug|\.key$/i.test(name)) return `plain-${turn}`;
  if (type === 'number') return Number(min) > 1 ? min : '1';
  if (type === 'date') return SOON;
  if (type === 'time') return /end/i.test(name) ? '23:00' : '20:00';
  if (type === 'password') return 'correct horse battery';
  return '';
}

// The fields of a form, with what they hold before anything is typed.
export async function fieldsOf(page, at) {
  return page.evaluate((at) => {
    const typed = 'input:not([type=hidden],[type=radio],[type=checkbox],[type=file],[type=submit]), textarea';
    return [...document.forms[at].querySelectorAll(typed)].map(({ name, type, value, min }) => ({ name, type, value, min }));
  }, at);
}

// The fields that the shown form calls wrong, and those that it called so before, each with what it may hold instead.
export async function mended(page, fields, turn, choosy) {
  const wrong = await page.evaluate(() => [...document.querySelectorAll('[aria-invalid=true]')].map((f) => f.name));
  if (!wrong.length) return {};
  const known = fields.filter(({ name }) => wrong.includes(name) || choosy.has(name));
  return Object.fromEntries(known.map((field) => [field.name, plainValue(field, turn, new URL(page.url()).origin)]));
}
