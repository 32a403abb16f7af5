//! Events without scripts: list, month, steps with their preview, ticket types, poster. Source: native-api.md §5.

use serde_json::json;

use crate::browser::ORIGIN;
use crate::events::Office;
use crate::support::TestApp;

#[tokio::test]
async fn each_step_says_what_happens_and_is_taken() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    let page = format!("/dashboard/events/{id}");
    let step = |word: &str| format!("{page}/steps/{word}");
    let ada = &mut office.ada;
    ada.open(&page).await.says("Draft").says(&step("publish")).is_silent_on(&step("unpublish"));
    let steps = [
        ("publish", "Published"),
        ("unpublish", "Draft"),
        ("cancel", "Cancelled"),
        ("restore", "Draft"),
        ("archive", "Archived"),
        ("restore", "Draft"),
    ];
    for (word, state) in steps {
        let path = step(word);
        ada.open(&path).await.is(200).says("How it is shown then");
        ada.send(&path, &[]).await.is(200).says(&format!(">{state}</span>"));
        assert_eq!(ada.path, page);
    }
    // A step that is not open any more is refused in words, and what is no step is no page.
    let archive = step("archive");
    ada.open(&archive).await;
    let body = ada.filled(&archive, &[("version", "")]);
    assert_eq!(ada.post(&archive, &body).await.status, 303);
    let body = body.replace("%5Fonce=", "%5Fonce=other");
    assert_eq!(ada.post(&archive, &body).await.status, 409);
    ada.open(&step("explode")).await.is(404);
    ada.open(&step("duplicate")).await;
    ada.send(&step("duplicate"), &[]).await.is(200).says("This is the copy");
    ada.open(&step("delete")).await.says("cannot be undone");
    ada.send(&step("delete"), &[]).await.is(200).says("The event is deleted.");
    ada.open(&page).await.is(404);
}

#[tokio::test]
async fn the_preview_is_what_the_surfaces_answer() {
    let app = TestApp::start();
    let office = Office::open(&app).await;
    let venue = office
        .make(
            "/v1/venues",
            json!({ "name": "The Lighthouse", "city": "Boston", "stateProvince": "MA",
            "country": "US", "timezone": "America/New_York", "capacity": 220 }),
        )
        .await;
    let mut office = office;
    let body = json!({ "title": "Low Tide", "timezone": "America/New_York",
        "local": { "date": "2026-12-04", "start": "20:30" }, "venueId": venue["id"] });
    let id = office.make("/v1/events", body).await["id"].as_str().unwrap().to_owned();
    let ada = &mut office.ada;
    ada.open(&format!("/dashboard/events/{id}/preview")).await;
    ada.says("Drafts are not in the venue")
        .says("The event has no channel.")
        .says("The event has no box office.");
    ada.says("There is no such page for others: the event is a draft.");
    let publish = format!("/dashboard/events/{id}/steps/publish");
    ada.open(&publish).await.says("&#34;setStartTime&#34;: &#34;20:30&#34;").says("It is open to everybody.");
    ada.send(&publish, &[]).await.is(200);
    ada.open(&format!("/dashboard/events/{id}/preview"))
        .await
        .says("&#34;setStartTime&#34;: &#34;20:30&#34;");
}

#[tokio::test]
async fn ticket_types_have_their_form() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    let list = format!("/dashboard/events/{id}/tickets");
    let new = format!("{list}/new");
    let ada = &mut office.ada;
    ada.open(&list).await.says("GA").says("25.00 USD").says("data-refresh=");
    ada.open(&new).await.says("America/New_York");
    let fields = [
        ("name", "VIP"),
        ("price", "99.50"),
        ("quantity", "10"),
        ("saleStartsAt", "2026-11-24T09:00"),
        ("maxPerOrder", "4"),
        ("hidden", "yes"),
    ];
    ada.send(&new, &fields).await.is(200).says("The ticket type is there.").says("99.50 USD").says("Hidden");
    let types = office.get(&format!("/v1/events/{id}/ticket-types")).await;
    let vip = &types["items"][1];
    assert_eq!(vip["saleStartsAt"], "2026-11-24T14:00:00Z");
    assert_eq!((&vip["price"], &vip["hidden"], &vip["maxPerOrder"]), (&json!(9950), &json!(true), &json!(4)));
    let one = format!("/dashboard/ticket-types/{}", vip["id"].as_str().unwrap());
    let ada = &mut office.ada;
    ada.open(&one).await.says("value=\"2026-11-24T09:00\"").says("checked");
    ada.send(&one, &[]).await.says("Nothing was changed");
    ada.open(&one).await;
    ada.send(&one, &[("quantity", "x"), ("price", "-1"), ("saleEndsAt", "2026-11-01T00:00")]).await.is(400);
    ada.says("f-quantity-fault").says("f-price-fault");
    ada.open(&one).await;
    ada.send(&one, &[("saleEndsAt", "2026-11-01T00:00")]).await.is(400).says("Must be after the sale begins");
    ada.open(&format!("{one}/remove")).await;
    ada.send(&format!("{one}/remove"), &[]).await.is(200).says("is removed").is_silent_on("VIP");
}

#[tokio::test]
async fn less_than_what_is_sold_is_explained() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    app.post(&format!("/v1/events/{id}/publish"), &office.token, json!({})).await.is(200);
    let types = office.get(&format!("/v1/events/{id}/ticket-types")).await;
    let ga = types["items"][0]["id"].as_str().unwrap().to_owned();
    let order = json!({ "eventId": id, "items": [{ "ticketTypeId": ga, "quantity": 3 }],
        "buyer": { "name": "Grace", "email": "g@example.com" }, "payment": { "method": "door" } });
    office.make("/v1/orders", order).await;
    let one = format!("/dashboard/ticket-types/{ga}");
    let ada = &mut office.ada;
    ada.open(&one).await.says("3 sold and 0 held");
    ada.send(&one, &[("quantity", "2")])
        .await
        .is(400)
        .says("2 is less than the 3 sold")
        .says("f-quantity-fault");
    ada.open(&format!("{one}/remove")).await;
    ada.send(&format!("{one}/remove"), &[]).await.is(409).says("has sold 3 tickets");
    ada.open(&format!("/dashboard/events/{id}")).await.is_silent_on("/steps/delete\"");
}

#[tokio::test]
async fn a_poster_is_uploaded_with_its_words() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let id = office.show("Low Tide").await;
    let page = format!("/dashboard/events/{id}");
    let image = format!("{page}/image");
    let ada = &mut office.ada;
    ada.open(&page).await.says("None yet.");
    let (token, once) = (ada.hidden(&image, "_token"), ada.hidden(&image, "_once"));
    let form = |file: &str| {
        let part = |name: &str, text: &str| {
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let file = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.gif\"\r\nContent-Type: image/gif\r\n\r\n{file}\r\n"
        );
        format!(
            "{}{}{}{file}--cut--\r\n",
            part("_token", &token),
            part("_once", &once),
            part("alt", "A \"pier\" <b>")
        )
    };
    let headers = [
        ("content-type", "multipart/form-data; boundary=cut"),
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
    ];
    let refused = ada.raw("POST", &image, &headers, &form("no image")).await;
    assert_eq!(refused.status, 400);
    assert!(String::from_utf8_lossy(&refused.bytes).contains("f-file-fault"));
    let gif = "GIF89a\u{1}\0\u{1}\0\0\0\0;";
    assert_eq!(ada.raw("POST", &image, &headers, &form(gif)).await.status, 303);
    ada.open(&page)
        .await
        .says("alt=\"A &#34;pier&#34; &#60;b&#62;\"")
        .says("1 × 1 pixels")
        .says("src=\"/media/");
    ada.send(&format!("{image}/remove"), &[]).await.says("None yet.");
}

#[tokio::test]
async fn the_list_is_filtered_and_has_pages() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    for n in 0..53 {
        let day = format!("2026-12-{:02}", n % 28 + 1);
        let body = json!({ "title": format!("Show {n}"), "timezone": "UTC", "local": { "date": day } });
        office.make("/v1/events", body).await;
    }
    let past = json!({ "title": "Bygone", "timezone": "UTC", "local": { "date": "2026-10-01" } });
    office.make("/v1/events", past).await;
    let rows = |page: &str| page.matches("<th scope=\"row\">").count();
    let ada = &mut office.ada;
    ada.open("/dashboard/events").await.is_silent_on("Bygone").says("Next page");
    assert_eq!(rows(&ada.page), 50);
    let next = ada
        .page
        .split("rel=\"next\"")
        .next()
        .unwrap()
        .rsplit("href=\"")
        .next()
        .unwrap()
        .replace("&#38;", "&");
    ada.open(next.split('"').next().unwrap()).await;
    assert_eq!(rows(&ada.page), 3);
    ada.says("To the beginning").says("The end");
    ada.open("/dashboard/events?when=past").await.says("Bygone");
    assert_eq!(rows(&ada.page), 1);
    ada.open("/dashboard/events?q=show+7").await.says("Show 7");
    assert_eq!(rows(&ada.page), 1);
    ada.open("/dashboard/events?on=2026-12-04").await.says("Fri 4 Dec 2026");
    assert_eq!(rows(&ada.page), 2);
    ada.open("/dashboard/events?status=published").await.says("Nothing matches");
    // What makes no sense is passed over.
    ada.open("/dashboard/events?status=x&venue=y&after=z&when=w&on=never").await.is(200);
    assert_eq!(rows(&ada.page), 50);
}

#[tokio::test]
async fn a_month_is_a_table_of_its_days() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    office.show("Low Tide").await;
    for n in 0..6 {
        let body = json!({ "title": format!("Busy {n}"), "timezone": "Pacific/Kiritimati",
            "local": { "date": "2026-12-01", "start": "00:10" } });
        office.make("/v1/events", body).await;
    }
    let ada = &mut office.ada;
    ada.open("/dashboard/events/calendar").await.says("November 2026").says("Nothing is on in November 2026");
    ada.says("?month=2026-12").says("?month=2026-10").is_silent_on("Busy");
    ada.open("/dashboard/events/calendar?month=2026-12").await;
    ada.says("Low Tide").says("Friday 4 December").says("Busy 3").is_silent_on("Busy 4").says("2 more");
    ada.open("/dashboard/events/calendar?month=nonsense").await.is(200).says("November 2026");
}

#[tokio::test]
async fn markup_in_an_event_is_shown_as_it_was_typed() {
    let app = TestApp::start();
    let mut office = Office::open(&app).await;
    let bad = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    let body = json!({ "title": bad, "timezone": "UTC", "local": { "date": "2026-12-04", "start": "20:00" },
        "description": bad, "notes": bad, "producerName": bad, "performers": [{ "name": bad }],
        "place": { "name": bad, "city": bad }, "offers": [{ "name": bad, "url": "https://x.example/" }],
        "ticketTypes": [{ "name": bad, "description": bad, "price": 0, "quantity": 1 }] });
    let made = office.make("/v1/events", body).await;
    let id = made["id"].as_str().unwrap();
    let kind = made["ticketTypes"][0]["id"].as_str().unwrap();
    let page = format!("/dashboard/events/{id}");
    let paths = [
        "/dashboard/events".to_owned(),
        "/dashboard/events/calendar?month=2026-12".to_owned(),
        page.clone(),
        format!("{page}/edit"),
        format!("{page}/tickets"),
        format!("{page}/tickets/new"),
        format!("{page}/preview"),
        format!("{page}/steps/publish"),
        format!("{page}/steps/delete"),
        format!("/dashboard/ticket-types/{kind}"),
        format!("/dashboard/ticket-types/{kind}/remove"),
    ];
    for path in paths {
        let ada = &mut office.ada;
        ada.open(&path)
            .await
            .is(200)
            .is_silent_on("<script>alert")
            .is_silent_on("<img src=x")
            .says("alert(1)");
    }
}
