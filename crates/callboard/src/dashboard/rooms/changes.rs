//! `/dashboard/changes`: what was done last in the organization, as `GET /v1/changes` tells it, newest first.

use askama::Template;
use callboard_core::time::Zone;
use callboard_store::feed::Change;
use serde_json::Value;

use crate::dashboard::field::{Choice, Field};
use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::times;
use crate::dashboard::visit::Visit;
use crate::http::grant::ChangesRead;
use crate::http::{Granted, Refusal, Reply};

const PATH: &str = "/dashboard/changes";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(PATH).granted(show)]
}

/// Changes of one page: each brings its data along.
const SHOWN: i64 = 25;

/// What the feed tells of: its word, the label.
const RESOURCES: [(&str, &str); 12] = [
    ("", "Everything"),
    ("event", "Events"),
    ("ticket_type", "Stock"),
    ("order", "Orders"),
    ("ticket", "Tickets"),
    ("series", "Series"),
    ("venue", "Venues"),
    ("channel", "Channels"),
    ("box_office", "Box offices"),
    ("key", "API keys"),
    ("member", "Members"),
    ("organization", "The organization"),
];

#[derive(Template)]
#[template(path = "dashboard/changes.html")]
struct ChangesPage {
    frame: Shell,
    what: Field,
    rows: Vec<Row>,
    /// This page, to look again; only the newest page changes.
    fresh: Option<String>,
    newest: Option<String>,
    older: Option<String>,
}

struct Row {
    seq: i64,
    kind: String,
    tone: &'static str,
    name: String,
    path: Option<String>,
    ago: String,
    at: String,
    json: String,
}

async fn show(visit: Visit, grant: Granted<ChangesRead>) -> Result<Reply, Refusal> {
    let wanted = visit.query.get("what");
    let known = RESOURCES.iter().map(|(word, _)| *word).find(|word| *word == wanted);
    let resource = known.filter(|word| !word.is_empty());
    let before: Option<i64> = visit.query.get("before").parse().ok();
    let store = &visit.app.store;
    let found = store.latest_changes(grant.tenant(), before, resource, SHOWN + 1).await?;
    let shown = usize::try_from(SHOWN).unwrap_or(0);
    let has_more = found.len() > shown;
    let rows: Vec<Row> = found.iter().take(shown).map(|change| row(change, &visit)).collect();
    let address = |before: Option<i64>| {
        let what = resource.map(|what| format!("what={what}"));
        let before = before.map(|seq| format!("before={seq}"));
        let all: Vec<String> = what.into_iter().chain(before).collect();
        if all.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", all.join("&")) }
    };
    let choices = RESOURCES.iter().map(|(word, label)| Choice::new(*word, *label)).collect();
    let page = ChangesPage {
        frame: visit.shell("Changes", PATH).await?,
        what: visit.query.select("what", "Show", choices).optional(),
        older: rows.last().filter(|_| has_more).map(|last| address(Some(last.seq))),
        fresh: before.is_none().then(|| address(None)),
        newest: before.map(|_| address(None)),
        rows,
    };
    visit.show(&page)
}

fn row(change: &Change, visit: &Visit) -> Row {
    let data: Option<Value> = change.data.as_deref().and_then(|data| serde_json::from_str(data).ok());
    let at = change.at.wall(&Zone::utc()).strftime("%-d %b %Y, %H:%M:%S UTC").to_string();
    Row {
        seq: change.seq,
        kind: change.kind.clone(),
        tone: tone(&change.kind),
        name: name(change, data.as_ref()),
        path: path(change, data.as_ref()),
        ago: times::ago(change.at, visit.now),
        at,
        json: data.map(|data| serde_json::to_string_pretty(&data).unwrap_or_default()).unwrap_or_default(),
    }
}

fn tone(kind: &str) -> &'static str {
    match kind.rsplit('.').next().unwrap_or("") {
        "created" | "published" | "checked_in" | "restored" => "good",
        "deleted" | "revoked" | "refunded" => "bad",
        "cancelled" => "warn",
        _ => "",
    }
}

fn text<'a>(data: Option<&'a Value>, member: &str) -> Option<&'a str> {
    data?.get(member)?.as_str().filter(|text| !text.is_empty())
}

/// What the thing is called; its id where its data has no name.
fn name(change: &Change, data: Option<&Value>) -> String {
    if change.resource == "ticket_type"
        && let Some((sold, quantity)) = stock(data)
    {
        return format!("{sold} of {quantity} sold");
    }
    let members = ["title", "name", "number", "label", "slug", "email", "code"];
    let found = members.iter().find_map(|member| text(data, member));
    found.map_or_else(|| change.resource_id.to_string(), str::to_owned)
}

fn stock(data: Option<&Value>) -> Option<(i64, i64)> {
    let number = |member: &str| data?.get(member)?.as_i64();
    Some((number("sold")?, number("quantity")?))
}

/// The page of the thing, where it has one; what is deleted has none.
fn path(change: &Change, data: Option<&Value>) -> Option<String> {
    data?;
    let id = change.resource_id;
    let event = || text(data, "eventId").map(|event| format!("/dashboard/events/{event}"));
    match change.resource.as_str() {
        "event" => Some(format!("/dashboard/events/{id}")),
        "order" => Some(format!("/dashboard/orders/{id}")),
        "ticket" => text(data, "orderId").map(|order| format!("/dashboard/orders/{order}")).or_else(event),
        "ticket_type" => event().map(|event| format!("{event}/tickets")),
        "series" => Some(format!("/dashboard/series/{id}")),
        "venue" => Some(format!("/dashboard/venues/{id}")),
        "channel" => Some(format!("/dashboard/channels/{id}")),
        "box_office" => Some(format!("/dashboard/box-offices/{id}")),
        "key" => Some("/dashboard/keys".to_owned()),
        _ => None,
    }
}
