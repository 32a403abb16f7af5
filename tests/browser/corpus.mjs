// Markup that wants to be more than text.

import assert from 'node:assert/strict';

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

export const CORPUS = [
  ...OUT.flatMap((out) => IN.map((inner) => out + inner)),
  `" onmouseover="${RUN}`,
  `' autofocus onfocus='${RUN}`,
  `javascript:${RUN}`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `\${${RUN}}`,
];
assert.ok(CORPUS.length >= 100, `${CORPUS.length} strings`);

// Two that break out of every place at once, for a quick run.
export const POLYGLOTS = [
  `"'--></title></textarea></script><img src=x onerror=${RUN}>`,
  `javascript:${RUN}//' onfocus=${RUN} autofocus x="`,
];

// What of a string became markup in the open page: elements and attributes that no template holds, links that run.
export function foreignMarkup() {
  const odd =
    'iframe, math, main style, [onerror], [onload], [ontoggle], [onfocus], [onmouseover], img[src="x"], ' +
    '[href^="javascript:" i], [src^="javascript:" i], [action^="javascript:" i], [formaction], [srcdoc]';
  const found = [...document.querySelectorAll(odd)].map((element) => element.outerHTML.slice(0, 120));
  return window.ran === undefined ? found : ['a script ran', ...found];
}
