//! `callboard move`: there and back, killed and resumed, refused. To PostgreSQL where `CALLBOARD_TEST_POSTGRES` names
//! a server, else to another file; `CALLBOARD_TEST_FULL=1` moves a hundred thousand events.

use std::io::{Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::binary::{Home, Process, request};
use super::postgres::{self, Database};

/// Answers must not depend on the port that was free.
const PUBLIC_URL: (&str, &str) = ("CALLBOARD_PUBLIC_URL", "https://tickets.example");
const HOME: &str = "sqlite://callboard.db";
const BACK: &str = "sqlite://back.db";

/// Where a world is moved to.
struct Elsewhere {
    url: String,
    _database: Option<Database>,
}

impl Elsewhere {
    fn new() -> Elsewhere {
        match postgres::server() {
            Some(server) => {
                let database = Database::make(&server);
                Elsewhere { url: database.url.clone(), _database: Some(database) }
            }
            None => Elsewhere { url: "sqlite://elsewhere.db".to_owned(), _database: None },
        }
    }
}

fn generated(events: &str, organizations: &str) -> (Home, Value) {
    let home = Home::new().setting(PUBLIC_URL.0, PUBLIC_URL.1);
    let size = ["demo", "--events", events, "--organizations", organizations];
    let world = home.json(&[&size[..], &["--data-dir", "callboard-data", "--generate-only"]].concat());
    (home, world)
}

/// What was moved, table by table: its rows and checksum.
fn moved(home: &Home, from: &str, to: &str) -> Value {
    home.json(&["move", "--from", from, "--to", to])
}

fn sums(report: &Value) -> Vec<(String, Value, Value)> {
    let tables = report["tables"].as_array().unwrap().iter();
    tables
        .map(|t| (t["table"].as_str().unwrap().to_owned(), t["rows"].clone(), t["checksum"].clone()))
        .collect()
}

fn bearer(organization: &Value, family: &str) -> String {
    format!("Authorization: Bearer {}", organization["keys"][family].as_str().unwrap())
}

/// Reads of every surface: what each answers.
fn reads(server: &Process, world: &Value) -> Vec<(String, u16, String)> {
    let organization = &world["generated"]["organizations"][1];
    let event = &organization["events"][0];
    let (id, slug) = (event["id"].as_str().unwrap(), event["slug"].as_str().unwrap());
    let native = bearer(organization, "native");
    let office = format!("x-api-key: {}", organization["keys"]["boxOffice"].as_str().unwrap());
    // The box office sees its own only.
    let (_, listed) = request(&server.address, "GET", "/api/v1/events?limit=1", &[office.as_str()], "");
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let sold = listed["events"][0]["slug"].as_str().unwrap();
    let asked = [
        ("/v1/events?limit=100".to_owned(), &native),
        (format!("/v1/events/{id}"), &native),
        (format!("/v1/events/{id}/availability"), &native),
        ("/v1/orders?limit=100".to_owned(), &native),
        ("/v1/changes?limit=200".to_owned(), &native),
        ("/v1/events?search=concert&limit=50".to_owned(), &native),
        ("/v1/venues".to_owned(), &native),
        ("/api/public/v1/events?limit=50".to_owned(), &bearer(organization, "channel")),
        ("/api/public/v1/classifications?limit=50".to_owned(), &bearer(organization, "channel")),
        ("/api/v1/events?limit=50".to_owned(), &bearer(organization, "venue")),
        ("/api/v1/events?limit=50".to_owned(), &office),
        (format!("/api/v1/events/{sold}"), &office),
        (format!("/e/{}/{slug}", event["number"]), &String::new()),
    ]
    .map(|(path, header)| (path, header.clone()));
    let answer = |(path, header): (String, String)| {
        let headers: Vec<&str> =
            Some(header.as_str()).filter(|header| !header.is_empty()).into_iter().collect();
        let (status, body) = request(&server.address, "GET", &path, &headers, "");
        (path, status, body)
    };
    asked.into_iter().map(answer).collect()
}

/// A pixel; the body is text for this client, so it is sent by hand.
fn upload(server: &Process, header: &str) {
    let image =
        b"GIF89a\x01\0\x01\0\x80\0\0AAAAAA!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let mut body = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.gif\"\r\nContent-Type: image/gif\r\n\r\n".to_vec();
    body.extend(image);
    body.extend(b"\r\n--b--\r\n");
    let head = format!(
        "POST /v1/media HTTP/1.1\r\nHost: here\r\n{header}\r\nContent-Type: multipart/form-data; boundary=b\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let answer = raw(server, &[head.as_bytes(), &body].concat());
    assert!(answer.starts_with(b"HTTP/1.1 201"), "{}", String::from_utf8_lossy(&answer));
}

/// The image's bytes, which are no text.
fn image(server: &Process) -> Vec<u8> {
    let answer = raw(server, b"GET /media/1 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    answer[end + 4..].to_vec()
}

fn raw(server: &Process, request: &[u8]) -> Vec<u8> {
    let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

/// Makes something: what it is called by number, and the change that tells of it.
fn write(server: &Process, organization: &Value) -> (i64, i64) {
    let header = bearer(organization, "native");
    let headers = [header.as_str(), "Content-Type: application/json"];
    let new = json!({ "name": "After the Move" }).to_string();
    let (status, body) = request(&server.address, "POST", "/v1/channels", &headers, &new);
    assert_eq!(status, 201, "{body}");
    let channel: Value = serde_json::from_str(&body).unwrap();
    let last = last_change(server, &header);
    (channel["number"].as_i64().unwrap(), last)
}

fn last_change(server: &Process, header: &str) -> i64 {
    let mut last = 0;
    loop {
        let path = format!("/v1/changes?limit=200&after={last}");
        let (status, body) = request(&server.address, "GET", &path, &[header], "");
        assert_eq!(status, 200, "{body}");
        let page: Value = serde_json::from_str(&body).unwrap();
        match page["items"].as_array().unwrap().last() {
            Some(change) => last = change["seq"].as_i64().unwrap(),
            None => return last,
        }
    }
}

#[test]
fn a_world_moves_there_and_back_and_answers_the_same() {
    let (home, world) = generated("500", "3");
    let organization = &world["generated"]["organizations"][1];
    let mut server = Process::serve(&home);
    upload(&server, &bearer(organization, "native"));
    let (number, change) = write(&server, organization);
    let before = reads(&server, &world);
    let failed: Vec<_> =
        before.iter().filter(|(_, status, body)| *status != 200 || body.is_empty()).collect();
    assert!(failed.is_empty(), "{failed:?}");
    let pixel = image(&server);
    assert!(pixel.starts_with(b"GIF89a"));
    assert_eq!(server.terminate(), Some(0));

    let elsewhere = Elsewhere::new();
    let there = moved(&home, HOME, &elsewhere.url);
    assert_eq!(there["isResumed"], false);
    let verified = home.run(&["verify", "--database-url", &elsewhere.url]);
    assert!(verified.status.success(), "{}", verified.stderr);
    let mut server = Process::serve_with(&home, &["--database-url", &elsewhere.url]);
    assert_eq!(reads(&server, &world), before);
    assert_eq!(image(&server), pixel);
    // Numbers go on where they were.
    assert_eq!(write(&server, organization), (number + 1, change + 1));
    let after = reads(&server, &world);
    assert_eq!(server.terminate(), Some(0));

    let back = moved(&home, &elsewhere.url, BACK);
    let again = moved(&home, BACK, "sqlite://again.db");
    assert_eq!(sums(&back), sums(&again));
    let mut server = Process::serve_with(&home, &["--database-url", BACK]);
    assert_eq!(reads(&server, &world), after);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn an_untouched_world_has_the_same_checksums_after_every_move() {
    let (home, _) = generated("300", "2");
    let elsewhere = Elsewhere::new();
    let there = sums(&moved(&home, HOME, &elsewhere.url));
    let back = sums(&moved(&home, &elsewhere.url, BACK));
    assert_eq!(there, back);
    let full: Vec<&str> =
        there.iter().filter(|(_, rows, _)| rows.as_i64() > Some(0)).map(|(name, ..)| name.as_str()).collect();
    for table in [
        "organization",
        "counter",
        "event",
        "ticket_type",
        "ledger",
        "search_entry",
        "search_seat",
        "change",
        "audit",
        "ticket",
    ] {
        assert!(full.contains(&table), "{table} of {full:?}");
    }
    let verified = home.run(&["verify", "--database-url", BACK]);
    assert!(verified.status.success(), "{}", verified.stderr);
}

#[test]
fn a_move_that_is_killed_goes_on_and_doubles_nothing() {
    let (home, _) = generated("600", "2");
    let direct = moved(&home, HOME, "sqlite://direct.db");
    let elsewhere = Elsewhere::new();
    let to = elsewhere.url.as_str();
    let (mut kills, mut refused) = (0, 0);
    let resumed = loop {
        let mut child = home.start(&["move", "--from", HOME, "--to", to, "--json"], Stdio::null());
        std::thread::sleep(Duration::from_millis(150 + 50 * kills));
        // A child that has ended is not killed any more.
        if child.try_wait().unwrap().is_some_and(|status| status.success()) {
            break None;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        // What opens the database as a node does, and ends by itself where it was killed before it wrote anything.
        let opened = home.run(&["migrate", "--database-url", to]);
        if !opened.status.success() {
            refused += 1;
            let said = opened.fault();
            assert!(said.contains("callboard move") && said.lines().count() == 1, "{said}");
        }
        if refused == 4 {
            let node = home.run(&["serve", "--listen", "127.0.0.1:0", "--database-url", to]);
            assert_eq!(node.status.code(), Some(1));
            break Some(moved(&home, HOME, to));
        }
    };
    assert!(refused > 0, "the move was too quick to be killed");
    if let Some(resumed) = resumed {
        assert_eq!(resumed["isResumed"], true);
        let carried: i64 =
            resumed["tables"].as_array().unwrap().iter().map(|t| t["carried"].as_i64().unwrap()).sum();
        assert!(carried < resumed["rows"].as_i64().unwrap(), "it began anew");
        assert_eq!(sums(&resumed), sums(&direct));
    }
    assert_eq!(sums(&moved(&home, to, BACK)), sums(&direct));
    let mut server = Process::serve_with(&home, &["--database-url", to]);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn what_would_do_harm_is_refused_with_one_line() {
    let (home, _) = generated("40", "1");
    let elsewhere = Elsewhere::new();
    let refused = |from: &str, to: &str, word: &str| {
        let run = home.run(&["move", "--from", from, "--to", to]);
        assert_eq!(run.status.code(), Some(1), "{from} to {to}");
        assert!(run.fault().contains(word) && run.fault().lines().count() == 1, "{}", run.fault());
    };
    refused(HOME, HOME, "onto itself");
    refused(HOME, "sqlite://../callboard-data/callboard.db", "onto itself");
    refused("sqlite://none.db", &elsewhere.url, "there is no database");
    refused(HOME, "mysql://elsewhere", "postgres://");
    let mut server = Process::serve(&home);
    refused(HOME, &elsewhere.url, "another process has the database open");
    assert_eq!(server.terminate(), Some(0));
    home.edit("callboard.db", "DELETE FROM migration WHERE version = 4");
    refused(HOME, &elsewhere.url, "lacks the migrations 4: run `callboard migrate`");
    home.edit("callboard.db", "INSERT INTO migration (version, checksum) VALUES (4, x''), (9999, x'')");
    refused(HOME, &elsewhere.url, "newer program");
    home.edit("callboard.db", "DELETE FROM migration WHERE version = 9999");
    moved(&home, HOME, &elsewhere.url);
    refused(HOME, &elsewhere.url, "holds data already");
    let mut node = Process::serve_with(&home, &["--database-url", &elsewhere.url]);
    let in_use = if elsewhere._database.is_some() { "in use by callboard" } else { "another process has" };
    refused(&elsewhere.url, BACK, in_use);
    assert_eq!(node.terminate(), Some(0));
}

#[test]
fn a_source_that_was_written_between_two_runs_is_noticed() {
    let (home, _) = generated("40", "1");
    moved(&home, HOME, BACK);
    // As if the first run had stopped before its end.
    home.edit("back.db", "INSERT INTO installation (name, value) VALUES ('moving', CAST('another' AS BLOB))");
    let changed = home.run(&["move", "--from", HOME, "--to", BACK]);
    assert!(
        changed.fault().contains("written since") && changed.fault().contains("--restart"),
        "{}",
        changed.fault()
    );
    let unfinished = home.run(&["move", "--from", BACK, "--to", "sqlite://third.db"]);
    assert!(unfinished.fault().contains("not complete"), "{}", unfinished.fault());
    let verify = home.run(&["verify", "--database-url", BACK]);
    assert!(verify.fault().contains("callboard move"), "{}", verify.fault());
    let anew = home.json(&["move", "--from", HOME, "--to", BACK, "--restart"]);
    assert_eq!(sums(&anew), sums(&moved(&home, HOME, "sqlite://third.db")));
}

/// The promised size. Prints what it took.
#[test]
fn a_hundred_thousand_events_move_there_and_back() {
    if std::env::var_os("CALLBOARD_TEST_FULL").is_none() {
        return;
    }
    let began = Instant::now();
    let (home, _) = generated("100000", "100");
    let made = began.elapsed();
    let elsewhere = Elsewhere::new();
    let there = moved(&home, HOME, &elsewhere.url);
    let back = moved(&home, &elsewhere.url, BACK);
    assert_eq!(sums(&there), sums(&back));
    let verified = home.run(&["verify", "--database-url", BACK]);
    assert!(verified.status.success(), "{}", verified.stderr);
    let (rows, out, home_again) = (&there["rows"], &there["seconds"], &back["seconds"]);
    eprintln!("made in {made:.1?}; {rows} rows there in {out} s and back in {home_again} s");
    sums(&back).iter().for_each(|(table, rows, checksum)| eprintln!("{table} {rows} {checksum}"));
}
