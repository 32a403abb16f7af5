//! What a rule may refuse. The caller can mend each of these; every surface renders each of them
//! by an exhaustive match. Faults (a failing disk, say) are not here: they belong to the store.

use crate::event::transition::{Lifecycle, Transition};
use crate::ids::EventId;
use crate::issue::Issues;
use crate::series::TakenDate;
use crate::time::Timestamp;

/// A kind of thing that may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    Event,
    TicketType,
    Venue,
    Channel,
    BoxOffice,
    Key,
    Member,
    Media,
    Organization,
    Session,
    Account,
    Hold,
    Order,
    Ticket,
    CheckIn,
    Series,
}

impl Thing {
    pub fn as_str(self) -> &'static str {
        match self {
            Thing::Event => "event",
            Thing::TicketType => "ticket type",
            Thing::Venue => "venue",
            Thing::Channel => "channel",
            Thing::BoxOffice => "box office",
            Thing::Key => "key",
            Thing::Member => "member",
            Thing::Media => "media",
            Thing::Organization => "organization",
            Thing::Session => "session",
            Thing::Account => "account",
            Thing::Hold => "hold",
            Thing::Order => "order",
            Thing::Ticket => "ticket",
            Thing::CheckIn => "check-in",
            Thing::Series => "series",
        }
    }
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The input is wrong in itself.
    Invalid(Issues),
    /// It does not exist, or it is another tenant's: one answer for both.
    NotFound(Thing),
    /// The key's owner may not publish to this channel (or it does not exist). P only.
    ChannelNotYours,
    /// The key or session may not reach this thing, which its own tenant knows to exist.
    OutOfReach,
    SlugTaken {
        slug: String,
    },
    /// Several of the organization's events have this slug.
    AmbiguousSlug {
        ids: Vec<EventId>,
    },
    HasSales {
        what: String,
    },
    /// An edit of a series would move or remove these dates; never empty.
    DatesHaveSales {
        dates: Vec<TakenDate>,
    },
    TypeHasSales {
        name: String,
        sold: i64,
    },
    TypeHasHolds {
        name: String,
        held: i64,
    },
    BelowStock {
        quantity: i64,
        sold: i64,
        held: i64,
    },
    IllegalTransition {
        from: Lifecycle,
        step: Transition,
        allowed: Vec<Transition>,
    },
    /// `If-Match` named another version.
    Stale {
        current: i64,
    },
    /// The place still has upcoming events.
    InUse {
        what: Thing,
        upcoming: i64,
    },
    KeyLimit {
        limit: i64,
    },
    EmailTaken,
    AlreadyMember,
    LastOwner,
    RegistrationClosed,
    ExternalIdTaken {
        event: EventId,
    },
    TooManyTicketTypes {
        limit: usize,
    },
    /// The changes that were asked for are no longer kept; from `oldest` on they are, up to `newest`.
    ChangesGone {
        oldest: i64,
        newest: i64,
    },
    /// Fewer tickets are free than were asked for.
    SoldOut {
        available: i64,
    },
    /// The event does not sell now, or the ticket type's own window (given here) is not open.
    NotOnSale {
        starts_at: Option<Timestamp>,
        ends_at: Option<Timestamp>,
    },
    HoldExpired {
        expires_at: Timestamp,
    },
    /// The hold was released, or an order has used it.
    HoldEnded {
        how: &'static str,
    },
}

impl From<Issues> for Rejection {
    fn from(issues: Issues) -> Self {
        Rejection::Invalid(issues)
    }
}
