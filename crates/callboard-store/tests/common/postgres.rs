//! A PostgreSQL database of a test's own: copied from a template that is migrated once per server.

use std::future::Future;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use callboard_core::canonical::{hex, sha256};
use callboard_store::{Store, StoreOptions};
use futures_util::StreamExt;
use tokio_postgres::{Client, NoTls};

static MADE: AtomicU64 = AtomicU64::new(0);
/// Whoever holds this advisory lock makes the template.
const LOCK: &str = "SELECT pg_advisory_lock(7269)";

/// The test server, where `CALLBOARD_TEST_POSTGRES` names one: the address of a database whose user may make others.
pub fn server() -> Option<String> {
    std::env::var("CALLBOARD_TEST_POSTGRES").ok().filter(|address| !address.is_empty())
}

/// A migrated database that goes when this does.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
    pub url: String,
}

impl Database {
    pub fn make(server: &str) -> Database {
        let name = format!("cb_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let (address, made) = (server.to_owned(), name.clone());
        apart(move || async move {
            let client = connect(&address).await;
            let template = template(&client, &address).await;
            let sql = format!("CREATE DATABASE {made} TEMPLATE {template}");
            client.batch_execute(&sql).await.expect("the template can be copied");
        });
        Database { url: at(server, &name), server: server.to_owned(), name }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (address, name) = (self.server.clone(), self.name.clone());
        apart(move || async move {
            let client = connect(&address).await;
            // What is left is found in the server's directory, which is thrown away.
            let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        });
    }
}

/// The template of this schema; made by the first who asks, under a name that shows it is whole.
async fn template(client: &Client, server: &str) -> String {
    let name = format!("cb_template_{}", &hex(&sha256(&schema()))[..12]);
    let exists = async || {
        let found = client.query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await;
        !found.expect("the catalogue can be read").is_empty()
    };
    if exists().await {
        return name;
    }
    client.batch_execute(LOCK).await.expect("the lock is granted");
    if !exists().await {
        let raw = format!("cb_raw_{}", std::process::id());
        client.batch_execute(&format!("CREATE DATABASE {raw}")).await.expect("a database can be made");
        let opened = Store::open_postgres(&at(server, &raw), StoreOptions::default()).await;
        drop(opened.expect("the migrations run"));
        let gone = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1";
        while client.query_one(gone, &[&raw]).await.expect("the sessions can be counted").get::<_, i64>(0) > 0
        {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let renamed = client.batch_execute(&format!("ALTER DATABASE {raw} RENAME TO {name}")).await;
        renamed.expect("the template gets its name");
    }
    client.batch_execute("SELECT pg_advisory_unlock_all()").await.expect("the lock is given back");
    name
}

/// Every migration's text.
fn schema() -> Vec<u8> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../callboard-store/migrations");
    let entries = std::fs::read_dir(directory).expect("the migrations are there");
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files.iter().flat_map(|file| std::fs::read(file).expect("a migration can be read")).collect()
}

/// The address of another database of the same server.
pub fn at(server: &str, name: &str) -> String {
    let (base, _) = server.rsplit_once('/').expect("the address ends with a database");
    format!("{base}/{name}?sslmode=disable")
}

/// A connection of the test itself.
pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server answers");
    tokio::spawn(connection);
    client
}

/// Every table with the bytes of all its rows, for tests that search them.
pub async fn dump(url: &str) -> Vec<(String, Vec<u8>)> {
    let client = connect(url).await;
    let tables = client.query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'", &[]).await;
    let mut dumped = Vec::new();
    for row in tables.expect("the catalogue can be read") {
        let name: String = row.get(0);
        let copy = format!("COPY {name} TO STDOUT (FORMAT binary)");
        let mut rows = std::pin::pin!(client.copy_out(&copy).await.expect("a table can be copied"));
        let mut bytes = Vec::new();
        while let Some(piece) = rows.next().await {
            bytes.extend_from_slice(&piece.expect("a table can be copied to its end"));
        }
        dumped.push((name, bytes));
    }
    dumped
}

/// Runs in a thread and runtime of its own, so that tests may begin and end outside of `async`.
fn apart<F: Future<Output = ()>>(work: impl FnOnce() -> F + Send + 'static) {
    let ran = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be made").block_on(work());
    });
    if !std::thread::panicking() {
        ran.join().expect("the test database is ready");
    }
}
