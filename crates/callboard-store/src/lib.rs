//! Callboard's store: the only SQL, each statement written once in text that SQLite and PostgreSQL both take.
//!
//! - [`sql`] is the seam: parameters, rows, connections, the writer. It is the only module that knows a driver.
//! - Every write is a re-runnable [`Command`], so that group commit, savepoints and retries live in one place.
//! - Every read and command on tenant data takes a [`Tenant`], which only this crate makes.

pub mod error;
pub mod migrate;
pub mod sql;
pub mod tenant;

mod store;

pub use error::{Error, Result};
pub use sql::{Command, Context, Tx};
pub use store::{Counters, Projector, Store, StoreOptions, Subject};
pub use tenant::{Actor, Reach, Tenant};
