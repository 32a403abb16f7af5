//! Orders, the door and the feed without scripts. Source: native-api.md §7, §8.

use serde_json::json;

use crate::browser::Browser;
use crate::events::Office;
use crate::support::TestApp;

const NEW: &str = "/dashboard/orders/new";
const DOOR: &str = "/dashboard/check-in";

/// A published show; its id and its ticket type's.
async fn on_sale(office: &Office<'_>, title: &str) -> (String, String) {
    let id = office.show(title).await;
    office.app.post(&format!("/v1/events/{id}/publish"), &office.token, json!({})).await.is(200);
    let types = office.get(&format!("/v1/events/{id}/ticket-types")).await;
    (id, types["items"][0]["id"].as_str().unwrap().to_owned())
}

/// Sells tickets through the form; their codes.
async fn issue(ada: &mut Browser<'_>, event: &str, kind: &str, n: &str, buyer: &str) -> Vec<String> {
    ada.open(&format!("{NEW}?event={event}")).await.is(200);
    let quantity = format!("quantity.{kind}");
    let fields = [(quantity.as_str(), n), ("buyer.name", buyer), ("buyer.email", "grace@example.com")];
    ada.send(NEW, &fields).await.is(200).says("issued.");
    let codes = ada.page.split("<p><code>").skip(1);
    codes.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn tickets_are_issued_by_hand() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let (event, kind) = on_sale(&office, "Low Tide").await;
    let ada = &mut office.ada;
    ada.open("/dashboard/orders").await.says("No orders yet").says("Issue tickets");
    ada.open(NEW).await.says("Low Tide");
    let codes = issue(ada, &event, &kind, "3", "Grace <b>Hopper</b>").await;
    assert_eq!(codes.len(), 3);
    ada.says("3 tickets are issued.").says("<svg viewBox").says("75.00 USD").is_silent_on("<b>Hopper");
    let order = ada.path.clone();
    ada.open("/dashboard/orders").await.says("Grace &#60;b&#62;Hopper").says("Low Tide, Fri 4 Dec 2026");
    ada.open(&format!("/dashboard/orders?event={event}"))
        .await
        .says(&order)
        .says("aria-current=\"page\">Orders");
    for (search, is_there) in
        [("hopper", true), ("GRACE@", true), ("%25", false), ("nobody", false), ("ORD-", false)]
    {
        ada.open(&format!("/dashboard/orders?q={search}")).await.is(200);
        assert_eq!(ada.page.contains(&order), is_there, "{search}");
    }
    ada.open(&format!("/dashboard/events/{event}/tickets"))
        .await
        .says("<b>3</b> sold")
        .says("<b>97</b> free");
}

#[tokio::test]
async fn what_cannot_be_issued_is_said_at_its_field() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let (event, kind) = on_sale(&office, "Low Tide").await;
    let quantity = format!("quantity.{kind}");
    let page = format!("{NEW}?event={event}");
    let ada = &mut office.ada;
    let buyer = [("buyer.name", "Grace"), ("buyer.email", "g@example.com")];
    ada.open(&page).await;
    ada.send(NEW, &buyer).await.is(400).says("Say how many tickets of which type.").says("value=\"Grace\"");
    ada.open(&page).await;
    let fields = [(quantity.as_str(), "101"), ("buyer.name", ""), ("buyer.email", "nobody")];
    ada.send(NEW, &fields).await.is(400);
    ada.says(&format!("f-quantity-{kind}-fault")).says("f-buyer-name-fault").says("f-buyer-email-fault");
    ada.open(&page).await;
    let free = [(quantity.as_str(), "2"), buyer[0], buyer[1], ("payment.method", "free")];
    ada.send(NEW, &free).await.is(400).says("f-payment-method-fault");
    ada.open(&page).await;
    let elsewhere = [(quantity.as_str(), "2"), buyer[0], buyer[1], ("payment.method", "external")];
    ada.send(NEW, &elsewhere).await.is(400).says("f-payment-reference-fault").says("value=\"2\"");
    issue(&mut office.ada, &event, &kind, "60", "Grace").await;
    let ada = &mut office.ada;
    ada.open(&page).await.says("max=\"40\"");
    let many = [(quantity.as_str(), "41"), buyer[0], buyer[1]];
    ada.send(NEW, &many).await.is(409).says("Only 40 tickets are left.").says("value=\"41\"");
    assert_eq!(office.get("/v1/orders").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_sells_once() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let (event, kind) = on_sale(&office, "Low Tide").await;
    let ada = &mut office.ada;
    ada.open(&format!("{NEW}?event={event}")).await;
    let quantity = format!("quantity.{kind}");
    let fields = [(quantity.as_str(), "2"), ("buyer.name", "Grace"), ("buyer.email", "g@example.com")];
    let body = ada.filled(NEW, &fields);
    let first = ada.post(NEW, &body).await;
    let second = ada.post(NEW, &body).await;
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(office.get("/v1/orders").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_order_is_cancelled_and_then_refunded() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let (event, kind) = on_sale(&office, "Low Tide").await;
    let ada = &mut office.ada;
    issue(ada, &event, &kind, "2", "Grace").await;
    let order = ada.path.clone();
    let (cancel, refund) = (format!("{order}/cancel"), format!("{order}/refund"));
    ada.says(&cancel).says(&refund);
    ada.open(&cancel).await.says("2 tickets become void").says("No money moves");
    ada.send(&cancel, &[]).await.is(200).says("The order is cancelled").says("Void").is_silent_on(&cancel);
    ada.open(&format!("/dashboard/events/{event}/tickets")).await.says("<b>0</b> sold");
    ada.open(&refund).await.says("50.00 USD counts as paid back");
    ada.send(&refund, &[]).await.is(200).says("Refunded").is_silent_on(&refund);
}

#[tokio::test]
async fn the_door_says_what_became_of_a_code() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let (event, kind) = on_sale(&office, "Low Tide").await;
    let (other, other_kind) = on_sale(&office, "Elsewhere").await;
    let ada = &mut office.ada;
    let codes = issue(ada, &event, &kind, "2", "Grace").await;
    let foreign = issue(ada, &other, &other_kind, "1", "Ada").await;
    let door = format!("{DOOR}?event={event}");
    ada.open(&door).await.says("Ready").says("<strong>0</strong> of 2").says("autofocus");
    // A scanner types in lower case, too.
    ada.send(DOOR, &[("code", &codes[0].to_lowercase()), ("gate", "North <1>")]).await.is(200);
    ada.says("Admitted")
        .says("GA. Low Tide")
        .says("<strong>1</strong> of 2")
        .says("value=\"North &#60;1&#62;\"");
    let undo =
        ada.page.split("action=\"/dashboard/check-in/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    app.pass_ms(120_000);
    ada.send(DOOR, &[("code", &codes[0])])
        .await
        .says("Already in")
        .says("2 minutes ago at North &#60;1&#62;");
    ada.send(DOOR, &[("code", &foreign[0])]).await.says("Another event").says("Nothing was checked in");
    for code in ["0000000000000000000000000A", "short", "<script>alert(1)</script>"] {
        ada.send(DOOR, &[("code", code)]).await.is(200).says("Unknown").is_silent_on("<script>alert");
    }
    // The gate is remembered.
    ada.open(&door).await.says("value=\"North &#60;1&#62;\"");
    ada.send(DOOR, &[("code", &codes[1])]).await.says("Admitted").says("<strong>2</strong> of 2");
    let path = format!("/dashboard/check-in/{undo}");
    let token = ada.hidden(DOOR, "_token");
    let undone = ada.post(&path, &format!("_token={token}&event={event}")).await;
    assert_eq!(undone.header("location"), door);
    ada.open(&door).await.says("Taken back").says("<strong>1</strong> of 2");
    ada.send(DOOR, &[("code", &codes[0])]).await.says("Admitted");
    // Without an event at the door any ticket of the house is let in.
    ada.open(DOOR).await.says("Which event?");
    ada.send(DOOR, &[("code", &foreign[0])]).await.says("Admitted").says("Elsewhere");
}

#[tokio::test]
async fn a_void_ticket_stays_outside() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let (event, kind) = on_sale(&office, "Low Tide").await;
    let ada = &mut office.ada;
    let codes = issue(ada, &event, &kind, "1", "Grace").await;
    let cancel = format!("{}/cancel", ada.path);
    ada.open(&cancel).await;
    ada.send(&cancel, &[]).await.is(200);
    ada.open(&format!("{DOOR}?event={event}")).await.says("of 0");
    ada.send(DOOR, &[("code", &codes[0])]).await.says("Void").says("cancelled or refunded");
}

#[tokio::test]
async fn a_scan_that_is_sent_twice_is_one_scan() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let (event, kind) = on_sale(&office, "Low Tide").await;
    let ada = &mut office.ada;
    let codes = issue(ada, &event, &kind, "1", "Grace").await;
    ada.open(DOOR).await;
    let body = ada.filled(DOOR, &[("code", &codes[0])]);
    for _ in 0..2 {
        let answer = ada.post(DOOR, &body).await;
        assert_eq!(answer.status, 200);
        assert!(String::from_utf8_lossy(&answer.bytes).contains("Admitted"));
    }
}

#[tokio::test]
async fn the_feed_is_shown_newest_first() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let (event, kind) = on_sale(&office, "Low <script>Tide").await;
    let ada = &mut office.ada;
    issue(ada, &event, &kind, "1", "Grace").await;
    ada.open("/dashboard/changes").await.says("order.created").says("event.published").says("data-refresh=");
    ada.says(&format!("href=\"/dashboard/events/{event}\"")).is_silent_on("<script>Tide");
    let at = |page: &str, what: &str| page.find(what).unwrap();
    assert!(at(&ada.page, "order.created") < at(&ada.page, "event.published"));
    ada.open("/dashboard/changes?what=order").await.says("order.created").is_silent_on("event.published");
    for n in 0..55 {
        office.make("/v1/channels", json!({ "name": format!("Channel {n}") })).await;
    }
    let ada = &mut office.ada;
    ada.open("/dashboard/changes?what=channel")
        .await
        .says("Channel 54")
        .is_silent_on("Channel 29<")
        .says("Older");
    let older = ada.page.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let older = older.split('"').next().unwrap().replace("&#38;", "&");
    ada.open(&older).await.says("Channel 29<").is_silent_on("Channel 54").says("To the newest");
    assert!(!ada.page.contains("data-refresh="));
    ada.open("/dashboard/changes?what=nonsense&before=x").await.is(200).says("Channel 54");
}
