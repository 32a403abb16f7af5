//! The database goes away and comes back: nothing that was answered is lost, nothing is done twice.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Organizer, TestApp, postgres};
use crate::{GENEROUS, count, elsewhere, idle_in_transaction, nodes};

/// A server of this test's own, which it may kill.
pub(super) struct Cluster(tempfile::TempDir);

impl Cluster {
    pub(super) fn start() -> (Cluster, String) {
        let cluster = Cluster(tempfile::tempdir().unwrap());
        let address = cluster.tell("start");
        (cluster, address)
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn tell(&self, action: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/postgres.sh");
        let told = Command::new(script).arg(action).arg(self.0.path()).output().unwrap();
        assert!(told.status.success(), "{action}: {}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8_lossy(&told.stdout).trim().to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/postgres.sh");
        let _ = Command::new(script).arg("stop").arg(self.0.path()).output();
    }
}

/// What the writers saw.
#[derive(Default)]
struct Seen {
    is_over: AtomicBool,
    done: AtomicUsize,
    refused: AtomicUsize,
    wrong: std::sync::Mutex<Vec<String>>,
}

fn hall(name: &str) -> Value {
    json!({ "name": name, "city": "New York", "stateProvince": "NY", "country": "US",
        "timezone": "America/New_York", "capacity": 220 })
}

/// What the writers write: venues, and orders of one ticket type with stock for all of them.
#[derive(Clone)]
struct Work {
    nodes: [Arc<TestApp>; 2],
    token: String,
    order: Value,
}

impl Work {
    async fn open(nodes: [Arc<TestApp>; 2]) -> Work {
        let ada = nodes[0].organizer("Harbour").await;
        let event = json!({ "title": "Low Tide", "timezone": "UTC", "startsAt": "2026-12-05T01:30:00Z",
            "ticketTypes": [{ "name": "GA", "price": 1800, "quantity": 1_000_000 }] });
        let made = ada.post("/v1/events", event).await.is(201);
        ada.post(&format!("/v1/events/{}/publish", made.text("/id")), json!({})).await.is(200);
        let order = json!({ "eventId": made.text("/id"), "payment": { "method": "door" },
            "items": [{ "ticketTypeId": made.text("/ticketTypes/0/id"), "quantity": 1 }],
            "buyer": { "name": "Ada", "email": "ada@example.com" } });
        let token = ada.token.clone();
        Work { nodes, token, order }
    }
}

/// Writes one thing after the other, each asked for until it is answered; the paths of what was made.
async fn write_on(work: Work, writer: usize, seen: Arc<Seen>) -> Vec<String> {
    let Work { nodes, token, order } = work;
    let path = if writer.is_multiple_of(2) { "/v1/venues" } else { "/v1/orders" };
    let (bearer, mut made, mut tries) = (format!("Bearer {token}"), Vec::new(), 0_usize);
    while !seen.is_over.load(Ordering::Relaxed) {
        let name = format!("{writer}-{}", made.len());
        let body = if writer.is_multiple_of(2) { hall(&name) } else { order.clone() };
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", name.as_str()),
        ];
        let id = loop {
            tries += 1;
            let node = &nodes[tries % 2];
            let answer = node.send("POST", path, &headers, body.to_string()).await;
            match answer.status {
                201 => break answer.text("/id").to_owned(),
                503 | 409 => {
                    seen.refused.fetch_add(1, Ordering::Relaxed);
                    if answer.header("retry-after").is_empty() {
                        seen.wrong.lock().unwrap().push(format!("no Retry-After: {}", answer.json));
                    }
                }
                other => seen.wrong.lock().unwrap().push(format!("{other}: {}", answer.json)),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        seen.done.fetch_add(1, Ordering::Relaxed);
        let read = nodes[(tries + 1) % 2].get(&format!("{path}/{id}"), &token).await;
        if ![200, 503].contains(&read.status) {
            seen.wrong.lock().unwrap().push(format!("read {}: {}", read.status, read.json));
        }
        made.push(id);
    }
    made
}

/// Waits for the next success; how long that took.
async fn next_success(seen: &Seen) -> Duration {
    let (began, before) = (Instant::now(), seen.done.load(Ordering::Relaxed));
    while seen.done.load(Ordering::Relaxed) == before {
        assert!(began.elapsed() < Duration::from_secs(20), "no write succeeds any more");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_dies_under_load_loses_and_doubles_nothing() {
    if postgres::server().is_none() {
        return;
    }
    let (cluster, server) = Cluster::start();
    let database = postgres::Database::make(&server);
    let url = database.url.clone();
    let a = TestApp::on(Some(database), &GENEROUS);
    let b = Arc::new(a.join(&url));
    let a = Arc::new(a);
    let work = Work::open([a.clone(), b.clone()]).await;
    let seen = Arc::new(Seen::default());
    let writers: Vec<_> = (0..8).map(|n| tokio::spawn(write_on(work.clone(), n, seen.clone()))).collect();
    let mut slowest = Duration::ZERO;
    for round in 0..count(3, 50) {
        next_success(&seen).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        postgres::connect(&url).await.query(kill, &[]).await.unwrap();
        slowest = slowest.max(next_success(&seen).await);
        let down = Duration::from_millis(if round % 5 == 4 { 5_000 } else { 300 });
        tokio::task::block_in_place(|| {
            cluster.tell(if round.is_multiple_of(2) { "kill" } else { "stop" });
            std::thread::sleep(down);
            cluster.tell("resume")
        });
        slowest = slowest.max(next_success(&seen).await);
    }
    seen.is_over.store(true, Ordering::Relaxed);
    let (mut venues, mut orders) = (Vec::new(), Vec::new());
    for (n, writer) in writers.into_iter().enumerate() {
        let made = if n.is_multiple_of(2) { &mut venues } else { &mut orders };
        made.extend(writer.await.unwrap());
    }
    assert_eq!(*seen.wrong.lock().unwrap(), Vec::<String>::new());
    for (table, mut told) in [("venue", venues), ("ticket_order", orders)] {
        let rows = postgres::connect(&url).await.query(&format!("SELECT id::text FROM {table}"), &[]).await;
        let mut stored: Vec<String> = rows.unwrap().iter().map(|row| row.get(0)).collect();
        stored.sort();
        told.sort();
        assert_eq!(stored, told, "{table}");
    }
    let (done, refused) = (seen.done.load(Ordering::Relaxed), seen.refused.load(Ordering::Relaxed));
    eprintln!("{done} writes, {refused} refusals, slowest return {slowest:?}");
    assert!(slowest <= Duration::from_secs(2), "{slowest:?}");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(idle_in_transaction(&url).await, 0);
}

/// A road to the database that can swallow everything without a word.
async fn road(to: String, is_cut: Arc<AtomicBool>) -> u16 {
    let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = door.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((near, _)) = door.accept().await {
            let Ok(far) = TcpStream::connect(&to).await else { continue };
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            tokio::spawn(carry(near_in, far_out, is_cut.clone()));
            tokio::spawn(carry(far_in, near_out, is_cut.clone()));
        }
    });
    port
}

async fn carry(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    is_cut: Arc<AtomicBool>,
) {
    let mut bytes = vec![0; 16_384];
    while let Ok(n @ 1..) = from.read(&mut bytes).await {
        while is_cut.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if to.write_all(&bytes[..n]).await.is_err() {
            return;
        }
    }
}

/// The 99th of a hundred reads, and of a hundred writes.
async fn slow_ones(who: &Organizer<'_>) -> (Duration, Duration) {
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    for n in 0..100 {
        let began = Instant::now();
        who.get("/v1/venues?limit=5").await.is(200);
        reads.push(began.elapsed());
        let began = Instant::now();
        who.venue(&format!("Hall {n}")).await;
        writes.push(began.elapsed());
    }
    reads.sort();
    writes.sort();
    (reads[98], writes[98])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_cut_off_says_so_in_time_and_the_other_goes_on() {
    let Some((a, _)) = nodes() else { return };
    let ada = a.organizer("Harbour").await;
    let is_cut = Arc::new(AtomicBool::new(false));
    let (_, rest) = a.database_url().split_once('@').unwrap();
    let (address, name) = rest.split_once('/').unwrap();
    let port = road(address.to_owned(), is_cut.clone()).await;
    let by_road = format!("postgres://callboard@127.0.0.1:{port}/{name}");
    let b = tokio::task::block_in_place(|| a.join(&by_road));
    let there = elsewhere(&b, &ada);
    there.venue("Before").await;
    b.send("GET", "/readyz", &[], "").await.is(200);

    let whole = slow_ones(&ada).await;
    is_cut.store(true, Ordering::Relaxed);
    let timed = async |method: &str, path: &str, body: Option<&Value>| {
        let began = Instant::now();
        let answer = b.call(method, path, &ada.token, body).await.is(503);
        (began.elapsed(), answer)
    };
    let ready = timed("GET", "/readyz", None).await.0;
    assert!(ready <= Duration::from_secs(2), "{ready:?}");
    for _ in 0..3 {
        let (took, answer) = timed("POST", "/v1/venues", Some(&hall("Lost"))).await;
        assert!(took <= Duration::from_secs(5), "{took:?}");
        assert_eq!(answer.header("retry-after"), "1");
    }
    ada.venue("Meanwhile").await;
    a.send("GET", "/readyz", &[], "").await.is(200);
    let cut = slow_ones(&ada).await;
    eprintln!("p99 of the healthy node: {whole:?} before, {cut:?} while the other is cut off (read, write)");

    is_cut.store(false, Ordering::Relaxed);
    let began = Instant::now();
    while b.send("GET", "/readyz", &[], "").await.status != 200 {
        assert!(began.elapsed() <= Duration::from_secs(3), "it does not come back");
    }
    there.venue("After").await;
}
