// Lighthouse on the landing page, a page of the docs and the dashboard's list of events: at least 95 of 100 in
// performance, accessibility and best practices. Prints a line per page; fails where one is below.
//
//   LIGHTHOUSE=…/node_modules/.bin/lighthouse node tests/browser/lighthouse.mjs      other environment as in harness.mjs

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { startServer } from './harness.mjs';

const LEAST = 0.95;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const PAGES = ['/', '/docs/create-events', '/dashboard/events'];

const run = promisify(execFile);

async function scores(server, path) {
  const cookie = `__Host-callboard=${server.world.account.sessionToken}`;
  const { stdout } = await run(
    process.env.LIGHTHOUSE,
    [
      server.url + path,
      '--quiet',
      '--output=json',
      '--output-path=stdout',
      `--only-categories=${CATEGORIES.join(',')}`,
      '--chrome-flags=--headless=new --no-sandbox --disable-gpu',
      ...(path.startsWith('/dashboard') ? [`--extra-headers=${JSON.stringify({ Cookie: cookie })}`] : []),
    ],
    { env: { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? '/usr/bin/chromium' }, maxBuffer: 64 << 20 },
  );
  const report = JSON.parse(stdout);
  const seen = new URL(report.finalDisplayedUrl).pathname;
  if (seen !== path) throw new Error(`${path} led to ${seen}`);
  return CATEGORIES.map((name) => [name, report.categories[name].score]);
}

const server = await startServer({ demo: true });
let isGood = true;
try {
  for (const path of PAGES) {
    const all = await scores(server, path);
    isGood &&= all.every(([, score]) => score >= LEAST);
    console.log(`${path}: ${all.map(([name, score]) => `${name} ${Math.round(score * 100)}`).join(', ')}`);
  }
} finally {
  await server.stop();
}
process.exitCode = isGood ? 0 : 1;
