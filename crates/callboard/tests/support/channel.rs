//! People of the channel surface: an owner with a channel and a key, and what they send.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use serde_json::{Value, json};

use super::support::{Answer, Organizer, TestApp};

pub const CHANNELS: &str = "/api/public/v1/channels";
pub const CLASSIFICATIONS: &str = "/api/public/v1/classifications";
pub const EVENTS: &str = "/api/public/v1/events";
pub const MEDIA: &str = "/api/public/v1/media";

/// An owner, the number of a channel and a key of every scope.
pub struct Publisher<'a> {
    pub owner: Organizer<'a>,
    pub channel: i64,
    pub key: String,
}

pub async fn publisher<'a>(app: &'a TestApp, name: &str) -> Publisher<'a> {
    let owner = app.organizer(name).await;
    let (_, channel) = owner.channel(&format!("{name} Nights")).await;
    let key = full_key(&owner).await;
    Publisher { owner, channel, key }
}

/// A key of every scope.
pub async fn full_key(owner: &Organizer<'_>) -> String {
    let scopes = json!(["channels:read", "events:create", "events:read", "events:update", "media:create"]);
    owner.key(json!({ "family": "channel", "scopes": scopes })).await
}

/// The smallest event of a channel.
pub fn minimal(channel: i64) -> Value {
    json!({ "channelId": channel, "title": "Low Tide Quartet", "startAt": "2026-12-04T20:30:00-05:00",
        "timezone": "America/New_York", "classifications": ["music"],
        "approxLocation": { "city": { "placeId": "plc-bos" } } })
}

/// [`minimal`] with one member (by JSON Pointer) set; `null` as [`Value::Null`].
pub fn with(channel: i64, pointer: &str, value: Value) -> Value {
    let mut body = minimal(channel);
    let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
    body.pointer_mut(parent).expect("a parent")[member] = value;
    body
}

impl Publisher<'_> {
    pub fn app(&self) -> &TestApp {
        self.owner.app
    }
    pub async fn create(&self, body: Value) -> Answer {
        self.app().post(EVENTS, &self.key, body).await
    }
    /// Creates with an `Idempotency-Key`; the body as it is on the wire.
    pub async fn create_once(&self, api_key: &str, once: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {api_key}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", once),
        ];
        self.app().send("POST", EVENTS, &headers, body.to_owned()).await
    }
    pub async fn patch(&self, id: i64, body: Value) -> Answer {
        self.app().call("PATCH", &format!("{EVENTS}/{id}"), &self.key, Some(&body)).await
    }
    pub async fn read(&self, id: i64) -> Answer {
        self.app().get(&format!("{EVENTS}/{id}"), &self.key).await
    }
    pub async fn total(&self) -> i64 {
        self.app().get(EVENTS, &self.key).await.is(200).at("/totalDocs").as_i64().expect("a number")
    }
    /// Uploads a GIF of this size; the answer.
    pub async fn upload(&self, width: u16, height: u16) -> Answer {
        self.upload_form(form(&[("file", &gif(width, height))])).await
    }
    pub async fn upload_form(&self, form: Vec<u8>) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        let headers =
            [("authorization", bearer.as_str()), ("content-type", "multipart/form-data; boundary=cut")];
        self.app().send("POST", MEDIA, &headers, form).await
    }
}

pub fn id(made: &Answer) -> i64 {
    made.at("/doc/id").as_i64().expect("a number")
}

pub fn gif(width: u16, height: u16) -> Vec<u8> {
    [&b"GIF89a"[..], &width.to_le_bytes(), &height.to_le_bytes(), &[0; 16]].concat()
}

pub fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let part = |(name, value): &(&str, &[u8])| {
        let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        [head.as_bytes(), value, b"\r\n"].concat()
    };
    let mut body: Vec<u8> = parts.iter().flat_map(part).collect();
    body.extend(b"--cut--\r\n");
    body
}

/// Asserts P's envelope: its members, its code, its request id in the header too.
#[track_caller]
pub fn refused(answer: Answer, status: u16, code: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!(answer.text("/error/code"), code);
    assert!(!answer.text("/error/message").is_empty());
    assert_eq!(answer.text("/error/requestId"), answer.header("x-request-id"));
    assert!(answer.text("/error/requestId").starts_with("req_01"), "{}", answer.json);
    answer
}

/// Asserts a 400 and the field of its first fault.
#[track_caller]
pub fn wrong(answer: Answer, field: &str) -> Answer {
    let answer = refused(answer, 400, "invalid_request");
    assert_eq!(answer.text("/error/details/field"), field, "{}", answer.json);
    assert_eq!(answer.at("/error/details/errors/0/field"), answer.at("/error/details/field"));
    answer
}
