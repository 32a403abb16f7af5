//! A command's view of the transaction that it runs in.

use std::any::Any;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use callboard_core::ids::OrganizationId;
use callboard_core::time::Timestamp;
use uuid::Uuid;

use super::ahead::{Maker, Prepared};
use super::bulk::Later;
use super::command::{Command, Context};
use super::notes::{ChangeNote, Mark, Notes};
use super::numbers::Numbers;
use super::shared::{Held, Shared};
use super::{Conn, Param, Row};
use crate::error::{Error, Result};
use crate::events::counts::Counting;
use crate::events::desk::Desk;
use crate::idempotency::Known;
use crate::sales::till::Till;
use crate::store::Subject;
use crate::tenant::{Actor, Tenant};

/// A command's view of its transaction.
#[derive(Debug)]
pub struct Tx<'a> {
    conn: &'a Conn,
    maker: Maker<'a>,
    shared: &'a Shared,
    prepared: Mutex<Option<Prepared>>,
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
        maker: Maker<'a>,
        shared: &'a Shared,
        prepared: Option<Prepared>,
    ) -> Tx<'a> {
        Tx { conn, maker, shared, prepared: Mutex::new(prepared), notes: Mutex::default() }
    }

    pub fn now(&self) -> Timestamp {
        self.maker.now()
    }

    /// A resource's stored members as the change log keeps them.
    pub fn project(&self, subject: Subject<'_>) -> String {
        self.maker.project(subject)
    }

    /// Random bytes of this command, the same in every run of it; they tell nothing of the others.
    pub fn draw(&self) -> [u8; 32] {
        self.maker.draw()
    }

    /// The next id of this command: UUID v7, the same in every run of it.
    pub fn mint<T: From<Uuid>>(&self) -> T {
        self.maker.mint()
    }

    pub(crate) fn maker(&self) -> &Maker<'a> {
        &self.maker
    }

    /// What the command made ready before the transaction; once, and not in a repeated run.
    pub(crate) fn prepared<T: Any>(&self) -> Option<Box<T>> {
        let prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner).take();
        prepared.and_then(|any| any.downcast().ok())
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

    /// As [`Tx::insert`], of a row that was made ready.
    ///
    /// # Errors
    /// Driver faults.
    pub(crate) async fn write(&self, row: Later) -> Result<()> {
        if self.shared.is_interleaved {
            self.with_notes(|notes| notes.rows.push(row));
            return Ok(());
        }
        let values: Vec<Param<'_>> = row.params().collect();
        self.exec(row.sql(), &values).await.map(|_| ())
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
        if self.shared.claim(what) {
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
        self.changed_so(self.change(organization_id, kind, (resource, resource_id), data));
    }

    /// As [`Tx::changed`], of a line that was made ready.
    pub(crate) fn changed_so(&self, change: ChangeNote) {
        self.with_notes(|notes| {
            notes.touched(change.organization_id);
            notes.changes.push(change);
        });
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
        let change = self.change(organization_id, kind, (resource, resource_id), data);
        self.with_notes(|notes| {
            notes.stock_moved(organization_id);
            notes.changes.push(change);
        });
    }

    fn change(
        &self,
        organization_id: OrganizationId,
        kind: &'static str,
        (resource, resource_id): (&'static str, Uuid),
        data: Option<String>,
    ) -> ChangeNote {
        let (id, at) = (self.mint(), self.now());
        ChangeNote { organization_id, id, at, kind, resource, resource_id, data }
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
        self.write(self.maker.audit(organization_id, actor, action, (resource, resource_id))).await
    }

    /// Runs another command as a part of this one, at its own instant and with its own ids; for imports.
    ///
    /// # Errors
    /// The command's; what it wrote until then is this command's to undo.
    pub async fn nested<C: Command>(&self, context: &Context, command: &C) -> Result<C::Out> {
        let shared = self.shared.nested();
        let inner = Tx::new(self.conn, self.maker.of(context), &shared, None);
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
