//! Who is calling and what they were granted: the proof that a handler needs before it reaches the store.

use std::marker::PhantomData;
use std::sync::Arc;

use callboard_core::account::{Capability, Role};
use callboard_core::key::ApiKey;
use callboard_core::time::Timestamp;
use callboard_store::{Stamp, Tenant};

/// Who sent a request.
#[derive(Debug, Clone)]
pub enum Identity {
    Anonymous,
    Key(Arc<ApiKey>),
    Session {
        role: Role,
        expires_at: Timestamp,
    },
    /// The command line of the machine's owner.
    Operator,
}

/// An identity with the tenant that the store proved for it.
#[derive(Debug, Clone)]
pub struct Caller {
    pub identity: Identity,
    tenant: Option<Tenant>,
    /// What the tenant's answers depend on, where the look-up of the credential told it.
    stamp: Option<Stamp>,
}

impl Caller {
    pub fn anonymous() -> Caller {
        Caller { identity: Identity::Anonymous, tenant: None, stamp: None }
    }
    pub fn known(identity: Identity, tenant: Tenant) -> Caller {
        Caller { identity, tenant: Some(tenant), stamp: None }
    }
    #[must_use]
    pub fn stamped(mut self, stamp: Option<Stamp>) -> Caller {
        self.stamp = stamp;
        self
    }
    pub fn stamp(&self) -> Option<&Stamp> {
        self.stamp.as_ref()
    }
    pub fn tenant(&self) -> Option<&Tenant> {
        self.tenant.as_ref()
    }
    pub fn key(&self) -> Option<&ApiKey> {
        match &self.identity {
            Identity::Key(key) => Some(key),
            Identity::Anonymous | Identity::Session { .. } | Identity::Operator => None,
        }
    }
}

/// A capability as a type, so that a handler's signature says what it needs.
pub trait Needs: Send + Sync + 'static {
    const CAPABILITY: Capability;
}

macro_rules! needs {
    ($($name:ident),+ $(,)?) => {$(
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Needs for $name { const CAPABILITY: Capability = Capability::$name; }
    )+};
}
needs!(
    OrganizationRead,
    OrganizationWrite,
    MembersRead,
    MembersWrite,
    KeysRead,
    KeysWrite,
    VenuesRead,
    VenuesWrite,
    ChannelsRead,
    ChannelsWrite,
    BoxOfficesRead,
    BoxOfficesWrite,
    EventsRead,
    EventsCreate,
    EventsWrite,
    EventsPublish,
    EventsDelete,
    MediaCreate,
    OrdersRead,
    OrdersWrite,
    CheckInsWrite,
    ChangesRead,
    AuditRead,
);

/// Proof that the caller was checked for a capability. Only the pipeline makes one, and the check of a member's role.
#[derive(Debug, Clone)]
pub struct Granted<C: Needs> {
    tenant: Tenant,
    capability: PhantomData<C>,
}

impl<C: Needs> Granted<C> {
    pub(in crate::http) fn new(tenant: Tenant) -> Granted<C> {
        Granted { tenant, capability: PhantomData }
    }
    /// The proof for a member in a role, by the same table as the API's; `None` if the role lacks it.
    pub fn for_role(role: Role, tenant: &Tenant) -> Option<Granted<C>> {
        role.allows(C::CAPABILITY).then(|| Granted::new(tenant.clone()))
    }
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }
}
