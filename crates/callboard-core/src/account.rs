//! Who may do what: roles of members and the capabilities they carry.
//! Source: native-api.md §2, §4; design.md §3.

use crate::event::words;

words! {
    Role { Owner = "owner", Admin = "admin", Editor = "editor", BoxOffice = "box_office", Viewer = "viewer" }
}

words! {
    /// A thing that a caller may be allowed to do. Keys get theirs from scopes (one table per surface),
    /// sessions from the role; use cases know nothing else. The words are the native scopes where one exists.
    Capability {
        OrganizationRead = "organization:read",
        OrganizationWrite = "organization:write",
        MembersRead = "members:read",
        MembersWrite = "members:write",
        KeysRead = "keys:read",
        KeysWrite = "keys:write",
        VenuesRead = "venues:read",
        VenuesWrite = "venues:write",
        ChannelsRead = "channels:read",
        ChannelsWrite = "channels:write",
        BoxOfficesRead = "box_offices:read",
        BoxOfficesWrite = "box_offices:write",
        EventsRead = "events:read",
        EventsCreate = "events:create",
        EventsWrite = "events:write",
        EventsPublish = "events:publish",
        EventsDelete = "events:delete",
        MediaCreate = "media:create",
        OrdersRead = "orders:read",
        OrdersWrite = "orders:write",
        CheckInsWrite = "check_ins:write",
        ChangesRead = "changes:read",
        AuditRead = "audit:read",
    }
}

impl Role {
    /// Whether a member in this role may do a thing.
    ///
    /// - Owners everything; admins all but renaming the organization.
    /// - Editors the programme and its places. They see who bought, to know whom a moved date concerns, but sell
    ///   and refund nothing.
    /// - The box office sells, refunds and checks in; it changes no programme.
    /// - Viewers read what is on, but no buyers.
    ///
    /// The feed and the audit log tell of everything, keys and buyers included: they are for those who may see all
    /// of that. What is not listed is denied, so that a new capability is nobody's by accident.
    pub fn allows(self, capability: Capability) -> bool {
        use Capability as C;
        match self {
            Role::Owner => true,
            Role::Admin => capability != C::OrganizationWrite,
            Role::Editor => {
                Role::Viewer.allows(capability)
                    || matches!(
                        capability,
                        C::VenuesWrite
                            | C::ChannelsWrite
                            | C::EventsCreate
                            | C::EventsWrite
                            | C::EventsPublish
                            | C::EventsDelete
                            | C::MediaCreate
                            | C::OrdersRead
                    )
            }
            Role::BoxOffice => {
                Role::Viewer.allows(capability)
                    || matches!(capability, C::OrdersRead | C::OrdersWrite | C::CheckInsWrite)
            }
            Role::Viewer => matches!(
                capability,
                C::OrganizationRead
                    | C::MembersRead
                    | C::VenuesRead
                    | C::ChannelsRead
                    | C::BoxOfficesRead
                    | C::EventsRead
            ),
        }
    }

    /// Whether the channels of the organization are this member's to publish to through P.
    /// Source: native-api.md §3 (P's owner rule).
    pub fn publishes_to_channels(self) -> bool {
        matches!(self, Role::Owner | Role::Admin | Role::Editor)
    }
}

/// Shortest and longest passwords. Units: characters, bytes. Source: native-api.md §2, promises rule 9.
pub const PASSWORD_MIN: usize = 12;
pub const PASSWORD_MAX_BYTES: usize = 1024;
