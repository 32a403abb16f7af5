//! Every statement that ran through the seam, with the parameters of its first run; for the test of their plans.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::Param;
use super::bulk::Later;

/// A statement and its parameters.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) sql: String,
    params: Later,
}

impl Recorded {
    pub(crate) fn params(&self) -> Vec<Param<'_>> {
        self.params.params().collect()
    }
}

static SEEN: Mutex<BTreeMap<String, Later>> = Mutex::new(BTreeMap::new());

pub(super) fn note(sql: &str, params: &[Param<'_>]) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !sql.starts_with("EXPLAIN") && !seen.contains_key(sql) {
        seen.insert(sql.to_owned(), Later::new("", params));
    }
}

/// What ran since the last time this was asked, each text once.
pub(crate) fn take() -> Vec<Recorded> {
    let seen = std::mem::take(&mut *SEEN.lock().unwrap_or_else(PoisonError::into_inner));
    seen.into_iter().map(|(sql, params)| Recorded { sql, params }).collect()
}
