//! What nothing published settles about this surface, in one place: our choices, each one line to correct.
//! Source: contracts.md §4, §8 (U12–U15).
//!
//! Choices that are not a constant, and where they stand:
//! - an event is answered as `{event}`, ticket types as `{ticketTypes}`; the members beyond the published ones
//!   (`wire`), `address` and, where the start is unknown, `timeTba` among them;
//! - `onSale` says that the event sells and the window is open, not that any are left (`render`);
//! - `updatedAt` of the availability is the latest of the event's and its visible ticket types' (`render`);
//! - `imageUrl` is the poster's address, else the uploaded cover's; `null` takes both away (`parse`);
//! - a sale window without an offset is wall time of the event's zone, as the event's own times are (`parse`);
//! - `null` for an optional member of a new event is as if it were left out; in a change it clears `endsAt`,
//!   `doorsOpen`, `venueName`, `address`, `city`, `country`, `description` and `imageUrl`, and is refused for
//!   the others (`bodies`);
//! - a filter without a value (`status=`, `search=`) is refused (`SURFACE`);
//! - `Invalid JSON`, 413 and 415 carry a `hint` that says what would be right (`error`).

use callboard_core::event::{Category, Visibility};
use callboard_core::money::Currency;

/// The header of the key; `Authorization` is no part of this contract. Source: contracts.md §4.1.
pub(super) const KEY_HEADER: &str = "x-api-key";

/// Events of a page where no limit is said. \[inferred\]
pub(super) const LIMIT_DEFAULT: i64 = 20;
/// Most events of a page; what is above is taken as this (U14).
pub(super) const LIMIT_MAX: i64 = 100;
/// Last page that can be asked for, so that the offset stays a number.
pub(super) const PAGE_MAX: i64 = 1_000_000_000;

/// Currency of a new event that names none, whatever its box office counts in. Source: contracts.md §4.2.
pub(super) const CURRENCY_DEFAULT: Currency = Currency::USD;
/// \[inferred\]
pub(super) const VISIBILITY_DEFAULT: Visibility = Visibility::Public;
/// \[inferred\]
pub(super) const CATEGORY_DEFAULT: Category = Category::Other;
/// Fewest tickets of an order where a ticket type does not say. \[inferred\]
pub(super) const MIN_PER_ORDER_DEFAULT: i64 = 1;

/// The member that nobody may send: publishing and cancelling are not part of this surface.
pub(super) const STATUS: &str = "status";

/// The sentences of errors. Those without a mark are published.
pub(super) mod text {
    pub(in super::super) const UNAUTHORIZED: &str = "Unauthorized";
    pub(in super::super) const KEY_HINT: &str = "Send your API key in the x-api-key request header";
    pub(in super::super) const FORBIDDEN: &str = "Forbidden";
    pub(in super::super) const INVALID: &str = "Validation failed";
    pub(in super::super) const SLUG_TAKEN: &str = "Slug is already taken";
    pub(in super::super) const HAS_SALES: &str = "Cannot remove a ticket type that has sold tickets";
    pub(in super::super) const RATE_LIMITED: &str = "Rate limit exceeded. Try again later.";
    /// \[inferred\]
    pub(in super::super) const HAS_HOLDS: &str = "Cannot remove a ticket type that has held tickets";
    /// \[inferred\]
    pub(in super::super) const STATUS_CHANGE: &str = "Status changes are not supported in v1";
    /// \[inferred\]
    pub(in super::super) const INVALID_JSON: &str = "Invalid JSON";
    /// \[inferred\]
    pub(in super::super) const NOT_FOUND: &str = "Not found";
    /// \[inferred\]
    pub(in super::super) const METHOD: &str = "Method not allowed";
    /// \[inferred\]
    pub(in super::super) const TOO_LARGE: &str = "Payload too large";
    /// \[inferred\]
    pub(in super::super) const MEDIA_TYPE: &str = "Unsupported media type";
    /// \[inferred\]
    pub(in super::super) const TIMEOUT: &str = "Request timeout";
    /// \[inferred\]
    pub(in super::super) const CONFLICT: &str = "Conflict";
    /// \[inferred\]
    pub(in super::super) const NOT_IMPLEMENTED: &str = "Not implemented";
    /// \[inferred\]
    pub(in super::super) const UNAVAILABLE: &str = "Service unavailable";
    /// \[inferred\]
    pub(in super::super) const STORAGE_FULL: &str = "Insufficient storage";
    /// \[inferred\]
    pub(in super::super) const INTERNAL: &str = "Internal server error";
}
