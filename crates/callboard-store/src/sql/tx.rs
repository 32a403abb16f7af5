//! Commands, and their view of the transaction that they run in.

use std::collections::HashSet;
use std::future::Future;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use callboard_core::ids::{OrganizationId, uuid_v7};
use callboard_core::time::Timestamp;
use uuid::Uuid;

use super::bulk::Later;
use super::foresight::Foreseen;
use super::mint::Mint;
use super::notes::{ChangeNote, Mark, Notes};
use super::numbers::Numbers;
use super::{Conn, Param, Row, params};
use crate::error::{Error, Result};
use crate::events::counts::Counting;
use crate::events::desk::Desk;
use crate::idempotency::Known;
use crate::sales::till::Till;
use crate::store::{Projector, Subject};
use crate::tenant::{Actor, Tenant};

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
}

/// When and for whom a command runs; made once per request, so that a repeated run makes the same ids.
#[derive(Debug, Clone)]
pub struct Context {
    pub now: Timestamp,
    /// Random bytes from which the command's ids follow.
    pub seed: [u8; 16],
    pub request_id: String,
}

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

/// A command's view of its transaction.
#[derive(Debug)]
pub struct Tx<'a> {
    conn: &'a Conn,
    context: &'a Context,
    projector: Projector,
    shared: &'a Shared,
    mint: Mint,
    notes: Mutex<Notes>,
}

impl Deref for Tx<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl<'a> Tx<'a> {
    pub(super) fn new(
        conn: &'a Conn,
        context: &'a Context,
        projector: Projector,
        shared: &'a Shared,
    ) -> Tx<'a> {
        let (mint, notes) = (Mint::new(context.seed), Mutex::new(Notes::default()));
        Tx { conn, context, projector, shared, mint, notes }
    }

    pub fn now(&self) -> Timestamp {
        self.context.now
    }

    /// A resource's stored members as the change log keeps them.
    pub fn project(&self, subject: Subject<'_>) -> String {
        (self.projector)(subject)
    }

    /// Random bytes of this command, the same in every run of it; they tell nothing of the others.
    pub fn draw(&self) -> [u8; 32] {
        self.mint.draw()
    }

    /// The next id of this command: UUID v7, the same in every run of it.
    pub fn mint<T: From<Uuid>>(&self) -> T {
        T::from(uuid_v7(self.context.now, self.mint.id()))
    }

    /// As [`Conn::exec`]; what is written so can only be undone with the transaction or a savepoint.
    ///
    /// # Errors
    /// Driver faults.
    pub async fn exec(&self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        self.wrote();
        self.conn.exec(sql, params).await
    }

    /// As [`Conn::rows`].
    ///
    /// # Errors
    /// Driver faults.
    pub async fn rows<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.wrote_by(sql);
        self.conn.rows(sql, params, map).await
    }

    /// As [`Conn::one`].
    ///
    /// # Errors
    /// Driver faults.
    pub async fn one<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.wrote_by(sql);
        self.conn.one(sql, params, map).await
    }

    /// Inserts a row that nobody reads before the commit: now, or with those of all others at the end.
    ///
    /// # Errors
    /// Driver faults.
    pub(crate) async fn insert(&self, sql: &'static str, params: &[Param<'_>]) -> Result<()> {
        if self.shared.is_interleaved {
            self.with_notes(|notes| notes.rows.push(Later::new(sql, params)));
            return Ok(());
        }
        self.exec(sql, params).await.map(|_| ())
    }

    /// Makes sure that no other command of this transaction has the same claim (a slug, a key of a request). One
    /// that comes second runs once the first one's rows are written.
    ///
    /// # Errors
    /// [`Error::Busy`], which nobody gets to see.
    pub(crate) fn claim(&self, what: String) -> Result<()> {
        if !self.shared.is_interleaved {
            return Ok(());
        }
        let is_first = self.shared.claims.lock().unwrap_or_else(PoisonError::into_inner).insert(what);
        if is_first {
            return Ok(());
        }
        self.with_notes(|notes| notes.is_postponed = true);
        Err(Error::Busy("another command of this transaction has it"))
    }

    /// Whether every other writer of an organization waits until this transaction ends.
    pub(crate) fn holds(&self, organization_id: OrganizationId) -> bool {
        match self.shared.held {
            Held::All => true,
            Held::One(held) => held == organization_id,
            Held::Rows => false,
        }
    }

    /// Makes them wait, for a command that learns whose rows it writes on its way; before it writes the first.
    ///
    /// # Errors
    /// Driver faults.
    pub(crate) async fn hold(&self, organization_id: OrganizationId) -> Result<()> {
        match (self.holds(organization_id), self.conn) {
            (false, Conn::Postgres(conn)) => conn.hold(organization_id).await,
            (_, _) => Ok(()),
        }
    }

    pub(crate) fn is_interleaved(&self) -> bool {
        self.shared.is_interleaved
    }

    pub(crate) fn till(&self) -> &Till {
        &self.shared.till
    }

    pub(crate) fn desk(&self) -> &Desk {
        &self.shared.desk
    }

    /// Whether every program on this database reads entries and blocks, see `events::words`.
    pub(crate) fn packs_words(&self) -> bool {
        !self.shared.has_older_nodes
    }

    /// Notes that an entry for searching was put off, to be counted with the others.
    pub(crate) fn entered(&self, organization_id: OrganizationId) {
        self.with_notes(|notes| notes.entered.push(organization_id));
    }

    pub(crate) fn known(&self) -> &Known {
        &self.shared.known
    }

    pub(crate) fn numbers(&self) -> Option<&Numbers> {
        self.shared.numbers.as_ref()
    }

    /// The connection, for what does not count as the command's own writing (locks).
    pub(crate) fn conn(&self) -> &Conn {
        self.conn
    }

    /// Notes a change for the feed, and that the organization's descriptions (or places, or keys) changed.
    /// `data` is the stored resource as the native API shows it; `None` for a deletion.
    pub fn changed(
        &self,
        organization_id: OrganizationId,
        kind: &'static str,
        resource: &'static str,
        resource_id: Uuid,
        data: Option<String>,
    ) {
        self.touched(organization_id);
        self.note(organization_id, kind, resource, resource_id, data);
    }

    /// As [`Tx::changed`], for what moves stock only (holds, sales, refunds): descriptions stay as they are.
    pub fn moved(
        &self,
        organization_id: OrganizationId,
        kind: &'static str,
        resource: &'static str,
        resource_id: Uuid,
        data: Option<String>,
    ) {
        self.stock_moved(organization_id);
        self.note(organization_id, kind, resource, resource_id, data);
    }

    fn note(
        &self,
        organization_id: OrganizationId,
        kind: &'static str,
        resource: &'static str,
        resource_id: Uuid,
        data: Option<String>,
    ) {
        let (id, at) = (self.mint(), self.context.now);
        let note = ChangeNote { organization_id, id, at, kind, resource, resource_id, data };
        self.with_notes(|notes| notes.changes.push(note));
    }

    /// Notes that stock moved (a hold, sale or refund) without a change of description.
    pub fn stock_moved(&self, organization_id: OrganizationId) {
        self.with_notes(|notes| notes.stock_moved(organization_id));
    }

    /// Notes that a place has more (or less) events of a start and a life than before.
    pub(crate) fn counted(&self, counting: Counting) {
        self.with_notes(|notes| notes.totals.push(counting));
    }

    /// Notes that what is remembered of keys is void after this commit.
    pub(crate) fn keys_changed(&self) {
        self.with_notes(|notes| notes.keys_changed = true);
    }

    /// Notes that an organization's answers changed without a line in the feed.
    pub fn touched(&self, organization_id: OrganizationId) {
        self.with_notes(|notes| notes.touched(organization_id));
    }

    /// Writes one line of the audit log: who, with which key, did what to which object. Never bodies.
    ///
    /// # Errors
    /// Driver faults.
    pub async fn audit(
        &self,
        tenant: &Tenant,
        action: &str,
        resource: &str,
        resource_id: Uuid,
    ) -> Result<()> {
        self.audit_as(tenant.organization_id(), tenant.actor(), action, resource, resource_id).await
    }

    /// As [`Tx::audit`], for acts before there is a tenant (signing up, signing in).
    ///
    /// # Errors
    /// Driver faults.
    pub async fn audit_as(
        &self,
        organization_id: OrganizationId,
        actor: Actor,
        action: &str,
        resource: &str,
        resource_id: Uuid,
    ) -> Result<()> {
        let (key, account) = match actor {
            Actor::Key { key, account } => (Some(key), account),
            Actor::Session { account, .. } => (None, Some(account)),
            Actor::Operator => (None, None),
        };
        let id: Uuid = self.mint();
        self.insert(
            "INSERT INTO audit (organization_id, id, at, key_id, account_id, action, resource, resource_id, request_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![organization_id, id, self.now(), key, account, action, resource, resource_id, &self.context.request_id],
        )
        .await
    }

    /// Runs another command as a part of this one, at its own instant and with its own ids; for imports.
    ///
    /// # Errors
    /// The command's; what it wrote until then is this command's to undo.
    pub async fn nested<C: Command>(&self, context: &Context, command: &C) -> Result<C::Out> {
        let Shared { held, numbers, has_older_nodes, .. } = self.shared;
        let (numbers, has_older_nodes) = (numbers.clone(), *has_older_nodes);
        let shared = Shared { held: *held, numbers, has_older_nodes, ..Shared::default() };
        let inner = Tx::new(self.conn, context, self.projector, &shared);
        let out = command.run(&inner).await?;
        let notes = inner.into_notes();
        self.with_notes(|mine| mine.absorb(notes));
        Ok(out)
    }

    /// Forgets what was noted since `mark`; for a part of a command that was rolled back.
    pub(crate) fn forget_since(&self, mark: Mark) {
        self.with_notes(|notes| notes.forget_since(mark));
    }

    pub(crate) fn mark(&self) -> Mark {
        self.with_notes(|notes| notes.mark())
    }

    /// Whether something was written that only a rollback undoes.
    pub(crate) fn has_written(&self) -> bool {
        self.with_notes(|notes| notes.has_written)
    }

    /// Notes that something was written, or moved in what the commands share.
    pub(crate) fn wrote(&self) {
        self.with_notes(|notes| notes.has_written = true);
    }

    fn wrote_by(&self, sql: &str) {
        if !sql.starts_with("SELECT") {
            self.wrote();
        }
    }

    /// What the command noted, once it has run.
    pub(super) fn into_notes(self) -> Notes {
        self.notes.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_notes<T>(&self, act: impl FnOnce(&mut Notes) -> T) -> T {
        act(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
