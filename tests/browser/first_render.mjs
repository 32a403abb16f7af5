// How long the first look takes: for each page a program that has just started and was asked for nothing yet. Prints,
// it does not judge; docs/benchmarks.md keeps the figures.
//
//   node tests/browser/first_render.mjs [ROUNDS]      environment as in harness.mjs

import { openPage, startBrowser, startServer } from './harness.mjs';

const rounds = Number(process.argv[2] ?? 5);
const PAGES = ['/', '/login', '/docs', '/docs/create-events', '/docs/reference/native/events', '/dashboard/events'];

const median = (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
// Who is signed in is led on from the pages of guests. A sign-in would be a request before the first.
const headers = (server, path) =>
  path.startsWith('/dashboard') ? { cookie: `__Host-callboard=${server.world.account.sessionToken}` } : {};

// From the first byte of the first request to the last of its answer, one connection's making included.
async function served(path) {
  const server = await startServer({ demo: true });
  try {
    const began = performance.now();
    const reply = await fetch(server.url + path, { headers: { accept: 'text/html', ...headers(server, path) } });
    const bytes = (await reply.text()).length;
    const ms = performance.now() - began;
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status}`);
    return { ms, bytes };
  } finally {
    await server.stop();
  }
}

// From the beginning of the navigation to the first text or picture, in a browser that runs already.
async function painted(browser, path) {
  const server = await startServer({ demo: true });
  const opened = await openPage(browser, server);
  try {
    await opened.page.setExtraHTTPHeaders(headers(server, path));
    await opened.page.goto(path, { waitUntil: 'load' });
    return await opened.page.evaluate(async () => {
      const seen = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
      for (let tries = 0; tries < 100 && !seen(); tries += 1) await new Promise((done) => setTimeout(done, 10));
      return seen();
    });
  } finally {
    await opened.context.close();
    await server.stop();
  }
}

const browser = await startBrowser();
try {
  console.log('| page | answered, median (worst) | first paint, median (worst) | bytes |\n|---|---|---|---|');
  for (const path of PAGES) {
    const [answers, paints] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      answers.push(await served(path));
      paints.push(await painted(browser, path));
    }
    const said = (all) => `${median(all).toFixed(0)} ms (${Math.max(...all).toFixed(0)} ms)`;
    console.log(`| \`${path}\` | ${said(answers.map(({ ms }) => ms))} | ${said(paints)} | ${answers[0].bytes} |`);
  }
} finally {
  await browser.close();
}
