//! Every statement of the store has an index to go by, on both engines: what runs is recorded at the seam, explained,
//! and refused if it scans a table or sorts without a written bound.
//!
//! SQLite plans by figures that are written (`sql::statistics`), so that its plans here are those of a large
//! installation. PostgreSQL plans by the rows that there are: see [`judge::prepare`].

mod allowed;
mod asked;
#[path = "../../tests/common/mod.rs"]
mod common;
mod judge;
mod rows;
mod sources;
mod world;

use std::collections::BTreeMap;

use common::World;

use crate::sql::{Engine, recorder};

#[tokio::test]
async fn no_statement_scans_a_table_or_sorts_without_a_bound() {
    let world = World::new().await;
    let engine = world.store.engine();
    // The migrations went through whole tables once.
    recorder::take();
    let facts = world::Facts::new(world).await;
    asked::all(&facts).await;
    facts.work().await;
    let ran = recorder::take();
    rows::add(&facts).await;
    let conn = facts.world.store.read().await.unwrap();
    judge::prepare(&conn, engine).await;

    let mut refused = BTreeMap::<String, (usize, String)>::new();
    let mut used = vec![false; allowed::ALLOWED.len()];
    let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    for statement in ran.iter().filter(|statement| verbs.iter().any(|verb| statement.sql.starts_with(verb))) {
        let (faults, plan) = judge::explain(&conn, statement).await;
        let text = sources::plain(&statement.sql);
        for fault in faults {
            match allowed::find(engine, fault, &text) {
                Some(n) => used[n] = true,
                None => {
                    let key = format!("{fault:?}: {}", plan.join(" · "));
                    refused.entry(key).or_insert_with(|| (0, short(&text))).0 += 1;
                }
            }
        }
    }
    let told: Vec<String> =
        refused.iter().map(|(plan, (count, text))| format!("{count} × {plan}\n    {text}")).collect();
    assert!(told.is_empty(), "{} plans are not bounded:\n{}", told.len(), told.join("\n"));

    // PostgreSQL's plans differ from version to version, so that an exception may stand by there.
    let unused = allowed::ALLOWED.iter().zip(used).filter(|(one, used)| one.is_for(Engine::Sqlite) && !used);
    let unused: Vec<&str> = unused.map(|(one, _)| one.text).collect();
    assert!(engine != Engine::Sqlite || unused.is_empty(), "exceptions that nothing needs: {unused:#?}");

    let texts: Vec<String> = ran.iter().map(|statement| sources::plain(&statement.sql)).collect();
    let pieces = sources::pieces(engine);
    assert!(pieces.len() > 40, "the store's texts are found: {}", pieces.len());
    let unseen: Vec<_> =
        pieces.iter().filter(|piece| !texts.iter().any(|text| text.contains(&piece.text))).collect();
    let unseen: Vec<String> = unseen.iter().map(|piece| format!("{}: {}", piece.file, piece.text)).collect();
    assert!(unseen.is_empty(), "never asked: {unseen:#?}");
}

/// A statement without its columns.
fn short(text: &str) -> String {
    match text.split_once(" FROM ") {
        Some((head, tail)) if head.len() > 80 => format!("{}… FROM {tail}", head.get(..40).unwrap_or("")),
        _ => text.to_owned(),
    }
}
