//! What a move carries is all that the schema has, on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test may panic anywhere"
)]

mod common;

use std::collections::BTreeMap;

use callboard_store::moving::{self, Kind, Place, Stop, tables};
use common::*;

/// Tables that belong to a database and not to what it holds.
const OF_THE_DATABASE: [&str; 2] = ["migration", "migration_lock"];

/// A table's columns with the engine's words for them, and the columns of its key.
type Shape = (Vec<(String, String)>, Vec<String>);

/// The tables as the migrations are read, in the words of an engine.
fn read(word: impl Fn(Kind) -> &'static str) -> BTreeMap<String, Shape> {
    let shape = |table: &moving::Table| {
        let key = table.key.iter().map(|place| table.columns[*place].0.clone()).collect();
        let columns =
            table.columns.iter().map(|(name, kind)| (name.clone(), word(*kind).to_owned())).collect();
        (table.name.clone(), (columns, key))
    };
    tables().iter().map(shape).collect()
}

#[tokio::test]
async fn no_table_and_no_column_of_sqlite_is_forgotten() {
    let world = World::embedded().await;
    let conn = rusqlite::Connection::open(world.dir.path().join("callboard.db")).unwrap();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut statement = conn.prepare(sql).unwrap();
    let names = statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
    let mut found = BTreeMap::new();
    for name in names.filter(|name| !OF_THE_DATABASE.contains(&name.as_str())) {
        let mut info = conn.prepare(&format!("PRAGMA table_info({name})")).unwrap();
        let rows = info.query_map([], |row| Ok((row.get(1)?, row.get(2)?, row.get::<_, i64>(5)?))).unwrap();
        let columns: Vec<(String, String, i64)> = rows.map(Result::unwrap).collect();
        let mut key: Vec<_> = columns.iter().filter(|(_, _, place)| *place > 0).collect();
        key.sort_by_key(|(_, _, place)| *place);
        let key = key.into_iter().map(|(name, _, _)| name.clone()).collect();
        found.insert(name, (columns.into_iter().map(|(name, word, _)| (name, word)).collect(), key));
    }
    let word = |kind| match kind {
        Kind::Id | Kind::Bytes => "BLOB",
        Kind::Text => "TEXT",
        Kind::Int | Kind::Bool => "INTEGER",
        Kind::Real => "REAL",
    };
    assert_eq!(read(word), found);
}

#[tokio::test]
async fn no_table_and_no_column_of_postgres_is_forgotten() {
    let Some(server) = postgres::server() else { return };
    let database = postgres::Database::make(&server);
    let client = postgres::connect(&database.url).await;
    let sql = "SELECT table_name::text, column_name::text, udt_name::text FROM information_schema.columns
               WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";
    let mut found: BTreeMap<String, Shape> = BTreeMap::new();
    for row in client.query(sql, &[]).await.unwrap() {
        let table: String = row.get(0);
        if !OF_THE_DATABASE.contains(&table.as_str()) {
            found.entry(table).or_default().0.push((row.get(1), row.get(2)));
        }
    }
    let sql = "SELECT k.table_name::text, k.column_name::text FROM information_schema.key_column_usage k
               JOIN information_schema.table_constraints c ON c.constraint_name = k.constraint_name
               AND c.table_name = k.table_name WHERE c.constraint_type = 'PRIMARY KEY' AND c.table_schema = 'public'
               ORDER BY k.table_name, k.ordinal_position";
    for row in client.query(sql, &[]).await.unwrap() {
        if let Some((_, key)) = found.get_mut(&row.get::<_, String>(0)) {
            key.push(row.get(1));
        }
    }
    let word = |kind| match kind {
        Kind::Id => "uuid",
        Kind::Bytes => "bytea",
        Kind::Text => "text",
        Kind::Int => "int8",
        Kind::Bool => "bool",
        Kind::Real => "float8",
    };
    assert_eq!(read(word), found);
}

/// Values at the edges of what the columns hold, there and back, on SQLite and through PostgreSQL if there is one.
#[tokio::test]
async fn values_at_the_edges_arrive_as_they_were() {
    let world = World::embedded().await;
    let tenant = world.person("ada@example.org").await;
    let names = ["", "é \u{1F3BA} “quoted” \\x00 \\ '", "\u{10FFFF}", "line\nbreak\ttab"];
    let path = world.dir.path().join("callboard.db");
    for (n, name) in names.iter().enumerate() {
        world.venue(&tenant, &format!("Venue {n}")).await;
        let conn = rusqlite::Connection::open(&path).unwrap();
        let sql = "UPDATE venue SET city = ?1, latitude = ?2, longitude = ?3, capacity = ?4 WHERE name = ?5";
        let (latitude, longitude) = (f64::from_bits(n as u64 + 1), -0.1 - 1e-17 * n as f64);
        let capacity = [0, 1, i64::from(u32::MAX), i64::MAX][n];
        conn.execute(sql, rusqlite::params![name, latitude, longitude, capacity, format!("Venue {n}")])
            .unwrap();
    }
    drop(world.store);
    let database = postgres::server().map(|server| postgres::Database::make(&server));
    let away = match &database {
        Some(database) => Place::Postgres(database.url.clone()),
        None => Place::Sqlite(world.dir.path().join("away.db")),
    };
    let (from, back) = (Place::Sqlite(path), Place::Sqlite(world.dir.path().join("back.db")));
    let there = moving::run(&from, &away, false, &mut |_| ()).await.unwrap();
    let home = moving::run(&away, &back, false, &mut |_| ()).await.unwrap();
    for (out, home) in there.tables.iter().zip(&home.tables) {
        assert_eq!((&out.table, out.source), (&home.table, home.target));
    }
    let venues = there.tables.iter().find(|table| table.table == "venue").unwrap();
    assert_eq!(venues.carried, 4);
    // Once it is there, it is data like any other.
    assert!(matches!(moving::run(&from, &away, false, &mut |_| ()).await, Err(Stop::Refused(..))));
}
