//! From stored keys to what is answered. Source: contracts.md §3.2.

use callboard_core::key::{ApiKey, Secret};
use callboard_core::time::{SECOND, Timestamp};

use super::wire::{ApiKeyEntry, NewApiKey};

pub(super) fn entry(key: &ApiKey) -> ApiKeyEntry {
    ApiKeyEntry {
        id: key.id,
        name: key.label.clone(),
        prefix: key.prefix.clone(),
        event_id: key.bound.event_id,
        created_at: seconds(key.created_at),
        last_used_at: key.last_used_at.map(seconds),
    }
}

pub(super) fn fresh(key: &ApiKey, secret: &Secret) -> NewApiKey {
    NewApiKey {
        id: key.id,
        name: key.label.clone(),
        key: secret.expose().to_owned(),
        event_id: key.bound.event_id,
        created_at: seconds(key.created_at),
    }
}

/// `YYYY-MM-DDTHH:MM:SSZ`: the contract's times have no fractions. Source: contracts.md §3.1.
pub(super) fn seconds(at: Timestamp) -> String {
    Timestamp::from_millis(at.as_seconds().saturating_mul(SECOND)).to_utc_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_no_fractions() {
        assert_eq!(seconds(Timestamp::from_millis(1_795_428_000_999)), "2026-11-23T10:00:00Z");
        assert_eq!(seconds(Timestamp::from_millis(-1)), "1969-12-31T23:59:59Z");
    }
}
