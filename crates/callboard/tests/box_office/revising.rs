//! T4: what changes, what stays, who is first.

use serde_json::json;

use crate::support::TestApp;
use crate::world::Office;

#[tokio::test]
async fn t_10_a_taken_slug_is_refused() {
    let app = TestApp::start();
    let (office, other) = (Office::open(&app, "Pier").await, Office::open(&app, "Quay").await);
    office.draft("First").await;
    let second = office.draft("Second").await;
    other.draft("Third").await;
    let refused = office.patch(&second, json!({ "slug": "first", "title": "New" })).await.is(409);
    assert_eq!(refused.json, json!({ "error": "Slug is already taken" }));
    assert_eq!(office.event(&second).await.text("/event/title"), "Second");
    let given = office
        .post(json!({ "title": "X", "startsAt": "2026-12-01T19:00:00Z", "slug": "first" }))
        .await
        .is(409);
    assert_eq!(given.json, json!({ "error": "Slug is already taken" }));
    // Another box office's slug, and the event's own, are free.
    office.patch(&second, json!({ "slug": "third" })).await.is(200);
    office.patch(&second, json!({ "slug": "third" })).await.is(200);
}

#[tokio::test]
async fn t_11_title_slug_and_a_new_ticket_type_come_together() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.draft("First").await;
    let body = json!({ "title": "Second", "slug": "second",
        "addTicketType": { "name": "VIP", "price": 9000, "quantity": 5 } });
    let changed = office.patch("first", body).await.is(200);
    assert_eq!((changed.text("/event/title"), changed.text("/event/slug")), ("Second", "second"));
    assert_eq!(changed.text("/event/ticketTypes/1/name"), "VIP");
    assert_eq!(changed.text("/event/publicUrl"), "https://events.example/e/1/second");
    office.event("first").await.is(404);
    assert_eq!(office.event("second").await.is(200).json, changed.json);
    assert_eq!(changed.text("/event/id"), id);
}

#[tokio::test]
async fn t_11_what_is_not_said_stays_and_null_clears() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let body = json!({ "title": "Jazz", "startsAt": "2026-12-01T19:00:00", "endsAt": "2026-12-01T22:00:00",
        "timezone": "America/New_York", "city": "Boston", "description": "Late", "imageUrl": "https://img.example/a" });
    let made = office.post(body).await.is(201);
    let id = made.text("/event/id");
    let same = office.patch(id, json!({})).await.is(200);
    assert_eq!(same.json, made.json);
    app.pass_ms(60_000);
    let body = json!({ "endsAt": null, "city": null, "description": null, "imageUrl": null });
    let cleared = office.patch(id, body).await.is(200);
    for name in ["endsAt", "city", "description", "imageUrl"] {
        assert!(cleared.at(&format!("/event/{name}")).is_null(), "{name}");
    }
    assert_eq!(cleared.text("/event/updatedAt"), "2026-11-23T10:01:00Z");
    assert_eq!(cleared.text("/event/startsAt"), "2026-12-02T00:00:00Z");
    // A wall time follows its zone; an instant does not.
    let moved = office.patch(id, json!({ "timezone": "America/Chicago" })).await.is(200);
    assert_eq!(moved.text("/event/startsAt"), "2026-12-02T01:00:00Z");
    let early = office.patch(id, json!({ "endsAt": "2026-12-02T00:59:00Z" })).await.is(400);
    assert_eq!(early.at("/details/0/path"), &json!(["endsAt"]));
    for name in ["title", "startsAt", "timezone", "currency", "visibility", "category", "slug"] {
        let refused = office.patch(id, json!({ name: null })).await.is(400);
        assert_eq!(refused.at("/details/0/path"), &json!([name]));
    }
    assert_eq!(office.event(id).await.json, moved.json);
}

#[tokio::test]
async fn t_12_a_ticket_type_goes_unless_it_is_sold_or_held() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let id = office.published("Show").await;
    let first = office.first_type(&id).await;
    let order = office.buy(&id, &first, 1).await.is(201);
    let refused = office.patch(&id, json!({ "removeTicketTypeId": first, "title": "Other" })).await.is(409);
    assert_eq!(refused.json, json!({ "error": "Cannot remove a ticket type that has sold tickets" }));
    let cancel = format!("/v1/orders/{}/cancel", order.text("/id"));
    office.organizer.post(&cancel, json!({})).await.is(200);
    let hold = json!({ "items": [{ "ticketTypeId": first, "quantity": 1 }] });
    let hold = office.organizer.post(&format!("/v1/events/{id}/holds"), hold).await.is(201);
    let refused = office.patch(&id, json!({ "removeTicketTypeId": first })).await.is(409);
    assert_eq!(refused.json, json!({ "error": "Cannot remove a ticket type that has held tickets" }));
    let still = office.event(&id).await;
    assert_eq!((still.text("/event/ticketTypes/0/id"), still.text("/event/title")), (first.as_str(), "Show"));
    office.organizer.delete(&format!("/v1/holds/{}", hold.text("/id"))).await.is(204);
    let gone = office.patch(&id, json!({ "removeTicketTypeId": first })).await.is(200);
    assert_eq!(gone.at("/event/ticketTypes"), &json!([]));
    let again = office.patch(&id, json!({ "removeTicketTypeId": first })).await.is(404);
    assert_eq!(again.json, json!({ "error": "Ticket type not found" }));
}

#[tokio::test]
async fn t_12_a_removal_is_understood_under_every_name() {
    let app = TestApp::start();
    let (office, other) = (Office::open(&app, "Pier").await, Office::open(&app, "Quay").await);
    let foreign = other.first_type(&other.draft("Theirs").await).await;
    for spelling in ["removeTicketTypeId", "removeTicketType", "removeTicketType.id"] {
        let id = office.draft("Show").await;
        let name = |ticket_type: &str| match spelling {
            "removeTicketType.id" => json!({ "removeTicketType": { "id": ticket_type } }),
            name => json!({ name: ticket_type }),
        };
        let refused = office.patch(&id, name(&foreign)).await.is(404);
        assert_eq!(refused.json, json!({ "error": "Ticket type not found" }), "{spelling}");
        office.patch(&id, name("x")).await.is(400);
        let mut both = name(&office.first_type(&id).await);
        both["addTicketType"] = json!({ "name": "VIP", "price": 1, "quantity": 1 });
        let swapped = office.patch(&id, both).await.is(200);
        let types = swapped.at("/event/ticketTypes").as_array().unwrap();
        assert_eq!((types.len(), &types[0]["name"]), (1, &json!("VIP")), "{spelling}");
    }
    assert_eq!(other.event("theirs").await.at("/event/ticketTypes/0/id"), &json!(foreign));
}

#[tokio::test]
async fn an_event_has_at_most_fifty_ticket_types() {
    let app = TestApp::with(&[("CALLBOARD_RATE_LIMIT_BOX_OFFICE", "1000")]);
    let office = Office::open(&app, "Pier").await;
    let types: Vec<_> =
        (0..50).map(|n| json!({ "name": format!("T{n}"), "price": 1, "quantity": 1 })).collect();
    let body = json!({ "title": "Many", "startsAt": "2026-12-01T19:00:00Z", "ticketTypes": types });
    let made = office.post(body).await.is(201);
    let id = made.text("/event/id");
    let one_more = json!({ "name": "T51", "price": 1, "quantity": 1 });
    let refused = office.patch(id, json!({ "addTicketType": one_more })).await.is(400);
    assert_eq!(refused.at("/details/0/path"), &json!(["addTicketType"]));
    // Removed first, then added: the swap of a full event works.
    let first = made.text("/event/ticketTypes/0/id");
    let swap = json!({ "removeTicketTypeId": first, "addTicketType": one_more });
    let swapped = office.patch(id, swap).await.is(200);
    assert_eq!(swapped.at("/event/ticketTypes").as_array().map(Vec::len), Some(50));
}

#[tokio::test]
async fn t_21_of_two_who_claim_a_slug_one_gets_it() {
    let app = TestApp::start();
    let office = Office::open(&app, "Pier").await;
    let (first, second) = (office.draft("First").await, office.draft("Second").await);
    let claim = json!({ "slug": "the-one" });
    let (a, b) = tokio::join!(office.patch(&first, claim.clone()), office.patch(&second, claim));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let loser = if a.status == 409 { a } else { b };
    assert_eq!(loser.json, json!({ "error": "Slug is already taken" }));
}
