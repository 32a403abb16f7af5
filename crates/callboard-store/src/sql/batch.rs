//! Commands, the transaction they run in, and what they leave for its end.
//!
//! A batch is one transaction with many commands, each behind its own savepoint. What all of them
//! raise in an organization (its counters, its feed numbers) is written once, as the last statements.

use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use callboard_core::ids::{ChangeId, OrganizationId, uuid_v7};
use callboard_core::time::Timestamp;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{Conn, params};
use crate::error::{Error, Result};
use crate::store::{Projector, Subject};
use crate::tenant::{Actor, Tenant};

/// A write. It runs inside a transaction, may run again (a retry) or beside others (group commit), and
/// therefore awaits nothing but its connection, and takes time and ids from its [`Tx`].
/// It decides before it writes: a rejection leaves nothing behind.
pub trait Command: Send + Sync + 'static {
    type Out: Send + 'static;
    fn run<'a>(&'a self, tx: &'a Tx<'a>) -> impl Future<Output = Result<Self::Out>> + Send + 'a;
}

/// When and for whom a command runs; made once per request, so that a repeated run makes the same ids.
#[derive(Debug, Clone)]
pub struct Context {
    pub now: Timestamp,
    /// Random bytes from which the command's ids follow.
    pub seed: [u8; 16],
    pub request_id: String,
}

/// A command's view of its transaction.
#[derive(Debug)]
pub struct Tx<'a> {
    conn: &'a Conn,
    context: &'a Context,
    projector: Projector,
    minted: AtomicU64,
    notes: Mutex<Notes>,
}

/// One line of the change log, before it has its number.
#[derive(Debug, Clone)]
pub(crate) struct ChangeNote {
    organization_id: OrganizationId,
    id: ChangeId,
    at: Timestamp,
    kind: &'static str,
    resource: &'static str,
    resource_id: Uuid,
    data: Option<String>,
}

/// What a batch raises at its end.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    changes: Vec<ChangeNote>,
    bumps: BTreeMap<OrganizationId, Bump>,
    keys_changed: bool,
}

#[derive(Debug, Default, Clone, Copy)]
struct Bump {
    version: bool,
    stock: bool,
}

/// What a commit changed that memory mirrors.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub raised: Vec<Raised>,
    /// Some key was made, revised, rotated or revoked: whatever is remembered of keys is void.
    pub keys_changed: bool,
}

/// What the store does after a commit and before the answers: `(what changed, commands that shared it)`.
pub(crate) type Committed = Arc<dyn Fn(&Settled, usize) + Send + Sync>;

/// An organization's counters after a commit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raised {
    pub organization_id: OrganizationId,
    pub version: i64,
    pub stock_version: i64,
    pub change_seq: i64,
}

impl Deref for Tx<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a Conn, context: &'a Context, projector: Projector) -> Tx<'a> {
        Tx { conn, context, projector, minted: AtomicU64::new(0), notes: Mutex::new(Notes::default()) }
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
        let n = self.minted.fetch_add(1, Ordering::Relaxed);
        let mut input = [0u8; 24];
        for (slot, byte) in input.iter_mut().zip(self.context.seed.iter().chain(n.to_be_bytes().iter())) {
            *slot = *byte;
        }
        callboard_core::canonical::sha256(&input)
    }

    /// The next id of this command: UUID v7, the same in every run of it.
    pub fn mint<T: From<Uuid>>(&self) -> T {
        let mut random = [0u8; 10];
        for (slot, byte) in random.iter_mut().zip(self.draw()) {
            *slot = byte;
        }
        T::from(uuid_v7(self.context.now, random))
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
        self.with_notes(|notes| notes.bumps.entry(organization_id).or_default().stock = true);
    }

    /// Notes that what is remembered of keys is void after this commit.
    pub(crate) fn keys_changed(&self) {
        self.with_notes(|notes| notes.keys_changed = true);
    }

    /// Notes that an organization's answers changed without a line in the feed.
    pub fn touched(&self, organization_id: OrganizationId) {
        self.with_notes(|notes| notes.bumps.entry(organization_id).or_default().version = true);
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
        self.exec(
            "INSERT INTO audit (organization_id, id, at, key_id, account_id, action, resource, resource_id, request_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![organization_id, id, self.now(), key, account, action, resource, resource_id, &self.context.request_id],
        )
        .await?;
        Ok(())
    }

    /// Runs another command as a part of this one, at its own instant and with its own ids; for imports.
    ///
    /// # Errors
    /// The command's; what it wrote until then is this command's to undo.
    pub async fn nested<C: Command>(&self, context: &Context, command: &C) -> Result<C::Out> {
        let inner = Tx::new(self.conn, context, self.projector);
        let out = command.run(&inner).await?;
        let notes = inner.into_notes();
        self.with_notes(|mine| mine.absorb(notes));
        Ok(out)
    }

    /// Forgets what was noted since `mark`; for a part of a command that was rolled back.
    pub(crate) fn forget_since(&self, mark: usize, bumped: bool) {
        self.with_notes(|notes| {
            notes.changes.truncate(mark);
            if !bumped {
                notes.bumps.clear();
            }
        });
    }

    pub(crate) fn mark(&self) -> (usize, bool) {
        self.with_notes(|notes| (notes.changes.len(), !notes.bumps.is_empty()))
    }

    /// What the command noted, once it has run.
    pub(super) fn into_notes(self) -> Notes {
        self.notes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn with_notes<T>(&self, act: impl FnOnce(&mut Notes) -> T) -> T {
        act(&mut self.notes.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Notes {
    pub(crate) fn absorb(&mut self, other: Notes) {
        self.keys_changed |= other.keys_changed;
        self.changes.extend(other.changes);
        for (organization_id, bump) in other.bumps {
            let mine = self.bumps.entry(organization_id).or_default();
            mine.version |= bump.version;
            mine.stock |= bump.stock;
        }
    }

    /// Raises the counters, once per organization and in id order, and numbers the changes.
    pub(crate) async fn settle(self, conn: &Conn) -> Result<Settled> {
        let keys_changed = self.keys_changed;
        let mut raised = Vec::with_capacity(self.bumps.len());
        for (organization_id, bump) in self.bumps {
            let mine = || self.changes.iter().filter(|change| change.organization_id == organization_id);
            let count = i64::try_from(mine().count()).unwrap_or(i64::MAX);
            let after = conn
                .one(
                    "UPDATE organization SET version = version + $2, stock_version = stock_version + $3,
                     change_seq = change_seq + $4 WHERE id = $1 RETURNING version, stock_version, change_seq",
                    params![organization_id, i64::from(bump.version), i64::from(bump.stock), count],
                    |row| {
                        let (version, stock_version, change_seq) = (row.get(0)?, row.get(1)?, row.get(2)?);
                        Ok(Raised { organization_id, version, stock_version, change_seq })
                    },
                )
                .await?;
            let Some(after) = after else { continue };
            for (seq, change) in (after.change_seq.saturating_sub(count).saturating_add(1)..).zip(mine()) {
                change.insert(conn, seq).await?;
            }
            raised.push(after);
        }
        Ok(Settled { raised, keys_changed })
    }
}

impl ChangeNote {
    async fn insert(&self, conn: &Conn, seq: i64) -> Result<()> {
        conn.exec(
            "INSERT INTO change (organization_id, seq, id, at, kind, resource, resource_id, data)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![
                self.organization_id,
                seq,
                self.id,
                self.at,
                self.kind,
                self.resource,
                self.resource_id,
                &self.data
            ],
        )
        .await?;
        Ok(())
    }
}

/// A command that waits for the writer, its result type forgotten.
pub(crate) trait Job: Send {
    /// Runs it; `None` where it failed (its savepoint must be rolled back), else what it noted.
    fn run(&mut self, conn: &Conn, projector: Projector) -> Option<Notes>;
    /// Answers the caller: with its own outcome, or with the batch's fault.
    fn answer(self: Box<Self>, fault: Option<&Error>);
}

pub(crate) struct Pending<C: Command> {
    command: C,
    context: Context,
    outcome: Option<Result<C::Out>>,
    reply: oneshot::Sender<Result<C::Out>>,
}

impl<C: Command> Pending<C> {
    pub(crate) fn queue(command: C, context: Context) -> (Box<dyn Job>, oneshot::Receiver<Result<C::Out>>) {
        let (reply, receiver) = oneshot::channel();
        (Box::new(Pending { command, context, outcome: None, reply }), receiver)
    }
}

impl<C: Command> Job for Pending<C> {
    fn run(&mut self, conn: &Conn, projector: Projector) -> Option<Notes> {
        let tx = Tx::new(conn, &self.context, projector);
        let ran = catch_unwind(AssertUnwindSafe(|| ready(self.command.run(&tx))));
        let outcome =
            ran.unwrap_or_else(|panic| Err(Error::Driver(format!("a command panicked: {}", words(&*panic)))));
        let notes = tx.into_notes();
        let succeeded = outcome.is_ok();
        self.outcome = Some(outcome);
        succeeded.then_some(notes)
    }

    fn answer(self: Box<Self>, fault: Option<&Error>) {
        let result = match (fault, self.outcome) {
            (None, Some(outcome)) => outcome,
            // A refusal stands whatever became of the others; it wrote nothing.
            (Some(_), Some(Err(Error::Rejected(rejection)))) => Err(Error::Rejected(rejection)),
            (Some(fault), _) => Err(fault.clone()),
            (None, None) => Err(Error::Driver("a command was not run".to_owned())),
        };
        // The caller may have gone; the write stands all the same.
        let _ = self.reply.send(result);
    }
}

/// Takes the result of a future that is ready at its first poll, as all are on SQLite.
pub(crate) fn ready<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    match pin!(future).poll(&mut std::task::Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => {
            Err(Error::Driver("a command awaited something other than its connection".to_owned()))
        }
    }
}

pub(super) fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("?")
}
