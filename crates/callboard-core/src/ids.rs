//! Identifiers: UUID v7 newtypes, one per kind of thing, so that one can never stand for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::Timestamp;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.hyphenated().fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, concat!(stringify!($name), "({})"), self.0) }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> { parse_hyphenated(text).map($name).ok_or(NotAnId) }
        }
        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { $name(id) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Self { id.0 } }
    )+};
}

ids! {
    /// The tenant: everything below belongs to exactly one organization.
    OrganizationId,
    /// A person who signs in.
    AccountId,
    /// One account's (or invited address's) place in one organization.
    MemberId,
    /// A signed-in session; the `jti` of its token.
    SessionId,
    /// A venue (the container of an H key).
    VenueId,
    /// A channel (what P publishes to); channels also have an integer number.
    ChannelId,
    /// A box office (the container of a T key).
    BoxOfficeId,
    /// An API key of any family.
    KeyId,
    /// An event.
    EventId,
    /// A ticket type of one event.
    TicketTypeId,
    /// A recurring template whose occurrences are ordinary events.
    SeriesId,
    /// A hold on stock.
    HoldId,
    /// An order.
    OrderId,
    /// An issued ticket.
    TicketId,
    /// An admission at the door.
    CheckInId,
    /// An uploaded image; media also have an integer number.
    MediaId,
    /// One row of the change log.
    ChangeId,
}

/// The text is not a hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct NotAnId;

/// Reads the 36-character hyphenated form only: the one spelling that is ever answered, so that
/// no id has two names (braces, URN and bare hex are refused).
pub fn parse_hyphenated(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// Makes UUID v7 ids from an instant and ten random bytes that the caller drew.
pub fn uuid_v7(at: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.as_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// The least id that [`uuid_v7`] makes of an instant: ids of earlier ones are less, of it and later ones not.
pub fn uuid_v7_floor(at: Timestamp) -> Uuid {
    uuid_v7(at, [0; 10])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_spelling_is_an_id() {
        let id = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
        assert!(id.parse::<EventId>().is_ok());
        assert!(id.replace('-', "").parse::<EventId>().is_err());
        assert!(format!("{{{id}}}").parse::<EventId>().is_err());
        assert_eq!(id.parse::<EventId>().unwrap().to_string(), id);
    }

    #[test]
    fn version_7_ids_sort_by_time() {
        let early = uuid_v7(Timestamp::from_millis(1_000), [255; 10]);
        let late = uuid_v7(Timestamp::from_millis(2_000), [0; 10]);
        assert!(early < late);
        assert!(early < uuid_v7_floor(Timestamp::from_millis(1_001)));
        assert!(uuid_v7_floor(Timestamp::from_millis(1_000)) < early);
        assert_eq!(early.get_version_num(), 7);
    }
}
