//! The works: what is asked, and what is owed of the bare server's rate. Source: the design's chapter on speed.

use serde_json::json;

use crate::http::{Client, Request};
use crate::world::{World, date, event_body, now_s};
use crate::wrk::{Load, head, quoted};

/// A figure owed, and the goal behind it, on each engine.
#[derive(Debug, Clone, Copy)]
pub struct Aims {
    pub sqlite: (f64, f64),
    pub postgres: (f64, f64),
}

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Work {
    /// `W1`, `W1n`, …: the letters behind the number tell variants apart.
    pub id: &'static str,
    pub what: &'static str,
    pub load: Load,
    pub aims: Aims,
    /// Whether each answer stands for one durable order of one hot ticket.
    pub is_rush: bool,
    /// Whether the server keeps no answers ready for it.
    pub is_fresh: bool,
}

const fn aims(sqlite: (f64, f64), postgres: f64) -> Aims {
    Aims { sqlite, postgres: (postgres, postgres) }
}

const LIST: Aims = aims((0.85, 0.95), 0.22);
const LIST_FRESH: Aims = aims((0.20, 0.35), 0.0);
const EVENT: Aims = aims((0.85, 0.95), 0.25);
const EVENT_FRESH: Aims = aims((0.40, 0.55), 0.0);
const AVAILABILITY: Aims = aims((0.65, 0.80), 0.20);
const CREATE: Aims = aims((0.12, 0.25), 0.04);
const RUSH: Aims = Aims { sqlite: (0.15, 0.30), postgres: (0.035, 0.10) };
const UNCHANGED: Aims = aims((0.90, 0.90), 0.0);

/// Seconds over which the instants of fresh lists are scattered: inside the days of the world's events.
const SCATTER_S: u64 = 70 * 86_400;

/// All works on this world. Reads first: writes make the data grow.
pub fn all(world: &World, client: &mut Client) -> Result<Vec<Work>, String> {
    let mut works = reads(world);
    works.extend(unchanged(world, client)?);
    works.extend(writes(world));
    Ok(works)
}

fn work(id: &'static str, what: &'static str, load: Load, aims: Aims) -> Work {
    Work { id, what, load, aims, is_rush: false, is_fresh: false }
}

fn fresh(id: &'static str, what: &'static str, load: Load, aims: Aims) -> Work {
    Work { is_fresh: true, ..work(id, what, load, aims) }
}

/// The list of the venue feed, the same again and again.
pub fn feed(world: &World) -> Load {
    Load::Same(venue_get(world, "/api/v1/events?limit=20"))
}

fn venue_get(world: &World, path: &str) -> Request {
    Request::get(path).bearer(&world.venue_key)
}

fn office_get(world: &World, path: &str) -> Request {
    Request::get(path).with("x-api-key", &world.box_office_key)
}

fn native_get(world: &World, path: &str) -> Request {
    Request::get(path).bearer(&world.native_key)
}

fn reads(world: &World) -> Vec<Work> {
    let list = "/api/v1/events?limit=20";
    let one = format!("/api/v1/events/{}", world.hot_event);
    let native = format!("/v1/events/{}", world.hot_event);
    let left = format!("{one}/availability");
    let native_left = format!("{native}/availability");
    vec![
        work("W1h", "list 20, venue feed", feed(world), LIST),
        work("W1t", "list 20, box office", Load::Same(office_get(world, list)), LIST),
        work("W1hn", "list 20, venue feed, every request another query", fresh_feed(world), LIST_FRESH),
        work(
            "W1tn",
            "list 20 with total, box office, every request another query",
            fresh_list(world),
            LIST_FRESH,
        ),
        work("W2h", "one event, venue feed", Load::Same(venue_get(world, &one)), EVENT),
        work("W2t", "one event, box office", Load::Same(office_get(world, &one)), EVENT),
        work("W2v", "one event, native", Load::Same(native_get(world, &native)), EVENT),
        fresh("W2tn", "one event, box office, every request another event", fresh_event(world), EVENT_FRESH),
        work("W3t", "availability, box office, live", Load::Same(office_get(world, &left)), AVAILABILITY),
        work("W3v", "availability, native, live", Load::Same(native_get(world, &native_left)), AVAILABILITY),
    ]
}

/// Pages of the feed behind every event, to every day.
fn fresh_feed(world: &World) -> Load {
    let today = now_s() / 86_400;
    let days: Vec<String> = (80..400).map(|ahead| date(today + ahead)).collect();
    let sample = venue_get(world, "/api/v1/events?limit=20");
    let before = "/api/v1/events?limit=20&cursor=";
    let lua = rotation(&sample, before, &world.events)
        + &format!(
            "  local days = {}\n  local day = days[math.floor(n / #ids) % #days + 1]\n  \
             return before .. id .. \"&to=\" .. day .. after",
            table(&days)
        );
    each(sample, lua)
}

/// Pages from every second on.
fn fresh_list(world: &World) -> Load {
    let now = now_s();
    let sample = office_get(world, "/api/v1/events?limit=20");
    let (before, after) = cut(&sample, "/api/v1/events?limit=20&dateFrom=");
    // A factor without a common divisor with the span: no instant comes twice before all have come.
    let lua = format!(
        "  local at = os.date(\"!%Y-%m-%dT%H:%M:%SZ\", {now} + (n * 7919) % {SCATTER_S})\n  \
         return {before} .. at .. {after}"
    );
    each(sample, lua)
}

fn fresh_event(world: &World) -> Load {
    let sample = office_get(world, &format!("/api/v1/events/{}", world.hot_event));
    let lua = rotation(&sample, "/api/v1/events/", &world.events) + "  return before .. id .. after";
    each(sample, lua)
}

/// Lua that takes one id after the other, between the request's two halves.
fn rotation(sample: &Request, path: &str, ids: &[String]) -> String {
    let (before, after) = cut(sample, path);
    format!(
        "  if not ids then ids = {} end\n  local before, after = {before}, {after}\n  local id = ids[n % #ids + 1]\n",
        table(ids)
    )
}

/// The text of a GET before and behind what is put into its path.
fn cut(sample: &Request, path: &str) -> (String, String) {
    let whole = head(sample, &format!("{path}\u{0}"), None);
    let (before, after) = whole.split_once('\u{0}').unwrap_or((&whole, ""));
    (quoted(before), quoted(after))
}

fn table(words: &[String]) -> String {
    format!("{{{}}}", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(","))
}

fn each(sample: Request, lua: String) -> Load {
    Load::Each { sample, lua }
}

/// Reads of one who has the answer already.
fn unchanged(world: &World, client: &mut Client) -> Result<Vec<Work>, String> {
    let one = format!("/api/v1/events/{}", world.hot_event);
    let asked = [
        ("W9h", "unchanged list, venue feed (304)", venue_get(world, "/api/v1/events?limit=20")),
        ("W9t", "unchanged event, box office (304)", office_get(world, &one)),
    ];
    asked
        .into_iter()
        .map(|(id, what, request)| {
            let answer = client.send(&request)?;
            let tag = answer.header("etag").ok_or_else(|| format!("{id}: the answer has no ETag"))?;
            Ok(work(id, what, Load::Same(request.clone().with("If-None-Match", tag)), UNCHANGED))
        })
        .collect()
}

fn writes(world: &World) -> Vec<Work> {
    let types = json!([{ "name": "General Admission", "price": 2500, "quantity": 120 }]);
    let body = event_body(0, &world.box_office, types).to_string();
    let sample = Request::post("/v1/events", body.clone()).bearer(&world.native_key);
    let create = head(&sample, "/v1/events", Some(body.len()));
    let (before, after) = body.split_once("000000000").unwrap_or((&body, ""));
    let (before, after) = (quoted(&format!("{create}{before}")), quoted(after));
    let create = each(sample, format!("  return {before} .. string.format(\"%09d\", n) .. {after}"));
    let order = json!({ "eventId": world.hot_event, "items": [{ "ticketTypeId": world.hot_type, "quantity": 1 }],
        "buyer": { "name": "Ingrid Vale", "email": "buyer-000000000000@example.org" },
        "payment": { "method": "external", "reference": "pay-1" } });
    let order = Request::post("/v1/orders", order.to_string()).bearer(&world.native_key);
    let keyed = order.clone().with("Idempotency-Key", "bench-000000000000");
    let rush = |id, what, request: Request| {
        let text = head(&request, "/v1/orders", Some(request.body.len())) + &request.body;
        // The buyer, and the key where there is one, are others each time.
        let pieces: Vec<String> = text.split("000000000000").map(quoted).collect();
        let lua =
            format!("  local each = string.format(\"%012d\", n)\n  return {}", pieces.join(" .. each .. "));
        Work { is_rush: true, ..work(id, what, Load::Each { sample: request, lua }, RUSH) }
    };
    vec![
        work("W4", "create an event with a ticket type, durable", create, CREATE),
        rush("W5", "the rush: durable orders of one ticket type", order),
        rush("W5k", "the rush, every order with an idempotency key", keyed),
    ]
}
