// What can be reached by links, page by page: nothing here knows a path.

// Sign-out ends the walk; the other endings are no pages.
const NO_PAGE = /\.(ics|json|yaml|md|txt|svg|csv)$|^\/uploads\/|^\/logout$/;
// Pages whose paths differ in ids, numbers or names only are of one kind. Of the query its words tell kinds apart:
// a filter by state, the family of a key, but no id, no date and no place in a list.
export function kindOf(path) {
  const { pathname, searchParams } = new URL(path, 'http://any');
  const place = pathname
    .replace(/^\/(e|join|v|c|b)\/[^/]+/, '/$1/…')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z]{2,5}_[\w-]{8,}/g, '…')
    .replace(/(?<=\/)[\d-]+(?=\/|$)/g, '…');
  const words = [...searchParams].map(([name, value]) => `${name}=${/^[A-Za-z_]{1,20}$/.test(value) ? value : '…'}`);
  return [place, ...words.sort()].join(' ');
}

export async function linksOf(page, server) {
  const found = await page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.href));
  const { host } = new URL(server.url);
  const own = found.filter((href) => URL.canParse(href)).map((href) => new URL(href));
  return own.filter((url) => url.host === host && !NO_PAGE.test(url.pathname)).map((url) => url.pathname + url.search);
}

// Opens page after page, `each` of a kind, `queries` of one path that differ in their query only; `limits` bounds the
// whole of what is below a path. `look(path, reply)` is
// asked at every page.
export async function crawl(opened, server, { starts, look, each = 1, queries = 5, limits = {}, limit = 2_000 }) {
  const [queue, seen, kinds, paths, below] = [[...starts], new Set(starts), new Map(), new Map(), new Map()];
  const visited = [];
  const count = (map, name, most) => {
    const many = map.get(name) ?? 0;
    map.set(name, many + 1);
    return many < most;
  };
  while (queue.length && visited.length < limit) {
    const path = queue.shift();
    const place = path.split('?')[0];
    const bounded = Object.keys(limits).find((prefix) => place.startsWith(prefix));
    if (bounded && (below.get(bounded) ?? 0) >= limits[bounded]) continue;
    if (!bounded && !count(kinds, kindOf(path), each)) continue;
    if (!count(paths, kindOf(place), Math.max(queries, each))) continue;
    const reply = await opened.page.goto(path);
    if (!(reply.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    if (bounded) below.set(bounded, (below.get(bounded) ?? 0) + 1);
    visited.push(path);
    const next = await linksOf(opened.page, server);
    await look(path, reply);
    for (const link of next) {
      if (!seen.has(link)) {
        seen.add(link);
        queue.push(link);
      }
    }
  }
  return visited;
}
