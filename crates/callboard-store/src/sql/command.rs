//! What a write is.

use std::future::Future;

use callboard_core::ids::OrganizationId;
use callboard_core::time::Timestamp;

use super::ahead::{Maker, Prepared, Seen};
use super::foresight::Foreseen;
use super::tx::Tx;
use crate::error::Result;

/// A write. It runs inside a transaction, may run again (a retry) or beside others (group commit), and
/// therefore awaits nothing but its connection, and takes time and ids from its [`Tx`].
/// It decides before it writes: a rejection leaves nothing behind.
pub trait Command: Send + Sync + 'static {
    type Out: Send + 'static;

    fn run<'a>(&'a self, tx: &'a Tx<'a>) -> impl Future<Output = Result<Self::Out>> + Send + 'a;

    /// The one organization whose rows it writes, where that is known beforehand. On PostgreSQL the commands of one
    /// organization share transactions that begin with its row, so that no two of them wait for each other crosswise;
    /// others have a transaction of their own.
    fn organization(&self) -> Option<OrganizationId> {
        None
    }

    /// Whether it is right beside others of its kind in one transaction, their statements in any order and no
    /// savepoint around it: it locks ticket types by `sales::stock` only, claims what must be unique, and
    /// reads nothing back that it writes.
    fn interleaves(&self) -> bool {
        false
    }

    /// The names by which it will look something up, where they are known beforehand; asked before it runs beside others.
    fn foresee(&self, _foreseen: &mut Foreseen) {}

    /// Does what needs no transaction where its caller waits, so that the writers of its database do not wait for it;
    /// [`Tx::prepared`] hands it to its first run. It may build on what earlier transactions have [`Seen`], and must
    /// then look in its own whether that still holds.
    fn prepare(&self, _maker: &Maker<'_>, _seen: &Seen) -> Option<Prepared> {
        None
    }
}

/// When and for whom a command runs; made once per request, so that a repeated run makes the same ids.
#[derive(Debug, Clone)]
pub struct Context {
    pub now: Timestamp,
    /// Random bytes from which the command's ids follow.
    pub seed: [u8; 16],
    pub request_id: String,
}
