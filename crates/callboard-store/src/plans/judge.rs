//! What an engine says it would do for a statement, and what of it grows with the data.

use std::collections::HashSet;

use crate::sql::recorder::Recorded;
use crate::sql::{Conn, Engine, Param, Row};

/// What a plan may not do without a written reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Fault {
    /// Reads a table, or an index, from one end to the other.
    Scan,
    /// Sorts what it found.
    Sort,
    /// Sorts those that an index leaves at the same place.
    Ties,
}

/// The faults of a statement's plan, and the plan.
pub(super) async fn explain(conn: &Conn, statement: &Recorded) -> (Vec<Fault>, Vec<String>) {
    let params = statement.params();
    let (faults, plan) = match conn {
        Conn::Sqlite(_) => {
            let plan = lines(conn, "EXPLAIN QUERY PLAN", statement, &params, 3).await;
            (lite(&plan), plan)
        }
        Conn::Postgres(_) => {
            let plan = lines(conn, "EXPLAIN (COSTS OFF)", statement, &params, 0).await;
            (postgres(&plan), plan)
        }
    };
    let distinct: HashSet<Fault> = faults.into_iter().collect();
    (distinct.into_iter().collect(), plan)
}

async fn lines(
    conn: &Conn,
    how: &str,
    statement: &Recorded,
    params: &[Param<'_>],
    column: usize,
) -> Vec<String> {
    let sql = format!("{how} {}", statement.sql);
    let read = |row: &Row<'_>| row.get::<String>(column);
    conn.rows(&sql, params, read).await.unwrap_or_else(|fault| panic!("{fault}\nin {sql}"))
}

/// Source: sqlite.org/eqp.html.
fn lite(plan: &[String]) -> Vec<Fault> {
    let made: HashSet<&str> = plan
        .iter()
        .filter_map(|line| line.strip_prefix("CO-ROUTINE ").or_else(|| line.strip_prefix("MATERIALIZE ")))
        .collect();
    let fault = |line: &String| {
        if let Some(what) = line.strip_prefix("SCAN ") {
            // What a part of the statement yields is read whole; that part has lines of its own.
            let is_own =
                what == "CONSTANT ROW" || what.split(' ').next().is_some_and(|name| made.contains(name));
            return (!is_own).then_some(Fault::Scan);
        }
        if line.contains("AUTOMATIC") {
            return Some(Fault::Scan);
        }
        let ties = line.starts_with("USE TEMP B-TREE FOR LAST").then_some(Fault::Ties);
        ties.or_else(|| line.starts_with("USE TEMP B-TREE").then_some(Fault::Sort))
    };
    plan.iter().filter_map(fault).collect()
}

/// A way through an index that has no condition reads all of it.
fn postgres(plan: &[String]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (n, line) in plan.iter().enumerate() {
        let node = line.trim_start().trim_start_matches("->").trim_start();
        let own = || plan.iter().skip(n + 1).take_while(|line| !line.contains("->"));
        if node.starts_with("Seq Scan") || node.starts_with("Parallel Seq Scan") {
            faults.push(Fault::Scan);
        }
        let by_index = ["Index Scan", "Index Only Scan", "Bitmap Index Scan"];
        if by_index.iter().any(|kind| node.starts_with(kind))
            && !own().any(|line| line.contains("Index Cond:"))
        {
            faults.push(Fault::Scan);
        }
        if node.starts_with("Incremental Sort") {
            faults.push(Fault::Ties);
        } else if node == "Sort" {
            faults.push(Fault::Sort);
        }
    }
    faults
}

/// PostgreSQL weighs a plan by how many rows there are now, and takes a scan or a sort where they are few; what must
/// hold is that it has another way when they are many. With both at a prohibitive price, what is left of them has none.
pub(super) async fn prepare(conn: &Conn, engine: Engine) {
    if engine == Engine::Postgres {
        for setting in ["enable_seqscan", "enable_sort", "enable_hashjoin", "enable_mergejoin"] {
            conn.exec(&format!("SET {setting} = off"), &[]).await.unwrap();
        }
    }
}
