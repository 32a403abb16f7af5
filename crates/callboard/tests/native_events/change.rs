//! `PATCH /v1/events/{idOrSlug}`: what stays, what clears, versions, repetitions and rehearsals.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::{faults, has_fault, items, made, refused, send, show, ticketed};

#[tokio::test]
async fn what_is_left_out_stays_and_null_clears() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let mut body = ticketed("Low Tide Quartet");
    body["description"] = json!("Two sets.");
    body["place"] = json!({ "name": "Pier 9", "city": "Boston", "latitude": 42.0 });
    body["pricing"] = json!({ "online": 1800, "door": 2200 });
    body["links"] = json!({ "website": "https://ltq.example/" });
    body["external"] = json!({ "source": "cms", "id": "9" });
    body["performers"] = json!([{ "name": "A" }, { "name": "B" }]);
    let (before, address) = made(&who, body).await;
    let change =
        json!({ "title": "Friends", "place": { "city": null, "region": "MA" }, "pricing": { "door": null } });
    let after = who.patch(&address, change).await.is(200);
    assert_eq!(after.text("/title"), "Friends");
    assert_eq!(after.text("/slug"), "low-tide-quartet");
    assert_eq!(after.text("/description"), "Two sets.");
    assert_eq!(after.text("/place/name"), "Pier 9");
    assert_eq!((after.at("/place/city"), after.text("/place/region")), (&Value::Null, "MA"));
    assert_eq!((after.at("/pricing/online"), after.at("/pricing/door")), (&json!(1800), &Value::Null));
    assert_eq!(after.at("/ticketTypes"), before.at("/ticketTypes"));
    assert_eq!(after.at("/version"), 2);
    let cleared = json!({ "title": null, "description": null, "place": null, "pricing": null, "links": null, "external": null,
        "performers": [] });
    let after = who.patch(&address, cleared).await.is(200);
    for pointer in [
        "/title",
        "/description",
        "/place/name",
        "/place/latitude",
        "/pricing/online",
        "/links/website",
        "/external",
    ] {
        assert_eq!(after.at(pointer), &Value::Null, "{pointer}");
    }
    assert_eq!(after.at("/performers"), &json!([]));
    let members = [
        "slug",
        "booking",
        "visibility",
        "category",
        "timezone",
        "currency",
        "metadata",
        "performers",
        "offers",
        "local",
    ];
    for member in members {
        has_fault(who.patch(&address, json!({ member: null })).await, &format!("/{member}"), "invalid_type");
    }
    has_fault(who.patch(&address, json!({ "status": "published" })).await, "/status", "unknown_member");
    has_fault(who.patch(&address, json!({ "ticketTypes": [] })).await, "/ticketTypes", "unknown_member");
}

#[tokio::test]
async fn times_are_changed_as_instants_or_one_by_one_as_wall_times() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let local = json!({ "date": "2026-12-04", "doors": "19:00", "start": "20:30", "end": "23:00" });
    let (_, address) =
        made(&who, json!({ "title": "x", "timezone": "America/New_York", "local": local })).await;
    let moved = who.patch(&address, json!({ "local": { "date": "2026-12-11" } })).await.is(200);
    assert_eq!(
        moved.at("/local"),
        &json!({ "date": "2026-12-11", "doors": "19:00", "start": "20:30", "end": "23:00" })
    );
    let later = who.patch(&address, json!({ "local": { "start": "21:00", "doors": null } })).await.is(200);
    assert_eq!(
        later.at("/local"),
        &json!({ "date": "2026-12-11", "doors": null, "start": "21:00", "end": "23:00" })
    );
    // What was entered as wall times keeps them in another zone.
    let zoned = who.patch(&address, json!({ "timezone": "America/Chicago" })).await.is(200);
    assert_eq!((zoned.text("/local/start"), zoned.text("/startsAt")), ("21:00", "2026-12-12T03:00:00Z"));
    let instants =
        who.patch(&address, json!({ "startsAt": "2026-12-12T02:00:00Z", "endsAt": null })).await.is(200);
    assert_eq!(
        instants.at("/local"),
        &json!({ "date": "2026-12-11", "doors": null, "start": "20:00", "end": null })
    );
    assert_eq!(instants.text("/timeBasis"), "instant");
    // What was entered as instants keeps them.
    let back = who.patch(&address, json!({ "timezone": "America/New_York" })).await.is(200);
    assert_eq!((back.text("/local/start"), back.text("/startsAt")), ("21:00", "2026-12-12T02:00:00Z"));
    let both = json!({ "endsAt": "2026-12-12T04:00:00Z", "local": { "start": "20:00" } });
    has_fault(who.patch(&address, both).await, "/local", "conflict");
    has_fault(
        who.patch(&address, json!({ "endsAt": "2026-12-12T01:00:00Z" })).await,
        "/endsAt",
        "invalid_value",
    );
    who.patch(&address, json!({ "endsAt": "2026-12-12T04:00:00Z" })).await.is(200);
    let beyond = json!({ "local": { "start": "23:30" } });
    has_fault(who.patch(&address, beyond).await, "/local/end", "invalid_value");
    let gap = json!({ "local": { "date": "2027-03-14", "start": "02:30", "end": null } });
    let gap = who.patch(&address, gap).await.is(200);
    assert_eq!(
        (gap.text("/warnings/0/code"), gap.text("/warnings/0/pointer")),
        ("time_in_gap", "/local/start")
    );
    // A zone alone may put a wall time into a gap: its place is the zone.
    let clock = json!({ "timezone": "UTC", "local": { "date": "2027-03-28", "start": "01:30" } });
    who.patch(&address, clock).await.is(200);
    let zone = who.patch(&address, json!({ "timezone": "Europe/London" })).await.is(200);
    assert_eq!(
        (zone.text("/warnings/0/code"), zone.text("/warnings/0/pointer")),
        ("time_in_gap", "/timezone")
    );
}

#[tokio::test]
async fn a_change_that_changes_nothing_leaves_no_trace() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (_, address) = made(&who, ticketed("Low Tide Quartet")).await;
    let before = who.get(&address).await.is(200);
    app.pass_ms(5_000);
    for same in [json!({}), json!({ "title": "Low Tide Quartet", "metadata": {} }), json!({ "local": {} })] {
        let after = who.patch(&address, same).await.is(200);
        assert_eq!(after.at("/version"), 1);
        assert_eq!(after.at("/updatedAt"), before.at("/updatedAt"));
    }
    let again = who.get(&address).await.is(200);
    assert_eq!(again.header("etag"), before.header("etag"));
    let fresh = send(&who, "GET", &address, &[("if-none-match", before.header("etag"))], Value::Null).await;
    assert_eq!((fresh.status, fresh.bytes.len()), (304, 0));
    who.patch(&address, json!({ "title": "Friends" })).await.is(200);
    let changed =
        send(&who, "GET", &address, &[("if-none-match", before.header("etag"))], Value::Null).await.is(200);
    assert_ne!(changed.header("etag"), before.header("etag"));
}

#[tokio::test]
async fn if_match_compares_the_version_only() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (first, address) = made(&who, ticketed("Low Tide Quartet")).await;
    let tag = who.get(&address).await.header("etag").to_owned();
    // A sale changes the digest, not the version.
    crate::stock(&who, first.text("/ticketTypes/0/id"), 3, 0).await;
    assert_ne!(who.get(&address).await.header("etag"), tag);
    let with = async |method: &str, path: &str, tag: &str, body: Value| {
        send(&who, method, &format!("{address}{path}"), &[("if-match", tag)], body).await
    };
    with("PATCH", "", &tag, json!({ "title": "B" })).await.is(200);
    let stale = refused(with("PATCH", "", &tag, json!({ "title": "C" })).await, 412, "precondition_failed");
    assert_eq!(stale.at("/currentVersion"), 2);
    refused(with("POST", "/publish", &tag, Value::Null).await, 412, "precondition_failed");
    refused(
        with("POST", "/ticket-types", &tag, json!({ "name": "x", "price": 0, "quantity": 1 })).await,
        412,
        "precondition_failed",
    );
    refused(with("DELETE", "", &tag, Value::Null).await, 412, "precondition_failed");
    refused(with("POST", "/duplicate", &tag, Value::Null).await, 412, "precondition_failed");
    has_fault(with("PATCH", "", "nonsense", json!({})).await, "header:If-Match", "invalid_format");
    with("PATCH", "", "*", json!({ "title": "C" })).await.is(200);
    assert_eq!(with("POST", "/publish", "\"3\"", Value::Null).await.is(200).text("/title"), "C");
}

#[tokio::test]
async fn a_repeated_key_gets_the_first_answer() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let keyed = async |method: &str, target: &str, key: &str, body: Value| {
        send(&who, method, target, &[("idempotency-key", key)], body).await
    };
    let first = keyed("POST", "/v1/events", "a", show("One")).await.is(201);
    let again = keyed("POST", "/v1/events", "a", show("One")).await.is(201);
    assert_eq!((again.header("idempotent-replayed"), &again.bytes), ("true", &first.bytes));
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(items(&who.get("/v1/events").await).len(), 1);
    refused(keyed("POST", "/v1/events", "a", show("Two")).await, 422, "idempotency_key_reused");
    let address = format!("/v1/events/{}", first.text("/id"));
    keyed("PATCH", &address, "b", json!({ "title": "Two" })).await.is(200);
    who.patch(&address, json!({ "title": "Three" })).await.is(200);
    assert_eq!(keyed("PATCH", &address, "b", json!({ "title": "Two" })).await.is(200).text("/title"), "Two");
    assert_eq!(who.get(&address).await.text("/title"), "Three");
    // A validation fault is not kept; a refusal that was decided inside is.
    let invalid = keyed("POST", "/v1/events", "c", json!({ "timezone": "UTC" })).await;
    faults(invalid);
    keyed("POST", "/v1/events", "c", show("Four")).await.is(201);
    let move_on = format!("{address}/restore");
    refused(keyed("POST", &move_on, "d", Value::Null).await, 409, "illegal_transition");
    who.post(&format!("{address}/cancel"), json!({})).await.is(200);
    let kept = refused(keyed("POST", &move_on, "d", Value::Null).await, 409, "illegal_transition");
    assert_eq!(kept.header("idempotent-replayed"), "true");
    keyed("DELETE", &address, "e", Value::Null).await.is(204);
    assert_eq!(
        keyed("DELETE", &address, "e", Value::Null).await.is(204).header("idempotent-replayed"),
        "true"
    );
}

#[tokio::test]
async fn a_rehearsal_answers_and_stores_nothing() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let dry = who.post("/v1/events?dryRun=true", ticketed("One")).await.is(201);
    assert_eq!(dry.header("dry-run"), "true");
    assert_eq!(dry.at("/number"), 1);
    assert!(items(&who.get("/v1/events").await).is_empty());
    let (event, address) = made(&who, ticketed("One")).await;
    assert_eq!(
        who.post(&format!("{address}/publish?dryRun=1"), json!({})).await.is(200).text("/status"),
        "published"
    );
    who.patch(&format!("{address}?dryRun=true"), json!({ "title": "Two" })).await.is(200);
    who.delete(&format!("{address}?dryRun=true")).await.is(204);
    let kind = event.text("/ticketTypes/0/id");
    who.patch(&format!("/v1/ticket-types/{kind}?dryRun=true"), json!({ "price": 1 })).await.is(200);
    let after = who.get(&address).await.is(200);
    assert_eq!(
        (after.text("/title"), after.text("/status"), after.at("/version")),
        ("One", "draft", &json!(1))
    );
    assert_eq!(after.at("/ticketTypes/0/price"), 1800);
    refused(who.post(&format!("{address}/restore?dryRun=true"), json!({})).await, 409, "illegal_transition");
    has_fault(who.get("/v1/events?dryRun=true").await, "query:dryRun", "unknown_member");
}

#[tokio::test]
async fn two_changes_at_once_never_merge_silently() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (_, address) = made(&who, show("One")).await;
    let tag = who.get(&address).await.header("etag").to_owned();
    let tagged = [("if-match", tag.as_str())];
    let (a, b) = tokio::join!(
        send(&who, "PATCH", &address, &tagged, json!({ "title": "A" })),
        send(&who, "PATCH", &address, &tagged, json!({ "notes": "B" })),
    );
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn category_and_classifications_follow_each_other() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let (_, address) = made(&who, show("One")).await;
    let after =
        who.patch(&address, json!({ "classifications": ["nightlife", "music", "music"] })).await.is(200);
    assert_eq!(
        (after.text("/category"), after.at("/classifications")),
        ("music", &json!(["nightlife", "music"]))
    );
    let after = who.patch(&address, json!({ "category": "comedy" })).await.is(200);
    assert_eq!(after.at("/classifications"), &json!(["comedy", "nightlife"]));
}
