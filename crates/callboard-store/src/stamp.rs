//! What an answer was true under: the counters of every organization that a tenant's reads look into.
//!
//! Whoever keeps an answer takes the stamp *before* it reads the rows. A write between the two makes the answer newer
//! than its stamp, which costs one more rendering; an answer older than its stamp cannot come about.
//! Source: design.md §3, §7.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Arc, PoisonError, RwLock};

use callboard_core::ids::{AccountId, OrganizationId};
use foldhash::fast::RandomState;

use crate::error::Result;
use crate::sql::{Conn, Raised, Row, params};
use crate::store::Store;
use crate::tenant::{Reach, Tenant};

/// An organization's counters: `version` for descriptions, places and keys, `stock` for holds and sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    pub version: i64,
    pub stock: i64,
    pub change_seq: i64,
}

/// The counters that a tenant's reads depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stamp {
    /// One organization's.
    One { version: i64, stock: i64 },
    /// Those of every organization that the account belongs to, in the order of their ids.
    Many(Arc<[(OrganizationId, i64, i64)]>),
}

/// Which of the counters matter to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depends {
    /// Descriptions, places and keys alone.
    OnDescriptions,
    /// Stock as well.
    OnStock,
}

impl Stamp {
    /// Whether what was read under `self` still holds under `now`.
    pub fn holds(&self, now: &Stamp, depends: Depends) -> bool {
        match (self, now, depends) {
            (Stamp::One { version, .. }, Stamp::One { version: after, .. }, Depends::OnDescriptions) => {
                version == after
            }
            (Stamp::Many(before), Stamp::Many(after), Depends::OnDescriptions) => before
                .iter()
                .map(|(id, version, _)| (id, version))
                .eq(after.iter().map(|(id, version, _)| (id, version))),
            (_, _, _) => self == now,
        }
    }
}

impl From<Counters> for Stamp {
    fn from(counters: Counters) -> Stamp {
        Stamp::One { version: counters.version, stock: counters.stock }
    }
}

/// Parts of the board, each behind a lock of its own.
const SHARDS: usize = 16;
/// Organizations per part; one more starts the part over.
const SHARD_MAX: usize = 4_096;

/// The counters as of the last commit that was answered; of an embedded store only, whose memory cannot be behind.
#[derive(Debug)]
pub(crate) struct Board {
    shards: [RwLock<Shard>; SHARDS],
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Shard {
    /// Raised when the part starts over: what was read before it may be older than what was forgotten.
    epoch: u64,
    counters: HashMap<OrganizationId, Counters, RandomState>,
}

impl Default for Board {
    fn default() -> Self {
        Board { shards: std::array::from_fn(|_| RwLock::default()), hasher: RandomState::default() }
    }
}

impl Board {
    fn shard(&self, id: OrganizationId) -> &RwLock<Shard> {
        let index = (self.hasher.hash_one(id) as usize) % SHARDS;
        self.shards.get(index).expect("the index is taken modulo the number of shards")
    }

    /// The counters, if they are known, and the epoch under which a reader may [`Board::keep`] them.
    fn find(&self, id: OrganizationId) -> (Option<Counters>, u64) {
        let shard = self.shard(id).read().unwrap_or_else(PoisonError::into_inner);
        (shard.counters.get(&id).copied(), shard.epoch)
    }

    /// Takes what a reader found in the database.
    fn keep(&self, id: OrganizationId, found: Counters, epoch: u64) {
        let mut shard = self.shard(id).write().unwrap_or_else(PoisonError::into_inner);
        if shard.epoch == epoch {
            shard.learn(id, found);
        }
    }

    /// Makes what a commit raised visible to readers; called before its answers go out.
    pub(crate) fn publish(&self, raised: &[Raised]) {
        for after in raised {
            let fresh =
                Counters { version: after.version, stock: after.stock_version, change_seq: after.change_seq };
            let mut shard = self.shard(after.organization_id).write().unwrap_or_else(PoisonError::into_inner);
            shard.learn(after.organization_id, fresh);
        }
    }
}

impl Shard {
    /// An older figure never replaces a newer one.
    fn learn(&mut self, id: OrganizationId, fresh: Counters) {
        if self.counters.len() >= SHARD_MAX && !self.counters.contains_key(&id) {
            self.epoch = self.epoch.wrapping_add(1);
            self.counters.clear();
        }
        let known = self.counters.entry(id).or_insert(fresh);
        known.version = known.version.max(fresh.version);
        known.stock = known.stock.max(fresh.stock);
        known.change_seq = known.change_seq.max(fresh.change_seq);
    }
}

impl Store {
    /// The organization's counters, as of the last commit that was answered.
    ///
    /// # Errors
    /// Driver faults at the first look.
    pub async fn counters(&self, organization_id: OrganizationId) -> Result<Counters> {
        let board = self.board();
        let (known, epoch) = board.map_or((None, 0), |board| board.find(organization_id));
        if let Some(known) = known {
            return Ok(known);
        }
        let read = self.read().await?;
        let sql = "SELECT version, stock_version, change_seq FROM organization WHERE id = $1";
        let found = read.one(sql, params![organization_id], counters).await?;
        if let (Some(board), Some(found)) = (board, found) {
            board.keep(organization_id, found, epoch);
        }
        Ok(found.unwrap_or_default())
    }

    /// As [`Store::stamp`], where memory knows it: no statement, nothing to wait for.
    pub fn known_stamp(&self, tenant: &Tenant) -> Option<Stamp> {
        match tenant.reach() {
            Reach::Organization(_) => self.board()?.find(tenant.organization_id()).0.map(Stamp::from),
            Reach::Account(_) => None,
        }
    }

    /// What the tenant's answers depend on, as it stands now: from memory where this process is alone, except for
    /// an account's organizations, whose memberships are rows.
    ///
    /// # Errors
    /// Driver faults.
    pub async fn stamp(&self, tenant: &Tenant) -> Result<Stamp> {
        match tenant.reach() {
            Reach::Organization(_) => Ok(self.counters(tenant.organization_id()).await?.into()),
            Reach::Account(account) => many(&*self.read().await?, account).await,
        }
    }
}

/// The counters of all organizations that the account belongs to.
async fn many(conn: &Conn, account: AccountId) -> Result<Stamp> {
    let sql = "SELECT o.id, o.version, o.stock_version FROM member m JOIN organization o ON o.id = m.organization_id
               WHERE m.account_id = $1 AND m.joined_at IS NOT NULL ORDER BY m.organization_id";
    let found = conn.rows(sql, params![account], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).await?;
    Ok(Stamp::Many(found.into()))
}

fn counters(row: &Row<'_>) -> Result<Counters> {
    Ok(Counters { version: row.get(0)?, stock: row.get(1)?, change_seq: row.get(2)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> OrganizationId {
        OrganizationId(uuid::Uuid::from_u128(n))
    }

    fn at(version: i64) -> Counters {
        Counters { version, ..Counters::default() }
    }

    #[test]
    fn a_figure_that_was_read_early_and_kept_late_replaces_nothing() {
        let board = Board::default();
        let (none, epoch) = board.find(id(1));
        assert_eq!(none, None);
        board.publish(&[Raised { organization_id: id(1), version: 6, stock_version: 1, change_seq: 1 }]);
        board.keep(id(1), at(5), epoch);
        assert_eq!(board.find(id(1)).0.map(|known| known.version), Some(6));
    }

    #[test]
    fn a_figure_that_was_read_before_its_part_started_over_is_not_kept() {
        let board = Board::default();
        let (_, epoch) = board.find(id(0));
        (1..=(SHARDS * SHARD_MAX * 2) as u128).for_each(|n| board.keep(id(n), at(1), board.find(id(n)).1));
        let kept: usize = board.shards.iter().map(|shard| shard.read().unwrap().counters.len()).sum();
        assert!(kept <= SHARDS * SHARD_MAX, "{kept}");
        board.keep(id(0), at(5), epoch);
        assert_eq!(board.find(id(0)).0, None);
    }

    #[test]
    fn descriptions_stand_while_stock_moves() {
        let (before, sold) = (Stamp::One { version: 1, stock: 1 }, Stamp::One { version: 1, stock: 2 });
        assert!(before.holds(&sold, Depends::OnDescriptions) && !before.holds(&sold, Depends::OnStock));
        let many = |entries: &[(u128, i64, i64)]| {
            Stamp::Many(entries.iter().map(|(n, version, stock)| (id(*n), *version, *stock)).collect())
        };
        let two = many(&[(1, 1, 1), (2, 1, 1)]);
        assert!(two.holds(&many(&[(1, 1, 1), (2, 1, 9)]), Depends::OnDescriptions));
        assert!(!two.holds(&many(&[(1, 1, 1), (2, 1, 9)]), Depends::OnStock));
        // A membership that ended, and another that began with the same figures.
        assert!(!two.holds(&many(&[(1, 1, 1)]), Depends::OnDescriptions));
        assert!(!two.holds(&many(&[(1, 1, 1), (3, 1, 1)]), Depends::OnDescriptions));
    }
}
