//! Two nodes behind PgBouncer in transaction mode: every transaction may have another session.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{TestApp, postgres};
use crate::{GENEROUS, elsewhere, idle_in_transaction};

struct Bouncer {
    child: Child,
    port: u16,
    _home: tempfile::TempDir,
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Bouncer {
    /// In front of a server; `None` where there is no PgBouncer.
    fn start(server: &str) -> Option<Bouncer> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
            .into_iter()
            .find(|p| std::path::Path::new(p).exists());
        let Some(program) = program else {
            eprintln!("pgbouncer is not there: nothing was tested");
            return None;
        };
        let address = server.split_once('@')?.1.split_once('/')?.0;
        let (host, to) = address.rsplit_once(':')?;
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={host} port={to} user=callboard\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n\
             default_pool_size = 6\nmax_client_conn = 200\nlogfile =\n"
        );
        std::fs::write(&file, text).unwrap();
        let mut command = Command::new(program);
        command.arg("-q").arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
        // It refuses to run as root.
        let id = |flag: &str| {
            let said = Command::new("id").args([flag, "postgres"]).output().unwrap().stdout;
            String::from_utf8(said).unwrap().trim().parse::<u32>().unwrap()
        };
        if String::from_utf8_lossy(&Command::new("id").arg("-u").output().unwrap().stdout).trim() == "0" {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
            command.gid(id("-g")).uid(id("-u"));
        }
        let child = command.spawn().unwrap();
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(10), "pgbouncer does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Bouncer { child, port, _home: home })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_a_database_through_a_pooler_in_transaction_mode() {
    let Some(server) = postgres::server() else { return };
    let Some(bouncer) = Bouncer::start(&server) else { return };
    let mut database = postgres::Database::make(&server);
    let (direct, name) = (database.url.clone(), database.url.rsplit_once('/').unwrap().1.to_owned());
    database.url = format!("postgres://callboard@127.0.0.1:{}/{name}&statement_cache=off", bouncer.port);
    let url = database.url.clone();
    let a = TestApp::on(Some(database), &GENEROUS);
    let b = tokio::task::block_in_place(|| a.join(&url));
    let ada = a.organizer("Harbour").await;
    let there = elsewhere(&b, &ada);

    // Keys are read, counted and revoked.
    let minted =
        ada.mint(json!({ "family": "native", "scopes": ["venues:read"], "rateLimitPerMinute": 60 })).await;
    let (key, id) = (minted.text("/key"), minted.text("/id"));
    let answers = join_all((0..80).map(|n| if n % 2 == 0 { &a } else { &b }.get("/v1/venues", key))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 60);
    ada.post(&format!("/v1/keys/{id}/revoke"), json!({})).await.is(200);
    b.get("/v1/venues", key).await.is(401);

    // Tickets are sold out of two nodes at once, none twice.
    let event = json!({ "title": "Low Tide", "timezone": "UTC", "startsAt": "2026-12-05T01:30:00Z",
        "ticketTypes": [{ "name": "GA", "price": 1800, "quantity": 50 }] });
    let made = ada.post("/v1/events", event).await.is(201);
    ada.post(&format!("/v1/events/{}/publish", made.text("/id")), json!({})).await.is(200);
    let order = json!({ "eventId": made.text("/id"), "payment": { "method": "door" },
        "items": [{ "ticketTypeId": made.text("/ticketTypes/0/id"), "quantity": 1 }],
        "buyer": { "name": "Ada", "email": "ada@example.com" } });
    let buyers = (0..80).map(|n| if n % 2 == 0 { &ada } else { &there }.post("/v1/orders", order.clone()));
    let told: Vec<u16> = join_all(buyers).await.iter().map(|answer| answer.status).collect();
    assert_eq!(told.iter().filter(|status| **status == 201).count(), 50, "{told:?}");
    assert_eq!(told.iter().filter(|status| **status == 409).count(), 30, "{told:?}");
    let left = there.get(&format!("/v1/events/{}", made.text("/id"))).await.is(200);
    assert_eq!(left.at("/ticketTypes/0/available"), 0);
    there.get("/v1/changes?limit=200").await.is(200);
    assert_eq!(idle_in_transaction(&direct).await, 0);
}
