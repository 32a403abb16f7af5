//! Members on the wire.

use callboard_core::account::Role;
use callboard_store::members::Member;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// A member of the organization, or someone who is invited.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Member)]
pub(super) struct MemberBody {
    pub id: Uuid,
    #[schema(format = "email")]
    pub email: String,
    /// The account's name; `null` while invited.
    #[schema(required)]
    pub name: Option<String>,
    pub role: RoleBody,
    pub status: StatusBody,
    /// Where the invited person signs up. Shown once, when the invitation is made; `null` otherwise.
    #[schema(required, format = "uri")]
    pub invite_url: Option<String>,
    pub version: i64,
    #[schema(format = "date-time")]
    pub created_at: String,
    #[schema(format = "date-time")]
    pub updated_at: String,
}

/// What a member may do: an `owner` everything; an `admin` all but renaming the organization; an `editor` the
/// programme, its venues and channels; the `box_office` sells and checks in; a `viewer` reads.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Role)]
pub(super) enum RoleBody {
    Owner,
    Admin,
    Editor,
    BoxOffice,
    Viewer,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MemberStatus)]
pub(super) enum StatusBody {
    Joined,
    Invited,
}

impl From<RoleBody> for Role {
    fn from(role: RoleBody) -> Role {
        match role {
            RoleBody::Owner => Role::Owner,
            RoleBody::Admin => Role::Admin,
            RoleBody::Editor => Role::Editor,
            RoleBody::BoxOffice => Role::BoxOffice,
            RoleBody::Viewer => Role::Viewer,
        }
    }
}

impl From<Role> for RoleBody {
    fn from(role: Role) -> RoleBody {
        match role {
            Role::Owner => RoleBody::Owner,
            Role::Admin => RoleBody::Admin,
            Role::Editor => RoleBody::Editor,
            Role::BoxOffice => RoleBody::BoxOffice,
            Role::Viewer => RoleBody::Viewer,
        }
    }
}

impl From<&Member> for MemberBody {
    fn from(member: &Member) -> Self {
        MemberBody {
            id: member.id.0,
            email: member.email.clone(),
            name: member.name.clone(),
            role: member.role.into(),
            status: if member.joined_at.is_some() { StatusBody::Joined } else { StatusBody::Invited },
            invite_url: None,
            version: member.version,
            created_at: member.created_at.to_utc_text(),
            updated_at: member.updated_at.to_utc_text(),
        }
    }
}

pub(super) fn example() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4c0", "email": "grace@example.org", "name": null,
        "role": "editor", "status": "invited", "inviteUrl": null, "version": 1,
        "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z",
    })
}
