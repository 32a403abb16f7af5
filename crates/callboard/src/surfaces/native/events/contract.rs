//! What the published text leaves open, settled here and nowhere else [inferred].
//!
//! - `local` in a PATCH is merged: what is not said stays, and the times move along with a new date.
//! - `place`, `pricing` and `links` are merged member by member; `null` clears all of their members.
//! - Lists and `metadata` are replaced whole.
//! - A performer without a role is the headliner where he comes first, else support.
//! - A key narrowed to a venue, channel or box office makes its events there unless the body says otherwise.
//! - A new ticket type has at least one ticket; an existing one may be set to 0 to end its sale.

pub(super) use callboard_core::event::{
    EXTERNAL_ID_MAX, EXTERNAL_SOURCE_MAX as SOURCE_MAX, METADATA_KEY_MAX, METADATA_VALUE_MAX,
};

/// Longest producer, seller, performer, offer and place names. Unit: characters.
pub(super) const LINE_MAX: usize = 200;
/// Longest street address. Unit: characters.
pub(super) const ADDRESS_MAX: usize = 500;
