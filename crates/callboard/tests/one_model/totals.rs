//! What a list between two instants says as its total is what there is, whatever was written before.

use callboard_core::time::Timestamp;
use serde_json::{Value, json};

use crate::support::{Organizer, TestApp};

const HOUR: i64 = 3_600_000;
const GENEROUS: [(&str, &str); 4] = [
    ("CALLBOARD_RATE_LIMIT_NATIVE", "100000000"),
    ("CALLBOARD_RATE_LIMIT_BOX_OFFICE", "100000000"),
    ("CALLBOARD_RATE_LIMIT_CHANNEL_READS", "100000000"),
    ("CALLBOARD_RATE_LIMIT_PER_IP", "0"),
];

/// Starts from hours to years apart: in one short span, in one long one and far beyond.
fn starts() -> Vec<i64> {
    let first = Timestamp::parse("2026-12-01T19:00:00Z").unwrap().as_millis();
    (0..44).map(|n: i64| first + n * n * 9 * HOUR + (n % 3) * 60_000).collect()
}

fn text(millis: i64) -> String {
    Timestamp::from_millis(millis).to_utc_text()
}

async fn fill(organizer: &Organizer<'_>, office: &str, channel: &str) {
    let mut ids = Vec::new();
    for start in starts() {
        let body = json!({ "title": "Show", "startsAt": text(start), "timezone": "UTC", "boxOfficeId": office,
            "channelId": channel });
        ids.push(organizer.post("/v1/events", body).await.is(201).text("/id").to_owned());
    }
    for (n, id) in ids.iter().enumerate() {
        if n % 4 != 0 {
            organizer.post(&format!("/v1/events/{id}/publish"), json!({})).await.is(200);
        }
        match n % 11 {
            2 | 3 => {
                organizer.post(&format!("/v1/events/{id}/cancel"), json!({})).await.is(200);
            }
            5 => {
                organizer.post(&format!("/v1/events/{id}/archive"), json!({})).await;
            }
            7 => {
                let moved = json!({ "startsAt": text(starts()[n] + 100 * 24 * HOUR) });
                organizer.patch(&format!("/v1/events/{id}"), moved).await.is(200);
            }
            _ => {}
        }
    }
    organizer.delete(&format!("/v1/events/{}", ids[0])).await.is(204);
    organizer.patch(&format!("/v1/events/{}", ids[6]), json!({ "channelId": null })).await.is(200);
    organizer.patch(&format!("/v1/events/{}", ids[8]), json!({ "boxOfficeId": null })).await.is(200);
}

/// Every pair of these, open ends included.
fn bounds() -> Vec<Option<i64>> {
    let all = starts();
    let near = [0, 4, 9, 20, 43].map(|n| all[n]);
    let around = near.into_iter().flat_map(|at| [at, at + 1_000]);
    let grid = [8 * 24 * HOUR, 6 * HOUR].map(|span| (all[20] / span) * span);
    [None].into_iter().chain(around.chain(grid).map(Some)).collect()
}

#[tokio::test]
async fn totals_between_bounds_are_counts() {
    let app = TestApp::with(&GENEROUS);
    let organizer = app.organizer("Pier").await;
    let office = organizer.box_office("Pier").await;
    let (channel, _) = organizer.channel("Jazz").await;
    fill(&organizer, &office, &channel).await;
    let office_key = organizer.box_office_key(&office).await;
    let channel_key = organizer.key(json!({ "family": "channel", "scopes": ["events:read"] })).await;
    let at = |event: &Value, name: &str| Timestamp::parse(event[name].as_str().unwrap()).unwrap().as_millis();
    let all = app.call_x("GET", "/api/v1/events?limit=100", &office_key, None).await.is(200);
    let of_office: Vec<(i64, Value)> = all
        .at("/events")
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (at(event, "startsAt"), event["status"].clone()))
        .collect();
    let mut of_channel = Vec::new();
    for status in ["draft", "published", "cancelled", "archived"] {
        let path = format!("/api/public/v1/events?limit=100&status={status}");
        let listed = app.get(&path, &channel_key).await.is(200);
        of_channel
            .extend(listed.at("/docs").as_array().unwrap().iter().map(|doc| (at(doc, "startAt"), status)));
    }
    assert_eq!((of_office.len(), of_channel.len()), (42, 42));
    for from in bounds() {
        for to in bounds() {
            let within =
                |start: i64| from.is_none_or(|from| from <= start) && to.is_none_or(|to| start <= to);
            let query = |first: &str, last: &str| {
                let from = from.map(|at| format!("&{first}={}", text(at))).unwrap_or_default();
                from + &to.map(|at| format!("&{last}={}", text(at))).unwrap_or_default()
            };
            for status in ["", "DRAFT", "CANCELLED", "ARCHIVED", "PUBLISHED"] {
                let named = if status.is_empty() { String::new() } else { format!("&status={status}") };
                let path = format!("/api/v1/events?limit=1{}{named}", query("dateFrom", "dateTo"));
                let listed = app.call_x("GET", &path, &office_key, None).await.is(200);
                let count = of_office
                    .iter()
                    .filter(|(start, is)| within(*start) && (status.is_empty() || is == status));
                assert_eq!(listed.at("/pagination/total"), &json!(count.count()), "{path}");
            }
            for status in ["", "draft", "published", "archived"] {
                let named = if status.is_empty() { String::new() } else { format!("&status={status}") };
                let path = format!("/api/public/v1/events?limit=1{}{named}", query("from", "to"));
                let listed = app.get(&path, &channel_key).await.is(200);
                let chosen = |is: &str| if status.is_empty() { is != "archived" } else { is == status };
                let count = of_channel.iter().filter(|(start, is)| within(*start) && chosen(is)).count();
                assert_eq!(listed.at("/totalDocs"), &json!(count), "{path}");
            }
        }
    }
}
