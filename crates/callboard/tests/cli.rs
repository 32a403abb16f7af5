//! The program as scripts see it: its exit codes, its one-line faults, its signals, its JSON.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test says so by failing")]

mod binary;

use binary::{Home, Process, request};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery";

#[test]
fn a_server_stops_at_sigterm_with_0() {
    let home = Home::new();
    let mut server = Process::serve(&home);
    assert_eq!(request(&server.address, "GET", "/healthz", &[], "").0, 200);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_second_server_on_the_same_database_is_refused_with_one_line() {
    let home = Home::new();
    let mut server = Process::serve(&home);
    let second = home.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    let said = second.fault();
    assert!(said.contains("database") || said.contains("another server"), "{said}");
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_bad_setting_stops_the_start_with_one_line_that_names_it() {
    let home = Home::new();
    let refused = home.run(&["serve", "--listen", "nowhere"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = refused.fault();
    assert!(said.contains("listen") && said.contains("nowhere"), "{said}");
}

#[test]
fn help_reads_well_and_a_wrong_command_line_is_2() {
    let home = Home::new();
    for command in [
        "serve",
        "demo",
        "migrate",
        "move",
        "verify",
        "account",
        "organization",
        "key",
        "venue",
        "channel",
        "box-office",
        "openapi",
    ] {
        let help = home.run(&[command, "--help"]);
        assert_eq!(help.status.code(), Some(0), "{command}");
        let text = String::from_utf8_lossy(&help.stdout).into_owned();
        assert!(text.contains("Usage: callboard"), "{text}");
    }
    assert_eq!(home.run(&["sing"]).status.code(), Some(2));
}

#[test]
fn migrate_says_what_a_database_lacks_and_applies_it() {
    let home = Home::new();
    let missing = home.run(&["migrate", "--check"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(missing.fault().contains("lacks the migrations 1"), "{}", missing.fault());
    assert_eq!(home.run(&["migrate"]).status.code(), Some(0));
    assert_eq!(home.run(&["migrate", "--check"]).status.code(), Some(0));
}

#[test]
fn commands_need_a_database() {
    let home = Home::new();
    let refused = home.run(&["key", "list"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.fault().contains("there is no database"), "{}", refused.fault());
}

#[test]
fn a_password_is_never_taken_from_the_command_line_and_must_come_from_somewhere() {
    let home = Home::new();
    let account = ["account", "create", "--email", "ada@example.org", "--name", "Ada"];
    let refused = home.run(&account);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.fault().contains("password"), "{}", refused.fault());
    let short = home.run_with(&account, "short\n");
    assert!(short.fault().contains("/password"), "{}", short.fault());
}

/// The same commands, with the database open elsewhere and not.
fn commands_work(home: &Home) -> String {
    let made = home.json_with(
        &[
            "account",
            "create",
            "--email",
            "ada@example.org",
            "--name",
            "Ada",
            "--organization-name",
            "Analytical Room",
        ],
        PASSWORD,
    );
    assert_eq!(made["organization"]["slug"], "analytical-room");
    let venue = home.json(&[
        "venue",
        "create",
        "--name",
        "Pier 9",
        "--city",
        "Boston",
        "--state-province",
        "MA",
        "--country",
        "US",
        "--timezone",
        "America/New_York",
        "--capacity",
        "220",
    ]);
    let venue = venue["id"].as_str().unwrap().to_owned();
    let channel = home.json(&["channel", "create", "--name", "Harbour Jazz"]);
    assert_eq!(channel["number"], 1);
    let office = home.json(&[
        "box-office",
        "create",
        "--name",
        "Pier Tickets",
        "--timezone",
        "America/New_York",
        "--currency",
        "USD",
        "--default-venue",
        &venue,
    ]);
    assert_eq!(office["defaultVenueId"], venue.as_str());
    let key = home.json(&["key", "create", "--family", "venue", "--venue", &venue, "--label", "Website"]);
    let token = key["key"].as_str().unwrap().to_owned();
    assert!(token.starts_with("hdlr_live_"));
    let id = key["id"].as_str().unwrap();
    let human = home.run(&["key", "list", "-o", "analytical-room"]);
    let table = String::from_utf8_lossy(&human.stdout).into_owned();
    assert!(table.starts_with("ID") && table.contains(id) && !table.contains(&token), "{table}");
    let native =
        home.json(&["key", "create", "--family", "native", "--scope", "events:read", "--label", "Reports"]);
    let rotated = home.json(&["key", "rotate", native["id"].as_str().unwrap()]);
    assert_ne!(rotated["key"], native["key"]);
    let revoked = home.json(&["key", "revoke", rotated["id"].as_str().unwrap()]);
    assert!(revoked["revokedAt"].is_string());
    assert_eq!(home.json(&["venue", "list"])["items"].as_array().map(Vec::len), Some(1));
    let nobody = home.run(&["venue", "list", "-o", "nobody"]);
    assert_eq!((nobody.status.code(), nobody.fault().lines().count()), (Some(1), 1));
    let gone = home.run(&["channel", "delete", channel["id"].as_str().unwrap()]);
    assert_eq!(gone.status.code(), Some(0));
    token
}

#[test]
fn commands_work_beside_a_running_server_even_where_registration_is_closed() {
    let home = Home::new().setting("CALLBOARD_REGISTRATION", "closed");
    let mut server = Process::serve(&home);
    let token = commands_work(&home);
    let bearer = format!("Authorization: Bearer {token}");
    assert_eq!(request(&server.address, "GET", "/api/v1/events", &[&bearer], "").0, 200);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn commands_work_without_a_server() {
    let home = Home::new();
    let token = commands_work(&home);
    let mut server = Process::serve(&home);
    let bearer = format!("Authorization: Bearer {token}");
    assert_eq!(request(&server.address, "GET", "/api/v1/events", &[&bearer], "").0, 200);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn the_demo_answers_every_line_that_it_prints() {
    let home = Home::new();
    let mut demo = Process::demo(&home);
    let world = demo.world.clone();
    let lines = world["curl"].as_array().unwrap();
    for surface in ["channel", "venue", "developer", "box-office", "native"] {
        assert!(lines.iter().any(|line| line["surface"] == surface), "{surface}");
    }
    // Twice: every line may be repeated.
    for line in lines.iter().chain(lines) {
        let given = line["headers"].as_object().unwrap();
        let headers: Vec<String> =
            given.iter().map(|(name, value)| format!("{name}: {}", value.as_str().unwrap())).collect();
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let body = if line["body"].is_null() { String::new() } else { line["body"].to_string() };
        let (method, path) = (line["method"].as_str().unwrap(), line["path"].as_str().unwrap());
        let (status, answer) = request(&demo.address, method, path, &headers, &body);
        assert_eq!(json!(status), line["status"], "{}\n{answer}", line["command"]);
    }
    assert_eq!(demo.terminate(), Some(0));
}

#[test]
fn the_demo_is_a_varied_world() {
    let home = Home::new();
    let mut demo = Process::demo(&home);
    let world = demo.world.clone();
    let token = world["account"]["sessionToken"].as_str().unwrap();
    let bearer = format!("Authorization: Bearer {token}");
    let get = |path: &str| -> Value {
        let (status, body) = request(&demo.address, "GET", path, &[&bearer], "");
        assert_eq!(status, 200, "{path}\n{body}");
        serde_json::from_str(&body).unwrap()
    };
    let events = get("/v1/events?limit=200")["items"].as_array().unwrap().clone();
    assert!((55..=70).contains(&events.len()), "{}", events.len());
    let count = |is: &dyn Fn(&Value) -> bool| events.iter().filter(|event| is(event)).count();
    for status in ["draft", "published", "cancelled", "archived"] {
        assert!(count(&|event| event["status"] == status) > 0, "{status}");
    }
    for zone in ["America/New_York", "America/Chicago", "Europe/Berlin", "Asia/Kathmandu"] {
        assert!(count(&|event| event["timezone"] == zone) > 0, "{zone}");
    }
    assert!(count(&|event| event["soldOut"] == true) > 0);
    assert!(count(&|event| event["visibility"] == "unlisted") > 0);
    assert!(count(&|event| event["local"]["start"].is_null()) > 3);
    assert!(count(&|event| event["seriesId"].is_string()) >= 10);
    assert_eq!(demo.terminate(), Some(0));
}

#[test]
fn the_demo_keeps_nothing_and_takes_no_database() {
    let home = Home::new();
    let refused = home.run(&["demo", "--data-dir", "/nowhere"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.fault().contains("--data-dir"), "{}", refused.fault());
    let mut demo = Process::demo(&home);
    let left = || std::fs::read_dir(home.temporary()).unwrap().count();
    assert_eq!(left(), 1);
    assert_eq!(demo.terminate(), Some(0));
    assert_eq!(left(), 0);
}
