//! Any malformed request is one clean 4xx in its surface's own shape: no 5xx (501 only where published), no hang.
//! Thousands of mutated bodies, queries, paths and headers, from a seeded stream. Source: promises R12.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod support;

use std::time::Duration;

use callboard::http::operation::Operation;
use callboard::surfaces::{Name, Surface};
use serde_json::{Value, json};
use support::{Answer, TestApp};

/// A small reproducible stream; statistics do not matter here, variety does.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }
    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "\u{202E}x",
    "null",
    "-1",
    "0",
    "1e999",
    "99999999999999999999",
    "2026-02-30",
    "2026-13-01T00:00:00Z",
    "01930000-0000-7000-8000-000000000000",
    "../../etc/passwd",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "%00",
    "𝕳",
    "\r\nX: y",
];

fn odd(dice: &mut Dice, depth: usize) -> Value {
    match dice.roll(if depth > 3 { 7 } else { 9 }) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(1.5),
        4 => json!(9_007_199_254_740_993_i64),
        5 => json!(dice.pick::<&str>(TEXTS)),
        6 => json!("x".repeat(dice.roll(30_000))),
        7 => Value::Array((0..dice.roll(4)).map(|_| odd(dice, depth + 1)).collect()),
        _ => json!({ "a": odd(dice, depth + 1), "": odd(dice, depth + 1) }),
    }
}

/// Changes one member of a body somewhere.
fn mutate(dice: &mut Dice, value: &mut Value) {
    match value {
        Value::Object(members) if !members.is_empty() && dice.roll(4) != 0 => {
            let names: Vec<String> = members.keys().cloned().collect();
            let name = dice.pick(&names).clone();
            match dice.roll(3) {
                0 => drop(members.remove(&name)),
                1 => drop(members.insert(name, odd(dice, 0))),
                _ => mutate(dice, members.get_mut(&name).expect("a member of the body")),
            }
        }
        Value::Array(items) if !items.is_empty() && dice.roll(3) != 0 => {
            let index = dice.roll(items.len());
            mutate(dice, &mut items[index]);
        }
        other => *other = odd(dice, 0),
    }
}

/// Breaks the text of a body.
fn spoil(dice: &mut Dice, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    match dice.roll(5) {
        0 => bytes.truncate(dice.roll(bytes.len() + 1)),
        1 if !bytes.is_empty() => {
            let at = dice.roll(bytes.len());
            bytes[at] = dice.roll(256) as u8;
        }
        2 => bytes.extend_from_slice(b"}{"),
        3 => bytes = "[".repeat(dice.roll(300)).into_bytes(),
        _ => bytes.clear(),
    }
    bytes
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn query(dice: &mut Dice, operation: &Operation) -> String {
    let mut parts = Vec::new();
    for param in operation.params {
        if dice.roll(2) == 0 {
            parts.push(format!("{}={}", param.name, encoded(dice.pick::<&str>(TEXTS))));
        }
    }
    if dice.roll(6) == 0 {
        parts
            .push(dice.pick(&["%ff=%fe", "=", "&&", "limit=5&limit=6", "a[]=1", "dryRun=maybe"]).to_string());
    }
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

/// Every surface's refusals have its own shape.
fn has_shape(surface: Name, answer: &Answer) -> bool {
    let text = |pointer: &str| answer.json.pointer(pointer).is_some_and(Value::is_string);
    match surface {
        Name::Channel => text("/error/code") && text("/error/message") && text("/error/requestId"),
        Name::Venue | Name::BoxOffice => text("/error"),
        Name::Developer => {
            answer.json["success"] == json!(false) && text("/error/code") && text("/error/message")
        }
        Name::Native => {
            text("/code")
                && text("/title")
                && answer.header("content-type").starts_with("application/problem+json")
        }
    }
}

#[tokio::test]
async fn mutated_requests_get_clean_refusals() {
    let rounds = if std::env::var_os("CALLBOARD_TEST_FULL").is_some() { 400 } else { 40 };
    let app = TestApp::with(&[
        ("CALLBOARD_RATE_LIMIT_NATIVE", "10000000"),
        ("CALLBOARD_RATE_LIMIT_BOX_OFFICE", "10000000"),
        ("CALLBOARD_RATE_LIMIT_CHANNEL_READS", "10000000"),
        ("CALLBOARD_RATE_LIMIT_CHANNEL_CREATES", "10000000"),
        ("CALLBOARD_RATE_LIMIT_CHANNEL_MEDIA", "10000000"),
        ("CALLBOARD_RATE_LIMIT_PER_IP", "0"),
    ]);
    let us = app.organizer("Ours").await;
    let (venue, office) = (us.venue("Pier").await, us.box_office("Desk").await);
    let channel_scopes = ["channels:read", "events:create", "events:read", "events:update", "media:create"];
    let tokens = [
        (Name::Channel, us.key(json!({ "family": "channel", "scopes": channel_scopes })).await),
        (Name::Venue, us.key(json!({ "family": "venue", "venueId": venue, "scopes": ["events:read", "events:write", "events:delete"] })).await),
        (Name::BoxOffice, us.box_office_key(&office).await),
        (Name::Developer, us.token.clone()),
        (Name::Native, us.token.clone()),
    ];
    let mut dice = Dice(42);
    let (mut sent, mut refused) = (0u32, 0u32);
    for (name, token) in &tokens {
        let surface = Surface::of(*name);
        for operation in surface.operations() {
            // Ending the session or signing up a thousand times would only test those two again.
            if matches!(
                operation.id,
                "endSession" | "createAccount" | "createSession" | "reviseMember" | "removeMember"
            ) {
                continue;
            }
            for _ in 0..rounds {
                let id: &&str = dice.pick(TEXTS);
                let id = encoded(if id.is_empty() { "x" } else { id });
                let parts = operation
                    .path
                    .split('/')
                    .map(|part| if part.starts_with('{') { id.as_str() } else { part });
                let path = parts.collect::<Vec<_>>().join("/");
                let target = format!("{path}{}", query(&mut dice, &operation));
                let mut body = operation.body.as_ref().map_or(Value::Null, |body| body.example.clone());
                mutate(&mut dice, &mut body);
                let bytes = if dice.roll(5) == 0 {
                    spoil(&mut dice, &body.to_string())
                } else {
                    body.to_string().into_bytes()
                };
                let bearer = format!("Bearer {token}");
                let credential = if *name == Name::BoxOffice {
                    ("x-api-key", token.as_str())
                } else {
                    ("authorization", bearer.as_str())
                };
                let kinds = [
                    "application/json",
                    "application/json; charset=utf-8",
                    "text/plain",
                    "multipart/form-data; boundary=x",
                    "",
                ];
                let kind = if dice.roll(4) == 0 { *dice.pick(&kinds) } else { "application/json" };
                let key = *dice.pick(&["a", "\"quoted\"", "with space", "", "ü"]);
                let mut headers = vec![credential, ("content-type", kind)];
                if dice.roll(5) == 0 && key.is_ascii() {
                    headers.push(("idempotency-key", key));
                }
                if dice.roll(8) == 0 {
                    headers.push(("if-match", *dice.pick(&["*", "\"1-x\"", "nonsense", "\"\"", "W/\"3\""])));
                }
                let waited = tokio::time::timeout(
                    Duration::from_secs(10),
                    app.send(operation.method.as_str(), &target, &headers, bytes),
                );
                let answer = waited.await.unwrap_or_else(|_| panic!("{} {target} hangs", operation.id));
                sent += 1;
                let published = *name == Name::Venue && answer.status == 501;
                assert!(answer.status < 500 || published, "{} {target}: {}", operation.id, answer.status);
                if answer.status >= 400 {
                    refused += 1;
                    assert!(
                        has_shape(*name, &answer),
                        "{name:?} {} {}: {}",
                        operation.id,
                        answer.status,
                        String::from_utf8_lossy(&answer.bytes)
                    );
                }
            }
        }
    }
    assert!(sent > 2_000 && refused > sent / 3, "{sent} sent, {refused} refused");
}
