//! Callboard's store: the only SQL, each statement written once in text that SQLite and PostgreSQL both take.
//!
//! - [`sql`] is the seam: parameters, rows, connections, the writer. It is the only module that knows a driver.
//! - Every write is a re-runnable [`Command`], so that group commit, savepoints and retries live in one place.
//! - Every read and command on tenant data takes a [`Tenant`], which only this crate makes.

pub mod accounts;
pub mod audit;
pub mod box_offices;
pub mod channels;
pub mod classifications;
pub mod counters;
pub mod error;
pub mod events;
pub mod feed;
pub mod idempotency;
pub mod installation;
pub mod keys;
pub mod media;
pub mod members;
pub mod migrate;
pub mod moving;
pub mod organizations;
pub mod page;
pub mod rates;
pub mod requests;
pub mod retention;
pub mod sales;
pub mod series;
pub mod sessions;
pub mod sign_in;
pub mod slugs;
pub mod sql;
pub mod stamp;
pub mod sweep;
pub mod tenant;
pub mod venues;

#[cfg(test)]
extern crate self as callboard_store;

mod files;
mod leases;
mod places;
#[cfg(test)]
mod plans;
mod query;
mod rehearsal;
mod store;

pub use error::{Error, Result};
pub use rehearsal::Rehearsal;
pub use sql::{Command, Context, Foreseen, Tx};
pub use stamp::{Counters, Depends, Stamp};
pub use store::{Projector, Store, StoreOptions, Subject};
pub use tenant::{Actor, Reach, Tenant};
