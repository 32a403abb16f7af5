//! Several nodes on one PostgreSQL database: nothing correct depends on a node's memory.
//! Runs where `CALLBOARD_TEST_POSTGRES` names a server; `CALLBOARD_TEST_FULL=1` raises the counts to the promised ones.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test says so by failing")]

#[path = "binary/mod.rs"]
mod binary;
mod support;

#[path = "nodes/faults.rs"]
mod faults;
#[path = "nodes/pooler.rs"]
mod pooler;
#[path = "nodes/processes.rs"]
mod processes;
#[path = "nodes/sharing.rs"]
mod sharing;
#[path = "nodes/tls.rs"]
mod tls;

use support::{Organizer, TestApp, postgres};

/// Limits that no test meets by accident; they are served in slices.
const GENEROUS: [(&str, &str); 3] = [
    ("CALLBOARD_RATE_LIMIT_NATIVE", "10000000"),
    ("CALLBOARD_RATE_LIMIT_PER_IP", "0"),
    ("CALLBOARD_KEY_CREATIONS_PER_HOUR", "1000000"),
];

/// Two nodes on one database; `None` without a PostgreSQL server.
fn nodes() -> Option<(TestApp, TestApp)> {
    let database = postgres::Database::make(&postgres::server()?);
    let url = database.url.clone();
    let first = TestApp::on(Some(database), &GENEROUS);
    let second = first.join(&url);
    Some((first, second))
}

fn count(quick: usize, full: usize) -> usize {
    if std::env::var_os("CALLBOARD_TEST_FULL").is_some() { full } else { quick }
}

/// A person as the other node sees them.
fn elsewhere<'a>(node: &'a TestApp, person: &Organizer<'_>) -> Organizer<'a> {
    Organizer { app: node, email: person.email.clone(), token: person.token.clone() }
}

/// Sessions of a database that hold a transaction open without working.
async fn idle_in_transaction(url: &str) -> i64 {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
               AND state LIKE 'idle in transaction%'";
    postgres::connect(url).await.query_one(sql, &[]).await.unwrap().get(0)
}
