//! Scans and sorts that are right, each with what bounds it.

use super::judge::Fault;
use crate::sql::Engine;

/// A statement, by a piece of its text, whose plan may do one of the two.
#[derive(Debug)]
pub(super) struct Allowed {
    pub(super) fault: Fault,
    /// On both where it is not said.
    pub(super) engine: Option<Engine>,
    pub(super) text: &'static str,
    /// How many rows there can be, and why.
    #[allow(dead_code, reason = "it is for whoever reads the list")]
    pub(super) bound: &'static str,
}

impl Allowed {
    pub(super) fn is_for(&self, engine: Engine) -> bool {
        self.engine.is_none_or(|own| own == engine)
    }
}

const fn on_both(fault: Fault, text: &'static str, bound: &'static str) -> Allowed {
    Allowed { fault, engine: None, text, bound }
}

const fn on_sqlite(fault: Fault, text: &'static str, bound: &'static str) -> Allowed {
    Allowed { fault, engine: Some(Engine::Sqlite), text, bound }
}

/// Why the machine's owner may read whole tables.
const VERIFY: &str =
    "callboard verify reads every ledger, on a connection of its own and outside of requests";

const fn on_postgres(text: &'static str, bound: &'static str) -> Allowed {
    Allowed { fault: Fault::Scan, engine: Some(Engine::Postgres), text, bound }
}

/// Why PostgreSQL goes through an index here: there are hardly any rows, and hash joins have a prohibitive price. With
/// many rows it takes the condition that SQLite takes; SQLite's plan is held to that.
const SMALL: &str = "the few rows of this test; SQLite's plan of the same statement is bounded";

/// The first that fits counts, so that what is narrow stands before what is wide.
pub(super) const ALLOWED: &[Allowed] = &[
    on_both(Fault::Scan, "SELECT id FROM account LIMIT 1", "one row: whether there is any"),
    on_both(Fault::Scan, "SELECT id FROM organization LIMIT 1", "one row: whether there is any"),
    on_both(
        Fault::Scan,
        "SELECT id FROM organization ORDER BY id LIMIT 2",
        "two rows, in the order of the key",
    ),
    on_both(Fault::Scan, " FROM classification", "the program's own classifications, some dozens"),
    on_both(
        Fault::Sort,
        "FROM hold_item WHERE organization_id = $1 AND hold_id = $2",
        "the items of one hold: LINES_MAX, 50",
    ),
    on_sqlite(
        Fault::Sort,
        "e.organization_id = $1 AND e.slug = $2",
        "a slug is unique in its box office: one event for each box office, and one without",
    ),
    on_both(
        Fault::Sort,
        "AND c.deleted_at IS NULL ORDER BY c.number",
        "the channels of one account, over its organizations; no limit is written yet, they are made by hand",
    ),
    on_both(
        Fault::Sort,
        "FROM event e WHERE EXISTS (SELECT 1 FROM channel c",
        "NOT BOUNDED: P's list of an account with more than MERGED_MAX, 32, channels sorts all their events",
    ),
    on_sqlite(
        Fault::Sort,
        "FROM search_block b JOIN search_seat s",
        "NOT BOUNDED: the events that a word finds, which no index has in order; SQLite keeps no more of them than \
         the page, and reads as many as the rarest word finds",
    ),
    on_sqlite(
        Fault::Sort,
        "AND e.series_id = ",
        "the occurrences of one series by their last change: INSTANCES_MAX, 1000, ahead, and those that are over",
    ),
    on_both(Fault::Scan, "t.ledger_hash FROM ticket_type t JOIN event e", VERIFY),
    on_both(Fault::Sort, "t.ledger_hash FROM ticket_type t JOIN event e", VERIFY),
    on_both(Fault::Ties, "t.ledger_hash FROM ticket_type t JOIN event e", VERIFY),
    on_both(
        Fault::Ties,
        "AND e.channel_id = ",
        "events of one channel that start in the same millisecond: P's order has their numbers, the others their ids",
    ),
    Allowed {
        fault: Fault::Sort,
        engine: Some(Engine::Postgres),
        text: "FROM (SELECT e.organization_id, e.id, e.effective_start, e.number FROM event e",
        bound: "NOT BOUNDED: P's list of several channels; SQLite merges their indexes, PostgreSQL 15 appends and sorts",
    },
    on_postgres("SELECT count(*) FROM event e WHERE EXISTS (SELECT 1 FROM channel c", SMALL),
    on_postgres("DELETE FROM idempotency WHERE", SMALL),
    on_postgres("DELETE FROM login_failure WHERE", SMALL),
    on_postgres("DELETE FROM rate_slot WHERE", SMALL),
    on_postgres("DELETE FROM session WHERE", SMALL),
    on_postgres("FROM organization o JOIN change c", SMALL),
    on_postgres("AND c.deleted_at IS NULL ORDER BY c.number", SMALL),
    on_postgres("FROM session s JOIN account a", SMALL),
    on_postgres("FROM session s JOIN organization o", SMALL),
    on_postgres("UPDATE session SET revoked_at", SMALL),
    on_postgres(", o.id, o.version, o.stock_version FROM api_key k", SMALL),
];

/// The exception that a statement falls under.
pub(super) fn find(engine: Engine, fault: Fault, text: &str) -> Option<usize> {
    ALLOWED.iter().position(|one| one.fault == fault && one.is_for(engine) && text.contains(one.text))
}
