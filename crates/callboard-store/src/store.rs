//! The store: where it stands, how it is opened, how reads and writes reach it.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use callboard_core::event::Event;
use callboard_core::ids::OrganizationId;
use callboard_core::place::{BoxOffice, Channel, Venue};
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::sql::sqlite::{self, QUEUE_MAX, Readers, Writer};
use crate::sql::{Command, Conn, Context, Job, Pending, Raised};

/// A resource whose change is written to the log.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    Event(&'a Event),
    Venue(&'a Venue),
    Channel(&'a Channel),
    BoxOffice(&'a BoxOffice),
}

/// Renders a resource's stored members as the native API shows them, for the change log. Given by the
/// program, because wire shapes live there.
pub type Projector = fn(Subject<'_>) -> String;

#[derive(Clone)]
pub struct StoreOptions {
    pub projector: Projector,
    /// Called after each commit with the number of commands that shared it.
    pub on_commit: Arc<dyn Fn(usize) + Send + Sync>,
}

impl std::fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreOptions")
    }
}

impl Default for StoreOptions {
    fn default() -> Self {
        StoreOptions { projector: |_| "{}".to_owned(), on_commit: Arc::new(|_| ()) }
    }
}

/// An organization's counters: `version` for descriptions, places and keys, `stock` for holds and sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    pub version: i64,
    pub stock: i64,
    pub change_seq: i64,
}

/// The store; cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    readers: Readers,
    queue: mpsc::Sender<Box<dyn Job>>,
    counters: Arc<RwLock<HashMap<OrganizationId, Counters>>>,
    /// Held for as long as the store lives: memory counters and rate windows are right for one process only.
    _lock: File,
    path: PathBuf,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.path.display())
    }
}

impl Store {
    /// Opens (and makes, and migrates) the SQLite database at `path`.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process has it open · [`Error::Unavailable`] if it cannot be opened.
    pub fn open_sqlite(path: &Path, options: StoreOptions) -> Result<Store> {
        let lock = lock(path)?;
        let conn = sqlite::open(path, false)?;
        crate::migrate::run(&conn)?;
        let (queue, receiver) = mpsc::channel(QUEUE_MAX);
        let counters: Arc<RwLock<HashMap<OrganizationId, Counters>>> = Arc::default();
        let published = counters.clone();
        let on_commit = options.on_commit.clone();
        let committed: sqlite::Committed = Arc::new(move |raised, commands| {
            publish(&published, raised);
            on_commit(commands);
        });
        let writer = Writer { conn, path: path.to_owned(), committed, projector: options.projector };
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || writer.run(receiver))
            .map_err(|e| Error::Unavailable(format!("the writer thread did not start: {e}")))?;
        let readers = Readers::new(path.to_owned());
        Ok(Store(Arc::new(Inner { readers, queue, counters, _lock: lock, path: path.to_owned() })))
    }

    /// A read connection for short, indexed queries; they run where they are called.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the database cannot be opened.
    pub(crate) fn read(&self) -> Result<impl std::ops::Deref<Target = Conn> + '_> {
        self.0.readers.take()
    }

    /// Runs a command in a transaction that it may share with others; answers after the sync.
    ///
    /// The write goes on if the caller stops waiting.
    ///
    /// # Errors
    /// The command's refusal, or a fault; in both cases nothing of it is stored.
    pub async fn write<C: Command>(&self, context: Context, command: C) -> Result<C::Out> {
        let (job, outcome) = Pending::queue(command, context);
        self.0.queue.try_send(job).map_err(|_| Error::Busy("too many writes are waiting"))?;
        outcome.await.map_err(|_| Error::Unavailable("the writer has stopped".to_owned()))?
    }

    /// The organization's counters, as of the last commit that was answered.
    ///
    /// # Errors
    /// Driver faults at the first look.
    pub async fn counters(&self, organization_id: OrganizationId) -> Result<Counters> {
        let known =
            self.0.counters.read().unwrap_or_else(PoisonError::into_inner).get(&organization_id).copied();
        if let Some(counters) = known {
            return Ok(counters);
        }
        let read = self.read()?;
        let found = read
            .one(
                "SELECT version, stock_version, change_seq FROM organization WHERE id = $1",
                crate::sql::params![organization_id],
                |row| Ok(Counters { version: row.get(0)?, stock: row.get(1)?, change_seq: row.get(2)? }),
            )
            .await?;
        Ok(found.unwrap_or_default())
    }

    /// The database answers and is migrated; for `/readyz`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] and the like.
    pub async fn ping(&self) -> Result<()> {
        self.read()?.one("SELECT 1", &[], |row| row.get::<i64>(0)).await.map(|_| ())
    }
}

/// Makes what a commit raised visible to readers before its answers go out; an older figure never
/// replaces a newer one.
fn publish(counters: &RwLock<HashMap<OrganizationId, Counters>>, raised: &[Raised]) {
    let mut map = counters.write().unwrap_or_else(PoisonError::into_inner);
    for after in raised {
        let fresh =
            Counters { version: after.version, stock: after.stock_version, change_seq: after.change_seq };
        map.insert(after.organization_id, fresh);
    }
}

/// Takes the lock file beside the database, for this process alone.
fn lock(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let cannot = |e: std::io::Error| Error::Unavailable(format!("{}: {e}", Path::new(&name).display()));
    let file = File::options().create(true).truncate(false).write(true).open(&name).map_err(cannot)?;
    file.try_lock().map_err(|_| Error::Busy("another process has the database open"))?;
    Ok(file)
}
