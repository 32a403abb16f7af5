//! Who is asking, proven: only this crate makes a [`Tenant`], and every read and command asks for one.
//! Source: design.md §3, promises rule 1.

use callboard_core::ids::{
    AccountId, BoxOfficeId, ChannelId, EventId, KeyId, OrganizationId, SessionId, VenueId,
};
use callboard_core::key::Binding;

/// The proof that someone may reach one tenant's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    organization_id: OrganizationId,
    reach: Reach,
    actor: Actor,
}

/// How far a tenant's reads and writes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// One organization, perhaps narrowed to one venue, channel, box office or event of it.
    Organization(Binding),
    /// A channel key: the channels of every organization in which the account is owner, admin or editor now.
    Account(AccountId),
}

/// Who acts, for the audit log and for what belongs to a caller (idempotency, media).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Key {
        key: KeyId,
        account: Option<AccountId>,
    },
    Session {
        session: SessionId,
        account: AccountId,
    },
    /// The command line or a background job.
    Operator,
}

impl Tenant {
    pub(crate) fn new(organization_id: OrganizationId, reach: Reach, actor: Actor) -> Tenant {
        Tenant { organization_id, reach, actor }
    }
    /// The organization; for an account's reach the one in which its key was made.
    pub fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }
    /// The one organization whose rows its writes concern; none for an account's reach.
    pub(crate) fn home(&self) -> Option<OrganizationId> {
        matches!(self.reach, Reach::Organization(_)).then_some(self.organization_id)
    }
    pub fn reach(&self) -> Reach {
        self.reach
    }
    pub fn actor(&self) -> Actor {
        self.actor
    }
    /// The account behind the caller, if there is one.
    pub fn account_id(&self) -> Option<AccountId> {
        match self.actor {
            Actor::Key { account, .. } => account,
            Actor::Session { account, .. } => Some(account),
            Actor::Operator => None,
        }
    }
    /// What the caller is narrowed to; nothing for a whole organization.
    pub fn binding(&self) -> Binding {
        match self.reach {
            Reach::Organization(binding) => binding,
            Reach::Account(_) => Binding::default(),
        }
    }
    /// Whether an event with these facets is within reach (the organization having been checked).
    pub fn reaches(
        &self,
        event: EventId,
        venue: Option<VenueId>,
        channel: Option<ChannelId>,
        box_office: Option<BoxOfficeId>,
    ) -> bool {
        let bound = self.binding();
        bound.event_id.is_none_or(|id| id == event)
            && bound.venue_id.is_none_or(|id| Some(id) == venue)
            && bound.channel_id.is_none_or(|id| Some(id) == channel)
            && bound.box_office_id.is_none_or(|id| Some(id) == box_office)
    }
    /// The id under which idempotency keys and rate windows of this caller are kept.
    pub fn principal(&self) -> uuid::Uuid {
        match self.actor {
            Actor::Key { key, .. } => key.0,
            Actor::Session { account, .. } => account.0,
            Actor::Operator => uuid::Uuid::nil(),
        }
    }
}
