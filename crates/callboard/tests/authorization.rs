//! Who may do what, for every operation of every surface: a row each, compared with the OpenAPI documents, so that
//! a new operation without a row fails.
//!
//! For each: no credential and another family's → that surface's 401; a missing scope → 403; another tenant's
//! ids → byte for byte the answer of ids that never existed, and nothing changed. Source: promises R11.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use callboard::http::openapi;
use callboard::http::operation::{Access, Credential, Operation};
use callboard::surfaces::{Name, Surface};
use serde_json::{Value, json};
use support::{Answer, Organizer, TestApp};

/// A kind of id that a request may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Event,
    EventNumber,
    TicketType,
    Venue,
    Channel,
    ChannelNumber,
    BoxOffice,
    Key,
    DeveloperKey,
    Member,
    Media,
    Account,
    Hold,
    Series,
    Order,
    TicketCode,
    CheckIn,
}

/// One operation: what its path names, a body that is in order, and where the body (or query) names things.
struct Row {
    surface: Name,
    id: &'static str,
    path: Option<Kind>,
    body: Option<fn() -> Value>,
    refs: &'static [(&'static str, Kind)],
    queries: &'static [(&'static str, Kind)],
}

const fn row(surface: Name, id: &'static str) -> Row {
    Row { surface, id, path: None, body: None, refs: &[], queries: &[] }
}
const fn at(surface: Name, id: &'static str, path: Kind) -> Row {
    Row { surface, id, path: Some(path), body: None, refs: &[], queries: &[] }
}
impl Row {
    const fn takes(self, body: fn() -> Value) -> Row {
        Row { body: Some(body), ..self }
    }
    const fn naming(self, refs: &'static [(&'static str, Kind)]) -> Row {
        Row { refs, ..self }
    }
    const fn asking(self, queries: &'static [(&'static str, Kind)]) -> Row {
        Row { queries, ..self }
    }
}

fn empty() -> Value {
    json!({})
}
fn t_event() -> Value {
    json!({ "title": "Trial", "startsAt": "2027-01-05T20:00:00Z" })
}
fn p_event() -> Value {
    json!({ "channelId": 1, "title": "Trial", "startAt": "2027-01-05T20:00:00-05:00", "timezone": "America/New_York",
        "classifications": ["music"], "approxLocation": { "city": { "placeId": "plc" } } })
}
fn n_event() -> Value {
    json!({ "title": "Trial", "startsAt": "2027-01-05T20:00:00Z", "timezone": "UTC" })
}
fn n_series() -> Value {
    json!({ "title": "Trial", "rrule": "FREQ=WEEKLY;COUNT=2", "timezone": "UTC", "startDate": "2027-01-05",
        "local": { "start": "20:00" }, "event": {} })
}
fn series_change() -> Value {
    json!({ "scope": "all", "event": {} })
}
fn ticket_type() -> Value {
    json!({ "name": "GA", "price": 100, "quantity": 10 })
}
fn venue() -> Value {
    json!({ "name": "Trial", "city": "Boston", "stateProvince": "MA", "country": "US", "timezone": "UTC", "capacity": 1 })
}
fn named() -> Value {
    json!({ "name": "Trial" })
}
fn box_office() -> Value {
    json!({ "name": "Trial", "timezone": "UTC", "currency": "USD" })
}
fn member() -> Value {
    json!({ "email": "new@example.com", "role": "viewer" })
}
fn role() -> Value {
    json!({ "role": "viewer" })
}
fn native_key() -> Value {
    json!({ "family": "native", "label": "trial", "scopes": ["events:read"] })
}
fn label() -> Value {
    json!({ "label": "other" })
}
fn items() -> Value {
    json!({ "items": [] })
}
fn order() -> Value {
    json!({ "buyer": { "name": "Ada", "email": "ada@example.com" }, "payment": { "method": "door" } })
}
fn scan() -> Value {
    json!({ "code": "00000000000000000000000000" })
}
fn registration() -> Value {
    json!({ "email": "ada@example.com", "first_name": "Ada", "last_name": "L" })
}
fn grace() -> Value {
    json!({ "graceSeconds": 0 })
}

const EVENT_REFS: &[(&str, Kind)] = &[
    ("/venueId", Kind::Venue),
    ("/channelId", Kind::Channel),
    ("/boxOfficeId", Kind::BoxOffice),
    ("/coverImageId", Kind::Media),
];
const SERIES_REFS: &[(&str, Kind)] = &[
    ("/event/venueId", Kind::Venue),
    ("/event/channelId", Kind::Channel),
    ("/event/boxOfficeId", Kind::BoxOffice),
    ("/event/coverImageId", Kind::Media),
];
const PLACE_REFS: &[(&str, Kind)] = &[("/defaultVenueId", Kind::Venue), ("/defaultChannelId", Kind::Channel)];
const KEY_REFS: &[(&str, Kind)] = &[
    ("/venueId", Kind::Venue),
    ("/boxOfficeId", Kind::BoxOffice),
    ("/eventId", Kind::Event),
    ("/channelId", Kind::Channel),
];
const LIST_QUERIES: &[(&str, Kind)] = &[
    ("venueId", Kind::Venue),
    ("channelId", Kind::Channel),
    ("boxOfficeId", Kind::BoxOffice),
    ("seriesId", Kind::Series),
];

const ROWS: &[Row] = &[
    row(Name::Channel, "listChannels"),
    row(Name::Channel, "listClassifications"),
    row(Name::Channel, "createEvent")
        .takes(p_event)
        .naming(&[("/channelId", Kind::ChannelNumber), ("/coverImage", Kind::Media)]),
    row(Name::Channel, "listEvents").asking(&[("channelId", Kind::ChannelNumber)]),
    at(Name::Channel, "getEvent", Kind::EventNumber),
    at(Name::Channel, "updateEvent", Kind::EventNumber).takes(empty).naming(&[("/coverImage", Kind::Media)]),
    row(Name::Channel, "uploadMedia"),
    row(Name::Channel, "getOpenApi"),
    row(Name::Venue, "listEvents").asking(&[("cursor", Kind::Event)]),
    at(Name::Venue, "getEvent", Kind::Event),
    row(Name::Venue, "createEvent"),
    at(Name::Venue, "updateEvent", Kind::Event),
    at(Name::Venue, "deleteEvent", Kind::Event),
    row(Name::Developer, "listApiKeys"),
    row(Name::Developer, "createApiKey").takes(named).naming(&[("/event_id", Kind::Event)]),
    at(Name::Developer, "getApiKey", Kind::DeveloperKey),
    at(Name::Developer, "deleteApiKey", Kind::DeveloperKey),
    row(Name::Developer, "register")
        .takes(registration)
        .naming(&[("/event_id", Kind::Event), ("/ticket_id", Kind::TicketType)]),
    row(Name::BoxOffice, "listEvents"),
    row(Name::BoxOffice, "createEvent").takes(t_event),
    at(Name::BoxOffice, "getEvent", Kind::Event),
    at(Name::BoxOffice, "updateEvent", Kind::Event)
        .takes(empty)
        .naming(&[("/removeTicketTypeId", Kind::TicketType)]),
    at(Name::BoxOffice, "listTicketTypes", Kind::Event),
    at(Name::BoxOffice, "getAvailability", Kind::Event),
    row(Name::Native, "createAccount"),
    row(Name::Native, "createSession"),
    row(Name::Native, "endSession"),
    row(Name::Native, "whoAmI"),
    row(Name::Native, "getOrganization"),
    row(Name::Native, "reviseOrganization").takes(named),
    row(Name::Native, "listMembers"),
    row(Name::Native, "addMember").takes(member),
    at(Name::Native, "getMember", Kind::Member),
    at(Name::Native, "reviseMember", Kind::Member).takes(role),
    at(Name::Native, "removeMember", Kind::Member),
    row(Name::Native, "listVenues"),
    row(Name::Native, "createVenue").takes(venue),
    at(Name::Native, "getVenue", Kind::Venue),
    at(Name::Native, "reviseVenue", Kind::Venue).takes(named),
    at(Name::Native, "deleteVenue", Kind::Venue),
    row(Name::Native, "listChannels"),
    row(Name::Native, "createChannel").takes(named),
    at(Name::Native, "getChannel", Kind::Channel),
    at(Name::Native, "reviseChannel", Kind::Channel).takes(named),
    at(Name::Native, "deleteChannel", Kind::Channel),
    row(Name::Native, "listBoxOffices"),
    row(Name::Native, "createBoxOffice").takes(box_office).naming(PLACE_REFS),
    at(Name::Native, "getBoxOffice", Kind::BoxOffice),
    at(Name::Native, "reviseBoxOffice", Kind::BoxOffice).takes(named).naming(PLACE_REFS),
    at(Name::Native, "deleteBoxOffice", Kind::BoxOffice),
    row(Name::Native, "listKeys"),
    row(Name::Native, "createKey").takes(native_key).naming(KEY_REFS),
    at(Name::Native, "getKey", Kind::Key),
    at(Name::Native, "reviseKey", Kind::Key).takes(label),
    at(Name::Native, "revokeKey", Kind::Key),
    at(Name::Native, "rotateKey", Kind::Key).takes(grace),
    row(Name::Native, "listEvents").asking(LIST_QUERIES),
    row(Name::Native, "createEvent").takes(n_event).naming(EVENT_REFS),
    at(Name::Native, "getEvent", Kind::Event),
    at(Name::Native, "reviseEvent", Kind::Event).takes(empty).naming(EVENT_REFS),
    at(Name::Native, "deleteEvent", Kind::Event),
    row(Name::Native, "putEvent").takes(n_event).naming(EVENT_REFS),
    at(Name::Native, "duplicateEvent", Kind::Event),
    at(Name::Native, "publishEvent", Kind::Event),
    at(Name::Native, "unpublishEvent", Kind::Event),
    at(Name::Native, "cancelEvent", Kind::Event),
    at(Name::Native, "archiveEvent", Kind::Event),
    at(Name::Native, "restoreEvent", Kind::Event),
    at(Name::Native, "listTicketTypes", Kind::Event),
    at(Name::Native, "addTicketType", Kind::Event).takes(ticket_type),
    at(Name::Native, "getTicketType", Kind::TicketType),
    at(Name::Native, "reviseTicketType", Kind::TicketType).takes(named),
    at(Name::Native, "removeTicketType", Kind::TicketType),
    at(Name::Native, "getAvailability", Kind::Event),
    row(Name::Native, "listSeries"),
    row(Name::Native, "createSeries").takes(n_series).naming(SERIES_REFS),
    row(Name::Native, "previewSeries").takes(n_series),
    at(Name::Native, "getSeries", Kind::Series),
    at(Name::Native, "reviseSeries", Kind::Series).takes(series_change).naming(SERIES_REFS),
    at(Name::Native, "endSeries", Kind::Series),
    row(Name::Native, "uploadMedia"),
    at(Name::Native, "getMedia", Kind::Media),
    row(Name::Native, "listChanges"),
    row(Name::Native, "listAuditLog"),
    at(Name::Native, "createHold", Kind::Event)
        .takes(items)
        .naming(&[("/items/0/ticketTypeId", Kind::TicketType)]),
    at(Name::Native, "releaseHold", Kind::Hold),
    row(Name::Native, "listOrders").asking(&[("eventId", Kind::Event)]),
    row(Name::Native, "placeOrder").takes(order).naming(&[
        ("/eventId", Kind::Event),
        ("/items/0/ticketTypeId", Kind::TicketType),
        ("/holdId", Kind::Hold),
    ]),
    at(Name::Native, "getOrder", Kind::Order),
    at(Name::Native, "cancelOrder", Kind::Order),
    at(Name::Native, "refundOrder", Kind::Order),
    at(Name::Native, "getTicketQr", Kind::TicketCode),
    row(Name::Native, "checkIn").takes(scan).naming(&[("/code", Kind::TicketCode)]),
    at(Name::Native, "undoCheckIn", Kind::CheckIn),
];

/// The ids of one organization's things.
struct Things(Vec<(Kind, String)>);

impl Things {
    fn get(&self, kind: Kind) -> &str {
        self.0
            .iter()
            .find(|(known, _)| *known == kind)
            .map(|(_, id)| id.as_str())
            .expect("every kind is there")
    }

    /// Ids of nothing.
    fn missing() -> Things {
        let uuid = "01930000-0000-7000-8000-000000000000".to_owned();
        let numbers = [Kind::EventNumber, Kind::ChannelNumber, Kind::Media];
        let all = [
            Kind::Event,
            Kind::EventNumber,
            Kind::TicketType,
            Kind::Venue,
            Kind::Channel,
            Kind::ChannelNumber,
            Kind::BoxOffice,
            Kind::Key,
            Kind::DeveloperKey,
            Kind::Member,
            Kind::Media,
            Kind::Account,
            Kind::Hold,
            Kind::Series,
            Kind::Order,
            Kind::CheckIn,
        ];
        let mut all = all
            .map(|kind| (kind, if numbers.contains(&kind) { "999999".to_owned() } else { uuid.clone() }))
            .to_vec();
        all.push((Kind::TicketCode, "Z".repeat(26)));
        Things(all)
    }

    async fn of(who: &Organizer<'_>) -> Things {
        let venue = who.venue("Pier").await;
        let (channel, number) = who.channel("Jazz").await;
        let office = who.box_office("Desk").await;
        let event = json!({ "title": "Quartet", "startsAt": "2027-01-05T20:00:00Z", "timezone": "UTC", "venueId": venue,
            "channelId": channel, "boxOfficeId": office, "ticketTypes": [ticket_type()] });
        let event = who.post("/v1/events", event).await.is(201);
        let id = event.text("/id").to_owned();
        who.post(&format!("/v1/events/{id}/publish"), empty()).await.is(200);
        let ticket_type = event.text("/ticketTypes/0/id").to_owned();
        let lines = json!([{ "ticketTypeId": ticket_type, "quantity": 1 }]);
        let hold = who.post(&format!("/v1/events/{id}/holds"), json!({ "items": lines })).await.is(201);
        let mut bought = order();
        (bought["eventId"], bought["items"]) = (json!(id), lines);
        let bought = who.post("/v1/orders", bought).await.is(201);
        let code = bought.text("/tickets/0/code").to_owned();
        let scanned = who.post("/v1/check-ins", json!({ "code": code })).await.is(200);
        let series = who.post("/v1/series", n_series()).await.is(201);
        let member = who
            .post("/v1/members", json!({ "email": format!("x{}", who.email), "role": "viewer" }))
            .await
            .is(201);
        let key = who.mint(native_key()).await;
        let developer = who.post("/api/developer/v1/api-keys", named()).await.is(201);
        let media = upload(who.app, "/v1/media", &[("authorization", &format!("Bearer {}", who.token))])
            .await
            .is(201);
        Things(vec![
            (Kind::Event, id),
            (Kind::EventNumber, event.at("/number").to_string()),
            (Kind::TicketType, event.text("/ticketTypes/0/id").to_owned()),
            (Kind::Venue, venue),
            (Kind::Channel, channel),
            (Kind::ChannelNumber, number.to_string()),
            (Kind::BoxOffice, office),
            (Kind::Key, key.text("/id").to_owned()),
            (Kind::DeveloperKey, developer.text("/data/id").to_owned()),
            (Kind::Member, member.text("/id").to_owned()),
            (Kind::Media, media.at("/id").to_string()),
            (Kind::Hold, hold.text("/id").to_owned()),
            (Kind::Series, series.text("/id").to_owned()),
            (Kind::Order, bought.text("/id").to_owned()),
            (Kind::TicketCode, code),
            (Kind::CheckIn, scanned.text("/id").to_owned()),
        ])
    }
}

/// A one-pixel PNG in a form.
async fn upload(app: &TestApp, target: &str, headers: &[(&str, &str)]) -> Answer {
    const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\0IEND\xaeB`\x82";
    let mut body = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n".to_vec();
    body.extend_from_slice(PIXEL);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let mut all = vec![("content-type", "multipart/form-data; boundary=b")];
    all.extend_from_slice(headers);
    app.send("POST", target, &all, body).await
}

fn generous() -> TestApp {
    TestApp::with(&[
        ("CALLBOARD_RATE_LIMIT_NATIVE", "100000"),
        ("CALLBOARD_RATE_LIMIT_BOX_OFFICE", "100000"),
        ("CALLBOARD_RATE_LIMIT_CHANNEL_READS", "100000"),
        ("CALLBOARD_RATE_LIMIT_CHANNEL_CREATES", "100000"),
        ("CALLBOARD_RATE_LIMIT_CHANNEL_MEDIA", "100000"),
        ("CALLBOARD_RATE_LIMIT_PER_IP", "0"),
        ("CALLBOARD_KEY_CREATIONS_PER_HOUR", "100000"),
    ])
}

fn operations() -> Vec<(&'static Surface, Operation)> {
    let of = |name: &Name| {
        let surface = Surface::of(*name);
        surface.operations().into_iter().map(move |operation| (surface, operation))
    };
    Name::ALL.iter().flat_map(of).collect()
}

fn row_of(surface: Name, id: &str) -> &'static Row {
    ROWS.iter()
        .find(|row| row.surface == surface && row.id == id)
        .unwrap_or_else(|| panic!("no row for {surface:?} {id}"))
}

/// A credential as headers.
fn bearer(token: &str) -> Vec<(String, String)> {
    vec![("authorization".to_owned(), format!("Bearer {token}"))]
}
fn x_key(token: &str) -> Vec<(String, String)> {
    vec![("x-api-key".to_owned(), token.to_owned())]
}

/// The address of an operation with the ids put in; the shared path by its mounts.
fn target(surface: &Surface, operation: &Operation, row: &Row, things: &Things) -> String {
    let mount = match surface.name {
        Name::Venue => "/venue",
        Name::BoxOffice => "/box-office",
        Name::Channel | Name::Developer | Name::Native => "",
    };
    // The integrator's own name for an event is nobody's id.
    let path = operation.path.replace("{source}/{id}", "crm/1");
    let path = match (path.find('{'), row.path) {
        (Some(open), Some(kind)) => {
            let close = path.find('}').expect("a placeholder is closed");
            format!("{}{}{}", &path[..open], things.get(kind), &path[close + 1..])
        }
        (None, None) => path,
        (open, path) => panic!("{}: placeholder at {open:?}, row says {path:?}", operation.id),
    };
    format!("{mount}{path}")
}

async fn send(
    app: &TestApp,
    operation: &Operation,
    target: &str,
    credential: &[(String, String)],
    body: Option<&Value>,
) -> Answer {
    let mut headers: Vec<(&str, &str)> = credential.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    if operation.takes_multipart {
        return upload(app, target, &headers).await;
    }
    headers.push(("content-type", "application/json"));
    let text = body.map(Value::to_string).unwrap_or_default();
    app.send(operation.method.as_str(), target, &headers, text).await
}

/// The credential that opens an operation, with every scope of its family.
async fn key_with(
    who: &Organizer<'_>,
    things: &Things,
    surface: &Surface,
    scopes: Vec<&str>,
) -> Vec<(String, String)> {
    match surface.name {
        Name::Channel => bearer(&who.key(json!({ "family": "channel", "scopes": scopes })).await),
        Name::Venue => bearer(
            &who.key(json!({ "family": "venue", "venueId": things.get(Kind::Venue), "scopes": scopes }))
                .await,
        ),
        Name::BoxOffice => {
            // Ten keys are all that a box office may have; each is revoked after its use.
            x_key(&who.key(json!({ "family": "box_office", "boxOfficeId": things.get(Kind::BoxOffice), "scopes": scopes })).await)
        }
        Name::Developer => bearer(&who.token),
        Name::Native => bearer(&who.key(json!({ "family": "native", "scopes": scopes })).await),
    }
}

fn all_scopes(surface: &Surface) -> Vec<&'static str> {
    surface.scopes.iter().map(|(scope, _)| *scope).collect()
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let documented: Vec<(Name, String)> = Name::ALL
        .iter()
        .flat_map(|name| {
            let text = openapi::document(Surface::of(*name), None).to_json().expect("a document");
            let document: Value = serde_json::from_str(&text).expect("JSON");
            let paths = document["paths"].as_object().expect("paths").clone();
            let ids = paths
                .values()
                .flat_map(|item| item.as_object().expect("methods").values().cloned().collect::<Vec<_>>());
            ids.map(|operation| (*name, operation["operationId"].as_str().expect("an id").to_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    for (surface, id) in &documented {
        assert!(
            ROWS.iter().any(|row| row.surface == *surface && row.id == id),
            "no row for {surface:?} {id}"
        );
    }
    for row in ROWS {
        assert!(
            documented.iter().any(|(surface, id)| *surface == row.surface && id == row.id),
            "{:?} {} is gone",
            row.surface,
            row.id
        );
    }
    assert_eq!(documented.len(), operations().len());
}

#[tokio::test]
async fn without_a_credential_or_with_another_familys_it_is_401() {
    let app = generous();
    let us = app.organizer("Ours").await;
    let things = Things::of(&us).await;
    let office_key = us.box_office_key(things.get(Kind::BoxOffice)).await;
    let channel_key = us.channel_key().await;
    for (surface, operation) in operations().iter().filter(|(_, o)| o.access != Access::Public) {
        let row = row_of(surface.name, operation.id);
        let target = target(surface, operation, row, &things);
        let body = row.body.map(|body| body());
        let foreign = match surface.name {
            Name::BoxOffice => x_key(&channel_key),
            Name::Channel | Name::Venue | Name::Developer | Name::Native => bearer(&office_key),
        };
        for credential in [Vec::new(), foreign, bearer(""), bearer("garbage")] {
            let answer = send(&app, operation, &target, &credential, body.as_ref()).await;
            assert_eq!(answer.status, 401, "{:?} {} with {credential:?}", surface.name, operation.id);
        }
    }
}

#[tokio::test]
async fn without_the_scope_it_is_403() {
    let app = generous();
    let us = app.organizer("Ours").await;
    let things = Things::of(&us).await;
    for (surface, operation) in operations() {
        let Access::Needs(capability) = operation.access else { continue };
        let is_open_to_all_keys = surface.unscoped.contains(&capability);
        if surface.scopes.is_empty() || operation.credential == Credential::Session || is_open_to_all_keys {
            continue;
        }
        let row = row_of(surface.name, operation.id);
        let without = surface
            .scopes
            .iter()
            .filter(|(_, grants)| !grants.contains(&capability))
            .map(|(scope, _)| *scope);
        let made = key_with(&us, &things, surface, without.collect()).await;
        let body = row.body.map(|body| body());
        let answer =
            send(&app, &operation, &target(surface, &operation, row, &things), &made, body.as_ref()).await;
        assert_eq!(answer.status, 403, "{:?} {}: {}", surface.name, operation.id, answer.json);
        revoke_all(&us, surface).await;
    }
}

/// Frees the places of a box office's ten keys.
async fn revoke_all(us: &Organizer<'_>, surface: &Surface) {
    if surface.name != Name::BoxOffice {
        return;
    }
    let listed = us.get("/v1/keys?limit=200").await.is(200);
    for key in listed.at("/items").as_array().expect("items") {
        if key["family"] == "box_office" && key["revokedAt"].is_null() {
            us.post(&format!("/v1/keys/{}/revoke", key["id"].as_str().expect("an id")), empty())
                .await
                .is(200);
        }
    }
}

/// An answer without what differs between any two requests, and without the id that was asked for.
fn bare(answer: &Answer, id: &str) -> (u16, String) {
    let text = String::from_utf8_lossy(&answer.bytes).into_owned();
    let request = answer.header("x-request-id").to_owned();
    let text = text.replace(&request, "REQUEST");
    // A number may stand for something else as well; a UUID cannot.
    (answer.status, if id.len() == 36 { text.replace(id, "ID") } else { text })
}

#[tokio::test]
async fn foreign_ids_answer_as_ids_that_never_existed() {
    let app = generous();
    let (us, them) = (app.organizer("Ours").await, app.organizer("Theirs").await);
    let (ours, theirs, missing) = (Things::of(&us).await, Things::of(&them).await, Things::missing());
    let before = them.get(&format!("/v1/events/{}", theirs.get(Kind::Event))).await.is(200).bytes;
    let mut compared = 0;
    for (surface, operation) in operations() {
        if operation.access == Access::Public {
            continue;
        }
        let row = row_of(surface.name, operation.id);
        let credential = match (surface.name, operation.credential, operation.access) {
            (Name::Developer, Credential::Usual, _) => {
                let key = us.post("/api/developer/v1/api-keys", named()).await.is(201);
                bearer(key.text("/data/key"))
            }
            (Name::Developer, _, _) | (_, Credential::Session, _) | (Name::Native, _, _) => bearer(&us.token),
            _ => key_with(&us, &ours, surface, all_scopes(surface)).await,
        };
        let body = || {
            row.body.map(|body| body()).map(|mut body| {
                // P names its channel always; the valid one is ours.
                if let Some(channel) = body.get_mut("channelId").filter(|channel| channel.is_number()) {
                    *channel = ours.get(Kind::ChannelNumber).parse::<i64>().expect("a number").into();
                }
                // A sale names our own event and ticket type but for the one that is tried.
                let (event, ticket_type) = (ours.get(Kind::Event), ours.get(Kind::TicketType));
                match operation.id {
                    "placeOrder" => {
                        body["eventId"] = json!(event);
                        body["items"] = json!([{ "ticketTypeId": ticket_type, "quantity": 1 }]);
                    }
                    "register" => (body["event_id"], body["ticket_id"]) = (json!(event), json!(ticket_type)),
                    _ => {}
                }
                body
            })
        };
        let mut pairs = Vec::new();
        if let Some(kind) = row.path {
            let (foreign, none) =
                (target(surface, &operation, row, &theirs), target(surface, &operation, row, &missing));
            pairs.push((foreign, none, body(), body(), kind));
        }
        for (pointer, kind) in row.refs {
            let with = |id: &str| {
                let mut value = body().expect("a body that names something");
                let id = id.parse::<i64>().map_or_else(|_| json!(id), |number| json!(number));
                let members = value.as_object_mut().expect("an object");
                match *pointer {
                    "/items/0/ticketTypeId" => {
                        members.insert("items".to_owned(), json!([{ "ticketTypeId": id, "quantity": 1 }]));
                    }
                    inner if inner.starts_with("/event/") => {
                        let event = members.get_mut("event").and_then(Value::as_object_mut);
                        event.expect("a template").insert(inner[7..].to_owned(), id);
                    }
                    other => {
                        if other == "/holdId" {
                            members.remove("items");
                        }
                        members.insert(other[1..].to_owned(), id);
                    }
                }
                Some(value)
            };
            let place = target(surface, &operation, row, &ours);
            pairs.push((place.clone(), place, with(theirs.get(*kind)), with(missing.get(*kind)), *kind));
        }
        for (name, kind) in row.queries {
            let place = target(surface, &operation, row, &ours);
            let ask = |id: &str| format!("{place}?{name}={id}");
            pairs.push((ask(theirs.get(*kind)), ask(missing.get(*kind)), None, None, *kind));
        }
        for (foreign, none, foreign_body, none_body, kind) in pairs {
            let found = send(&app, &operation, &foreign, &credential, foreign_body.as_ref()).await;
            let absent = send(&app, &operation, &none, &credential, none_body.as_ref()).await;
            let what = format!("{:?} {} naming {kind:?}", surface.name, operation.id);
            assert_eq!(bare(&found, theirs.get(kind)), bare(&absent, missing.get(kind)), "{what}");
            let is_list = operation.id.starts_with("list");
            // An unknown code is an answer, not a refusal.
            let is_answered = is_list || operation.id == "checkIn";
            assert!(is_answered || found.status >= 400, "{what}: {}", found.status);
            compared += 1;
        }
        revoke_all(&us, surface).await;
    }
    assert!(compared > 60, "{compared} comparisons");
    let after = them.get(&format!("/v1/events/{}", theirs.get(Kind::Event))).await.is(200).bytes;
    assert_eq!(before, after);
}
