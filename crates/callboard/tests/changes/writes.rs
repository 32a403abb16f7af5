//! Every native write that changes something visible, and the lines that it leaves in the feed.

use callboard::surfaces::{Name, Surface};
use http::Method;

use super::*;

/// What the steps below perform; a new write without a step fails.
const COVERED: &[&str] = &[
    "createAccount",
    "reviseOrganization",
    "addMember",
    "reviseMember",
    "removeMember",
    "createVenue",
    "reviseVenue",
    "deleteVenue",
    "createChannel",
    "reviseChannel",
    "deleteChannel",
    "createBoxOffice",
    "reviseBoxOffice",
    "deleteBoxOffice",
    "createKey",
    "reviseKey",
    "revokeKey",
    "rotateKey",
    "createEvent",
    "reviseEvent",
    "deleteEvent",
    "putEvent",
    "duplicateEvent",
    "publishEvent",
    "unpublishEvent",
    "cancelEvent",
    "archiveEvent",
    "restoreEvent",
    "addTicketType",
    "reviseTicketType",
    "removeTicketType",
    "createSeries",
    "reviseSeries",
    "endSeries",
    "createHold",
    "releaseHold",
    "placeOrder",
    "cancelOrder",
    "refundOrder",
    "checkIn",
    "undoCheckIn",
];
/// Sessions are no resource, a preview stores nothing; an image is seen through the event that shows it.
const SILENT: &[&str] = &["createSession", "endSession", "uploadMedia", "previewSeries"];

#[test]
fn every_write_is_performed_here() {
    for operation in Surface::of(Name::Native).operations() {
        let known = COVERED.contains(&operation.id) || SILENT.contains(&operation.id);
        assert!(operation.method == Method::GET || known, "no step performs {}", operation.id);
    }
}

struct Reader<'a> {
    who: Organizer<'a>,
    after: i64,
}

impl Reader<'_> {
    /// What was committed since the last look.
    async fn fresh(&mut self) -> Vec<Value> {
        let page = self.who.get(&format!("/v1/changes?after={}&limit=200", self.after)).await.is(200);
        self.after = page.at("/nextAfter").as_i64().unwrap();
        items(&page)
    }

    #[track_caller]
    fn types(lines: &[Value]) -> Vec<&str> {
        lines.iter().map(|line| line["type"].as_str().unwrap()).collect()
    }

    /// The answer of a write that leaves these lines; repeating it as a rehearsal leaves none.
    async fn does(&mut self, method: &str, target: &str, body: Value, left: &[&str]) -> Answer {
        let rehearsed = format!("{target}?dryRun=true");
        let tried = self.who.app.call(method, &rehearsed, &self.who.token, Some(&body)).await;
        assert!(tried.status < 300, "{target}: {}", tried.json);
        assert_eq!(self.fresh().await, Vec::<Value>::new(), "a rehearsal of {target}");
        let done = self.who.app.call(method, target, &self.who.token, Some(&body)).await;
        assert!(done.status < 300, "{target}: {}", done.json);
        let lines = self.fresh().await;
        assert_eq!(Self::types(&lines), left, "{method} {target}");
        for line in &lines {
            let (resource, act) = line["type"].as_str().unwrap().split_once('.').unwrap();
            let resource = if resource == "availability" { "ticket_type" } else { resource };
            assert_eq!(line["resource"], json!(resource));
            assert_eq!(line["data"].is_null(), act == "deleted", "{line}");
            if act != "deleted" {
                assert_eq!(line["data"]["id"], line["id"], "{line}");
            }
        }
        done
    }

    /// As [`Reader::does`], for a write of a place or member, whose data are what the answer shows.
    async fn writes(&mut self, method: &str, target: &str, body: Value, left: &str) -> String {
        let done = self.does(method, target, body, &[left]).await;
        let page = self.who.get(&format!("/v1/changes?after={}", self.after - 1)).await.is(200);
        let mut shown = done.json.clone();
        for name in ["warnings", "inviteUrl", "key"] {
            shown.as_object_mut().unwrap().remove(name);
        }
        let mut data = page.at("/items/0/data").clone();
        for name in ["lastUsedAt", "inviteUrl"] {
            shown.as_object_mut().unwrap().remove(name);
            data.as_object_mut().unwrap().remove(name);
        }
        assert_eq!(data, shown, "{method} {target}");
        done.text("/id").to_owned()
    }
}

async fn reader<'a>(app: &'a TestApp) -> Reader<'a> {
    let who = app.organizer("Ada").await;
    let mut reader = Reader { who, after: 0 };
    let lines = reader.fresh().await;
    assert_eq!(Reader::types(&lines), ["organization.created", "member.created"]);
    reader
}

#[tokio::test]
async fn people_and_keys() {
    let app = TestApp::start();
    let mut at = reader(&app).await;
    at.writes("PATCH", "/v1/organization", json!({ "name": "Room" }), "organization.updated").await;
    let body = json!({ "email": "x@example.org", "role": "viewer" });
    let member = at.writes("POST", "/v1/members", body, "member.created").await;
    let path = format!("/v1/members/{member}");
    at.writes("PATCH", &path, json!({ "role": "editor" }), "member.updated").await;
    at.does("PATCH", &path, json!({ "role": "editor" }), &[]).await;
    at.does("DELETE", &path, json!({}), &["member.deleted"]).await;
    // Who was invited joins by signing up.
    let body = json!({ "email": "y@example.org", "role": "viewer" });
    let invited = at.does("POST", "/v1/members", body, &["member.created"]).await;
    let (_, token) = invited.text("/inviteUrl").rsplit_once('/').unwrap();
    let body = json!({ "email": "y@example.org", "password": "correct horse battery", "name": "Y", "inviteToken": token });
    app.send("POST", "/v1/accounts", &[("content-type", "application/json")], body.to_string()).await.is(201);
    assert_eq!(Reader::types(&at.fresh().await), ["member.updated"]);

    let body = json!({ "family": "native", "label": "k", "scopes": ["events:read"] });
    let key = at.writes("POST", "/v1/keys", body, "key.created").await;
    let path = format!("/v1/keys/{key}");
    at.writes("PATCH", &path, json!({ "label": "other" }), "key.updated").await;
    at.does("PATCH", &path, json!({ "label": "other" }), &[]).await;
    let rotated = at.who.post(&format!("{path}/rotate"), json!({ "graceSeconds": 60 })).await.is(201);
    let lines = at.fresh().await;
    let mut types = Reader::types(&lines);
    types.sort_unstable();
    assert_eq!(types, ["key.created", "key.rotated"]);
    let ids: Vec<&Value> = lines.iter().map(|line| &line["id"]).collect();
    assert!(ids.contains(&rotated.at("/id")) && ids.contains(&&json!(key)));
    at.writes("POST", &format!("{path}/revoke"), json!({}), "key.revoked").await;
    at.does("POST", &format!("{path}/revoke"), json!({}), &[]).await;
    let text = at.who.get("/v1/changes?limit=200").await.is(200);
    let text = String::from_utf8_lossy(&text.bytes).into_owned();
    assert!(
        !text.contains(rotated.text("/key")) && !text.contains("inviteUrl\":\"http"),
        "no secret in the feed"
    );
}

#[tokio::test]
async fn places() {
    let app = TestApp::start();
    let mut at = reader(&app).await;
    let venue = json!({ "name": "Pier", "city": "Boston", "stateProvince": "MA", "country": "US", "timezone": "UTC", "capacity": 1 });
    let venue = at.writes("POST", "/v1/venues", venue, "venue.created").await;
    let channel = at.writes("POST", "/v1/channels", json!({ "name": "Jazz" }), "channel.created").await;
    let office = json!({ "name": "Desk", "timezone": "UTC", "currency": "USD", "defaultVenueId": venue, "defaultChannelId": channel });
    let office = at.writes("POST", "/v1/box-offices", office, "box_office.created").await;
    let (venue, channel) = (format!("/v1/venues/{venue}"), format!("/v1/channels/{channel}"));
    let office = format!("/v1/box-offices/{office}");
    for (path, left) in
        [(&venue, "venue.updated"), (&channel, "channel.updated"), (&office, "box_office.updated")]
    {
        at.writes("PATCH", path, json!({ "name": "Other" }), left).await;
        at.does("PATCH", path, json!({ "name": "Other" }), &[]).await;
    }
    let key = json!({ "family": "venue", "label": "k", "venueId": venue.rsplit('/').next().unwrap() });
    at.does("POST", "/v1/keys", key, &["key.created"]).await;
    // What hangs on a deleted place changes with it.
    at.does("DELETE", &venue, json!({}), &["box_office.updated", "key.revoked", "venue.deleted"]).await;
    at.does("DELETE", &channel, json!({}), &["box_office.updated", "channel.deleted"]).await;
    at.does("DELETE", &office, json!({}), &["box_office.deleted"]).await;
}

#[tokio::test]
async fn events_and_their_ticket_types() {
    let app = TestApp::start();
    let mut at = reader(&app).await;
    let event = at.does("POST", "/v1/events", show("Quartet"), &["event.created"]).await;
    let path = format!("/v1/events/{}", event.text("/id"));
    at.does("PATCH", &path, json!({ "title": "Quintet" }), &["event.updated"]).await;
    at.does("PATCH", &path, json!({ "title": "Quintet" }), &[]).await;
    let ticket = json!({ "name": "GA", "price": 100, "quantity": 10 });
    let ticket = at.does("POST", &format!("{path}/ticket-types"), ticket, &["event.updated"]).await;
    let ticket = format!("/v1/ticket-types/{}", ticket.text("/id"));
    at.does("PATCH", &ticket, json!({ "quantity": 11 }), &["availability.changed", "event.updated"]).await;
    at.does("PATCH", &ticket, json!({ "quantity": 11 }), &[]).await;
    at.does("DELETE", &ticket, json!({}), &["availability.changed", "event.updated"]).await;
    for (step, left) in [
        ("publish", "event.published"),
        ("unpublish", "event.unpublished"),
        ("cancel", "event.cancelled"),
        ("archive", "event.archived"),
        ("restore", "event.restored"),
    ] {
        at.does("POST", &format!("{path}/{step}"), json!({}), &[left]).await;
    }
    at.does("POST", &format!("{path}/duplicate"), json!({}), &["event.created"]).await;
    at.does("DELETE", &path, json!({}), &["event.deleted"]).await;
    let put = "/v1/events/by-external-id/crm/7";
    at.does("PUT", put, show("Trio"), &["event.created"]).await;
    at.does("PUT", put, show("Trio"), &[]).await;
    at.does("PUT", put, show("Duo"), &["event.updated"]).await;
}

/// A refused write, and one whose answer is replayed, leave nothing.
#[tokio::test]
async fn refusals_and_replays_leave_nothing() {
    let app = TestApp::start();
    let mut at = reader(&app).await;
    at.who.post("/v1/channels", json!({ "name": "" })).await.is(400);
    let bearer = format!("Bearer {}", at.who.token);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", "once"),
    ];
    for _ in 0..2 {
        app.send("POST", "/v1/channels", &headers, r#"{"name":"Jazz"}"#).await.is(201);
    }
    assert_eq!(Reader::types(&at.fresh().await), ["channel.created"]);
}

#[tokio::test]
async fn series_and_their_occurrences() {
    let app = TestApp::start();
    let mut at = reader(&app).await;
    let body = json!({ "title": "Jam", "rrule": "FREQ=WEEKLY;COUNT=3", "timezone": "UTC", "startDate": "2026-12-04",
        "local": { "start": "20:00" } });
    let born = ["series.created", "event.created", "event.created", "event.created"];
    let series = at.does("POST", "/v1/series", body, &born).await;
    let path = format!("/v1/series/{}", series.text("/id"));
    let all = json!({ "scope": "all", "title": "Jam & Bread" });
    let changed = ["series.updated", "event.updated", "event.updated", "event.updated"];
    at.does("PATCH", &path, all.clone(), &changed).await;
    at.does("PATCH", &path, all, &[]).await;
    let one = json!({ "scope": "this", "fromDate": "2026-12-11", "title": "Jam only" });
    at.does("PATCH", &path, one, &["event.updated"]).await;
    let longer = json!({ "scope": "following", "fromDate": "2026-12-18", "rrule": "FREQ=WEEKLY;COUNT=2" });
    at.does("PATCH", &path, longer, &["series.updated", "event.created"]).await;
    let shorter = json!({ "scope": "all", "exDates": ["2026-12-25"] });
    at.does("PATCH", &path, shorter, &["series.updated", "event.deleted"]).await;
    // The feed has the series as it is answered.
    let page = at.who.get(&format!("/v1/changes?after={}", at.after - 2)).await.is(200);
    assert_eq!(page.at("/items/0/data"), &at.who.get(&path).await.is(200).json);
    at.does(
        "DELETE",
        &path,
        json!({}),
        &["event.deleted", "event.deleted", "event.deleted", "series.deleted"],
    )
    .await;
}

#[tokio::test]
async fn selling() {
    let app = TestApp::start();
    let mut at = reader(&app).await;
    let mut body = show("Quartet");
    body["ticketTypes"] = json!([{ "name": "GA", "price": 0, "quantity": 10 }]);
    let event = at.who.post("/v1/events", body).await.is(201);
    let (id, ticket_type) = (event.text("/id").to_owned(), event.text("/ticketTypes/0/id").to_owned());
    at.who.post(&format!("/v1/events/{id}/publish"), json!({})).await.is(200);
    at.fresh().await;
    let items = json!([{ "ticketTypeId": ticket_type, "quantity": 1 }]);
    let hold = at.who.post(&format!("/v1/events/{id}/holds"), json!({ "items": items })).await.is(201);
    assert_eq!(Reader::types(&at.fresh().await), ["availability.changed"]);
    at.who.delete(&format!("/v1/holds/{}", hold.text("/id"))).await.is(204);
    assert_eq!(Reader::types(&at.fresh().await), ["availability.changed"]);
    for (ending, left) in [("cancel", "order.cancelled"), ("refund", "order.refunded")] {
        let body = json!({ "eventId": id, "items": items, "buyer": { "name": "Ada", "email": "ada@example.com" },
            "payment": { "method": "free" } });
        let order = at.who.post("/v1/orders", body).await.is(201);
        assert_eq!(sorted(&at.fresh().await), ["availability.changed", "order.created"]);
        let scan = json!({ "code": order.text("/tickets/0/code") });
        let admitted = at.who.post("/v1/check-ins", scan).await.is(200);
        assert_eq!(Reader::types(&at.fresh().await), ["ticket.checked_in"]);
        at.who.delete(&format!("/v1/check-ins/{}", admitted.text("/id"))).await.is(204);
        assert_eq!(at.fresh().await.len(), 1, "an undone check-in is a change of its ticket");
        at.who.post(&format!("/v1/orders/{}/{ending}", order.text("/id")), json!({})).await.is(200);
        assert_eq!(sorted(&at.fresh().await), ["availability.changed", left]);
    }
}

fn sorted(lines: &[Value]) -> Vec<&str> {
    let mut types = Reader::types(lines);
    types.sort_unstable();
    types
}
