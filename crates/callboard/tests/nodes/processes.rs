//! Two real servers on one database, and clients on real connections: some hang up while their write is under way,
//! some wait for what the other server is told.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::binary::{Home, Process, ask};
use crate::support::postgres;
use crate::{count, idle_in_transaction};

const JSON: &str = "Content-Type: application/json";

fn server(url: &str, secret: &std::path::Path) -> (Home, Process) {
    let home = Home::new()
        .setting("CALLBOARD_DATABASE_URL", url)
        .setting("CALLBOARD_SECRET_FILE", secret.display().to_string())
        .setting("CALLBOARD_REGISTRATION", "open")
        .setting("CALLBOARD_RATE_LIMIT_NATIVE", "10000000")
        .setting("CALLBOARD_RATE_LIMIT_PER_IP", "0");
    let process = Process::serve(&home);
    (home, process)
}

/// Sends a whole request and hangs up after a while, or a part of one at once.
fn hang_up(address: &str, head: &str, body: &str, n: u64) {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    if n.is_multiple_of(5) {
        let part = usize::try_from(n * 37).unwrap() % request.len();
        stream.write_all(&request.as_bytes()[..part]).unwrap();
    } else {
        stream.write_all(request.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_micros(n * 97 % 12_000));
    }
}

/// Signs up on one server; the header of who did.
fn sign_up(server: &Process) -> String {
    let account = json!({ "email": "ada@example.com", "password": "correct horse battery", "name": "Ada",
        "organizationName": "Pier" });
    let made = ask(&server.address, "POST", "/v1/accounts", &[JSON], &account.to_string()).unwrap();
    let made: Value = serde_json::from_str(&made.body).unwrap();
    format!("Authorization: Bearer {}", made["session"]["token"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_changes_on_one_node_hears_of_a_write_on_the_other() {
    let Some(address) = postgres::server() else { return };
    let database = postgres::Database::make(&address);
    let secrets = tempfile::tempdir().unwrap();
    let secret = secrets.path().join("secret");
    let ((_one, a), (_other, b)) = (server(&database.url, &secret), server(&database.url, &secret));
    let bearer = sign_up(&a);
    let seen = ask(&b.address, "GET", "/v1/changes?limit=200", &[&bearer], "").unwrap();
    let seen: Value = serde_json::from_str(&seen.body).unwrap();
    let after = seen["items"].as_array().unwrap().len();
    for n in 0..5 {
        let target = format!("/v1/changes?after={}&wait=20", after + n);
        let (there, who) = (b.address.clone(), bearer.clone());
        let waiting = std::thread::spawn(move || {
            let answer = ask(&there, "GET", &target, &[&who], "").unwrap();
            (answer, Instant::now())
        });
        std::thread::sleep(Duration::from_millis(400));
        assert!(!waiting.is_finished(), "nothing has happened yet");
        let body = json!({ "name": format!("Room {n}") }).to_string();
        let told = ask(&a.address, "POST", "/v1/channels", &[JSON, &bearer], &body).unwrap();
        assert_eq!(told.status, 201, "{}", told.body);
        let written = Instant::now();
        let (answer, at) = waiting.join().unwrap();
        let items: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(items["items"][0]["type"], "channel.created", "{}", answer.body);
        let took = at.saturating_duration_since(written);
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_end_mid_write_leave_one_event_for_each_key() {
    let Some(address) = postgres::server() else { return };
    let database = postgres::Database::make(&address);
    let secrets = tempfile::tempdir().unwrap();
    let secret = secrets.path().join("secret");
    let ((_one, a), (_other, b)) = (server(&database.url, &secret), server(&database.url, &secret));
    let bearer = sign_up(&a);
    let total = u64::try_from(count(40, 200)).unwrap();
    for n in 0..total {
        let key = format!("Idempotency-Key: k{n}");
        let body =
            json!({ "title": format!("Show {n}"), "timezone": "UTC", "startsAt": "2099-12-05T01:30:00Z",
            "ticketTypes": [{ "name": "GA", "price": 1800, "quantity": 120 }] })
            .to_string();
        let head =
            format!("POST /v1/events HTTP/1.1\r\nHost: {}\r\n{JSON}\r\n{bearer}\r\n{key}\r\n", a.address);
        hang_up(&a.address, &head, &body, n);
        let again = ask(&b.address, "POST", "/v1/events", &[JSON, &bearer, &key], &body).unwrap();
        assert_eq!(again.status, 201, "{}", again.body);
    }
    // A write that was cut off may still be on its way; its key is taken, so it changes nothing.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let client = postgres::connect(&database.url).await;
    let events: i64 = client.query_one("SELECT count(*) FROM event", &[]).await.unwrap().get(0);
    assert_eq!(u64::try_from(events).unwrap(), total);
    assert_eq!(idle_in_transaction(&database.url).await, 0);
    for _ in 0..32 {
        let listed = ask(&a.address, "GET", "/v1/events", &[&bearer], "").unwrap();
        assert_eq!(listed.status, 200);
    }
}
