//! What the commands of one transaction share.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use callboard_core::ids::OrganizationId;

use super::numbers::Numbers;
use crate::events::desk::Desk;
use crate::idempotency::Known;
use crate::sales::till::Till;

/// What the commands of one transaction have in common.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// They run beside each other: rows are written at the end, savepoints cannot be had.
    pub(crate) is_interleaved: bool,
    /// The organization whose row this transaction holds; on SQLite it holds everything.
    pub(crate) held: Held,
    pub(crate) till: Till,
    pub(crate) desk: Desk,
    /// Idempotency keys that were looked up for all.
    pub(crate) known: Known,
    /// Where numbers come from if not from the transaction itself.
    pub(crate) numbers: Option<Numbers>,
    /// A program that reads terms as rows of `search_term` only works on the same database.
    pub(crate) has_older_nodes: bool,
    claims: Mutex<HashSet<String>>,
}

impl Shared {
    /// On SQLite, for commands that run beside each other.
    pub(super) fn interleaved(commands: usize) -> Shared {
        let desk = Desk::of(commands);
        Shared { is_interleaved: true, desk, ..Shared::default() }
    }

    pub(super) fn new(is_interleaved: bool, held: Held, numbers: Numbers, has_older_nodes: bool) -> Shared {
        Shared { is_interleaved, held, numbers: Some(numbers), has_older_nodes, ..Shared::default() }
    }

    /// For a command that runs as a part of another one.
    pub(super) fn nested(&self) -> Shared {
        let Shared { held, numbers, has_older_nodes, .. } = self;
        let (held, numbers, has_older_nodes) = (*held, numbers.clone(), *has_older_nodes);
        Shared { held, numbers, has_older_nodes, ..Shared::default() }
    }

    /// Makes a claim; whether it is the first one of its kind.
    pub(super) fn claim(&self, what: String) -> bool {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner).insert(what)
    }
}

/// Whose writers wait for this transaction.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// Everybody's: SQLite has one writer.
    #[default]
    All,
    One(OrganizationId),
    /// Nobody's but for the rows that are locked.
    Rows,
}
