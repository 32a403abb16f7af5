// A server of the test's own, a real Chromium, and a watch on everything a page must not do.
//
// Environment: CALLBOARD_BINARY (the program), BROWSER_TOOLS (where package.json was installed),
// CHROMIUM (default: chromium on the PATH), ARTEFACTS (where screenshots go).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const tools = createRequire(resolve(process.env.BROWSER_TOOLS ?? 'target/test-tools/browser', 'package.json'));
const { chromium } = tools('playwright-core');
const { AxeBuilder } = tools('@axe-core/playwright');

const binary = resolve(process.env.CALLBOARD_BINARY ?? 'target/release/callboard');
const artefacts = resolve(process.env.ARTEFACTS ?? 'target/test-artefacts/browser');

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 390, height: 844 };

// The program in an empty directory; with `demo` in a sample world, whose description is `world`.
export async function startServer({ demo = false, args: more = [], env = {} } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'callboard-'));
  const args = [...(demo ? ['demo', '--json'] : ['serve']), ...more];
  const child = spawn(binary, [...args, '--listen', '127.0.0.1:0'], {
    cwd: home,
    env: { PATH: process.env.PATH, TMPDIR: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  const said = [];
  const started = new Promise((done, fail) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (demo) done({ world: JSON.parse(line), url: JSON.parse(line).url });
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const heard = /listening on (http:\/\/)?([\d.:]+)/.exec(line);
      if (!demo && heard) done({ world: null, url: `http://${heard[2]}` });
    });
    child.once('exit', (code) => fail(new Error(`the program ended with ${code}: ${said.join('\n')}`)));
  });
  return { ...(await started), home, stop, said };
}

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
    ],
  });
}

// A page that remembers its faults: messages on the console, errors of scripts, breaches of the content
// security policy, and requests to any host but the server's.
export async function openPage(browser, server, { viewport = WIDE, theme = 'light', javaScript = true } = {}) {
  const context = await browser.newContext({
    baseURL: server.url,
    viewport,
    colorScheme: theme,
    javaScriptEnabled: javaScript,
    permissions: ['clipboard-read', 'clipboard-write', 'camera'],
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()} (${page.url()})`);
  });
  page.on('pageerror', (error) => faults.push(`script: ${error.message} (${page.url()})`));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(server.url).host) faults.push(`foreign host: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`${response.status()}: ${response.url()}`);
  });
  // A form that is refused answers 4xx on purpose; the browser reports that on its console.
  const expect = (pattern) => faults.splice(0, faults.length, ...faults.filter((fault) => !pattern.test(fault)));
  const expectRefusal = () => expect(/Failed to load resource.*(4\d\d)/);
  return { context, page, faults, expect, expectRefusal, hasScripts: javaScript };
}

export function assertClean(opened) {
  assert.deepEqual(opened.faults, []);
}

// Everything axe objects to, one line each. It is a script itself, so that it needs them switched on.
export async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

export async function shot(page, name) {
  mkdirSync(artefacts, { recursive: true });
  await page.screenshot({ path: join(artefacts, `${name}.png`), fullPage: true });
}

// Wider than its window: the page scrolls sideways.
export async function overflows(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

export async function signIn(page, world) {
  await page.goto('/login');
  await page.getByLabel('E-mail address').fill(world.account.email);
  await page.getByLabel('Password').fill(world.account.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/dashboard/);
}
