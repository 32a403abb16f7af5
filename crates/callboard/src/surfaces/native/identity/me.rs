//! `GET /v1/me`: who is calling. Source: native-api.md §2.

use callboard_core::account::{Capability, Role};
use callboard_core::key::ApiKey;
use callboard_store::Actor;
use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{AccountBody, OrganizationName};
use crate::http::{Call, Identity, Operation, RateClass, Refusal, Reply};
use crate::surfaces::native::contract::SCOPES;

pub(super) fn operation() -> Operation {
    Operation::get("/v1/me", "whoAmI")
        .tag(super::TAG)
        .says(
            "Who is calling",
            "The account or key behind the credential, its scopes, what it is narrowed to, its limits and its end.",
        )
        .answers::<MeBody>(
            StatusCode::OK,
            "The caller",
            json!({
                "type": "key", "account": null, "role": null,
                "organization": { "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b6", "name": "The Analytical Room", "slug": "the-analytical-room" },
                "key": { "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b7", "label": "Website", "prefix": "cb_live_", "hint": "Xy12" },
                "scopes": ["events:read"],
                "venueId": null, "channelId": null, "boxOfficeId": null, "eventId": null,
                "limits": { "requestsPerMinute": 600 }, "expiresAt": null,
            }),
        )
        .any(handle)
}

/// The caller.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Me)]
struct MeBody {
    #[serde(rename = "type")]
    kind: CallerKind,
    /// The account of a session.
    #[schema(required)]
    account: Option<AccountBody>,
    /// The role of a session's account in the organization.
    #[schema(required)]
    role: Option<&'static str>,
    organization: OrganizationName,
    /// The key, where a key calls.
    #[schema(required)]
    key: Option<KeyName>,
    /// What the caller may do, in the scopes of native keys.
    scopes: Vec<String>,
    #[schema(required)]
    venue_id: Option<Uuid>,
    #[schema(required)]
    channel_id: Option<Uuid>,
    #[schema(required)]
    box_office_id: Option<Uuid>,
    #[schema(required)]
    event_id: Option<Uuid>,
    limits: Limits,
    /// When the credential ends; `null` if it does not.
    #[schema(required, format = "date-time")]
    expires_at: Option<String>,
}

/// What kind of caller it is: `operator` is the command line of the machine's owner.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CallerKind {
    Account,
    Key,
    Operator,
}

/// A key, by name.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct KeyName {
    id: Uuid,
    label: String,
    prefix: String,
    hint: String,
}

/// How much the caller may ask for.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CallerLimits)]
struct Limits {
    #[schema(required, minimum = 1)]
    requests_per_minute: Option<u32>,
}

async fn handle(call: Call) -> Result<Reply, Refusal> {
    let tenant = call.caller.tenant().cloned().ok_or(Refusal::Unauthenticated)?;
    let account = match tenant.actor() {
        Actor::Session { session, .. } => call.app.store.session(session, call.now).await?,
        Actor::Key { .. } | Actor::Operator => None,
    };
    let bound = tenant.binding();
    let key = call.caller.key();
    let (kind, role, expires_at) = match &call.caller.identity {
        Identity::Session { role, expires_at } => (CallerKind::Account, Some(*role), Some(*expires_at)),
        Identity::Key(key) => (CallerKind::Key, None, key.expires_at),
        Identity::Operator | Identity::Anonymous => (CallerKind::Operator, None, None),
    };
    Ok(Reply::ok(&MeBody {
        kind,
        account: account.map(|access| AccountBody::from(&access.account)),
        role: role.map(Role::as_str),
        organization: OrganizationName::from(&call.app.store.organization(&tenant).await?),
        key: key.map(KeyName::from),
        scopes: key.map_or_else(|| scopes_of(role), |key| key.scopes.clone()),
        venue_id: bound.venue_id.map(Uuid::from),
        channel_id: bound.channel_id.map(Uuid::from),
        box_office_id: bound.box_office_id.map(Uuid::from),
        event_id: bound.event_id.map(Uuid::from),
        limits: Limits { requests_per_minute: call.surface.limit(&call.app, &call.caller, RateClass::Read) },
        expires_at: expires_at.map(|at| at.to_utc_text()),
    }))
}

/// The scopes that a role covers entirely; the operator has no role and may do everything.
fn scopes_of(role: Option<Role>) -> Vec<String> {
    let covers = |needed: &[Capability]| role.is_none_or(|role| needed.iter().all(|one| role.allows(*one)));
    SCOPES.iter().filter(|(_, needed)| covers(needed)).map(|(scope, _)| (*scope).to_owned()).collect()
}

impl From<&ApiKey> for KeyName {
    fn from(key: &ApiKey) -> Self {
        KeyName { id: key.id.0, label: key.label.clone(), prefix: key.prefix.clone(), hint: key.hint.clone() }
    }
}
