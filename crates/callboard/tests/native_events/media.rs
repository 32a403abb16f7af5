//! `POST /v1/media`, and what `coverImageId` takes.

use serde_json::{Value, json};

use crate::support::{Answer, Organizer, TestApp};
use crate::{has_fault, made, refused, show};

/// The beginning of a GIF: all that is looked at.
fn gif(width: u16, height: u16) -> Vec<u8> {
    [&b"GIF89a"[..], &width.to_le_bytes(), &height.to_le_bytes(), &[0, 0, 0, 0x3B]].concat()
}

async fn upload(who: &Organizer<'_>, key: Option<&str>, file: Option<&[u8]>, alt: &str) -> Answer {
    let bearer = format!("Bearer {}", who.token);
    let mut headers =
        vec![("authorization", bearer.as_str()), ("content-type", "multipart/form-data; boundary=cut")];
    headers.extend(key.map(|key| ("idempotency-key", key)));
    let mut form = Vec::new();
    if let Some(file) = file {
        form.extend_from_slice(
            b"--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.gif\"\r\n\r\n",
        );
        form.extend_from_slice(file);
        form.extend_from_slice(b"\r\n");
    }
    let text = format!("--cut\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\n{alt}\r\n--cut--\r\n");
    form.extend_from_slice(text.as_bytes());
    who.app.send("POST", "/v1/media", &headers, form).await
}

#[tokio::test]
async fn an_upload_becomes_the_cover_of_an_event() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let image = upload(&who, None, Some(&gif(800, 600)), "The quartet").await.is(201);
    let expected = json!({ "id": 1, "url": "https://events.example/media/1", "mimeType": "image/gif", "width": 800,
        "height": 600, "alt": "The quartet", "warnings": [] });
    assert_eq!(image.json, expected);
    assert_eq!(image.header("location"), "/v1/media/1");
    let read = who.get("/v1/media/1").await.is(200);
    assert_eq!((read.text("/alt"), read.json.get("warnings")), ("The quartet", None));
    let mut body = show("x");
    body["coverImageId"] = json!(1);
    let (event, address) = made(&who, body).await;
    assert_eq!(event.at("/coverImageId"), 1);
    let cleared = who.patch(&address, json!({ "coverImageId": null })).await.is(200);
    assert_eq!(cleared.at("/coverImageId"), &Value::Null);
    let bytes = app.send("GET", "/media/1", &[], "").await.is(200);
    assert_eq!((bytes.header("content-type"), &bytes.bytes[..]), ("image/gif", &gif(800, 600)[..]));
}

#[tokio::test]
async fn what_is_no_image_is_refused() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    has_fault(upload(&who, None, Some(b"<svg/>"), "x").await, "/file", "invalid_format");
    has_fault(upload(&who, None, None, "x").await, "/file", "required");
    has_fault(upload(&who, None, Some(&gif(1, 1)), &"x".repeat(501)).await, "/alt", "invalid_value");
    refused(who.post("/v1/media", json!({})).await, 415, "unsupported_media_type");
    let key = who.key(json!({ "family": "native", "scopes": ["events:read"] })).await;
    refused(app.post("/v1/media", &key, json!({})).await, 403, "insufficient_scope");
}

#[tokio::test]
async fn another_organizations_image_does_not_exist() {
    let app = TestApp::start();
    let (who, other) = (app.organizer("Pier 9").await, app.organizer("Quay 4").await);
    upload(&who, None, Some(&gif(8, 8)), "").await.is(201);
    for name in ["1", "2", "x"] {
        refused(other.get(&format!("/v1/media/{name}")).await, 404, "not_found");
    }
    let mut body = show("x");
    body["coverImageId"] = json!(1);
    has_fault(other.post("/v1/events", body).await, "/coverImageId", "not_found");
}

#[tokio::test]
async fn a_repeated_upload_is_one_image() {
    let app = TestApp::start();
    let who = app.organizer("Pier 9").await;
    let first = upload(&who, Some("a"), Some(&gif(8, 8)), "x").await.is(201);
    let again = upload(&who, Some("a"), Some(&gif(8, 8)), "x").await.is(201);
    assert_eq!((again.at("/id"), again.header("idempotent-replayed")), (first.at("/id"), "true"));
    refused(upload(&who, Some("a"), Some(&gif(9, 9)), "x").await, 422, "idempotency_key_reused");
}
