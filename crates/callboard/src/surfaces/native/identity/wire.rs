//! Accounts, organizations and sessions on the wire.

use callboard_core::text::{email, line};
use callboard_store::accounts::AccountSummary;
use callboard_store::organizations::Organization;
use callboard_store::sessions::OpenedSession;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use callboard_core::issue::{IssueCode, Issues};

/// Longest name of a person or an organization. Unit: characters.
pub(super) const NAME_MAX: usize = 200;

/// A person who signs in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Account)]
pub(super) struct AccountBody {
    pub id: Uuid,
    #[schema(format = "email")]
    pub email: String,
    pub name: String,
}

/// An organization, by name.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OrganizationName)]
pub(super) struct OrganizationName {
    pub id: Uuid,
    pub name: String,
    #[schema(format = "slug")]
    pub slug: String,
}

/// The organization in which the caller acts.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Organization)]
pub(super) struct OrganizationBody {
    pub id: Uuid,
    pub name: String,
    #[schema(format = "slug")]
    pub slug: String,
    pub version: i64,
    #[schema(format = "date-time")]
    pub created_at: String,
    #[schema(format = "date-time")]
    pub updated_at: String,
}

/// A signed-in session.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub(super) struct SessionBody {
    /// A JWT; send it as `Authorization: Bearer TOKEN`.
    pub token: String,
    #[schema(format = "date-time")]
    pub expires_at: String,
}

impl From<&AccountSummary> for AccountBody {
    fn from(account: &AccountSummary) -> Self {
        AccountBody { id: account.id.0, email: account.email.clone(), name: account.name.clone() }
    }
}

impl From<&Organization> for OrganizationName {
    fn from(organization: &Organization) -> Self {
        OrganizationName {
            id: organization.id.0,
            name: organization.name.clone(),
            slug: organization.slug.to_string(),
        }
    }
}

impl From<&Organization> for OrganizationBody {
    fn from(organization: &Organization) -> Self {
        OrganizationBody {
            id: organization.id.0,
            name: organization.name.clone(),
            slug: organization.slug.to_string(),
            version: organization.version(),
            created_at: organization.created_at.to_utc_text(),
            updated_at: organization.updated_at.to_utc_text(),
        }
    }
}

impl SessionBody {
    pub(super) fn new(token: String, session: &OpenedSession) -> SessionBody {
        SessionBody { token, expires_at: session.expires_at.to_utc_text() }
    }
}

/// A name, trimmed.
pub(super) fn name(issues: &mut Issues, path: &str, text: &str) -> Option<String> {
    issues.keep(path, IssueCode::InvalidValue, line(text, NAME_MAX))
}

/// An e-mail address, trimmed.
pub(super) fn address(issues: &mut Issues, text: &str) -> Option<String> {
    issues.keep("email", IssueCode::InvalidFormat, email(text))
}
