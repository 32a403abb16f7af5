//! `POST /v1/keys`. Source: native-api.md §4.

use callboard_core::account::Role;
use callboard_core::ids::{AccountId, BoxOfficeId, ChannelId, EventId, VenueId};
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::key::{Binding, LABEL_MAX};
use callboard_core::text::line;
use callboard_store::Tenant;
use callboard_store::page::LIMIT_MAX;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{FamilyBody, MintedBody, minted, minted_example};
use crate::http::grant::KeysWrite;
use crate::http::{Call, Granted, Identity, Operation, Refusal, Reply};
use crate::surfaces::native::wire::instant;
use crate::use_cases::mint::{self, NewKey};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/keys", "createKey")
        .tag(super::TAG)
        .says(
            "Make a key",
            "`key` is the token: it appears in this answer only, and only its hash is stored. A `venue` key needs \
             `venueId`, a `box_office` key `boxOfficeId`; a `developer` key may name an event, a `native` key one \
             venue, channel, box office or event. A `channel` key belongs to the account that makes it and reaches \
             the channels of the organizations in which that account is owner, admin or editor. Without `scopes` a \
             family's published defaults hold; a native key has none, so they must be named.",
        )
        .takes::<NewKeyBody>(json!({ "family": "native", "label": "Website", "scopes": ["events:read"] }))
        .answers::<MintedBody>(StatusCode::CREATED, "The key with its token", minted_example())
        .refuses(&[StatusCode::CONFLICT])
        .idempotent()
        .granted(handle)
        .sessions_only()
}

/// A new key.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewKey)]
struct NewKeyBody {
    family: FamilyBody,
    /// What it is for.
    #[schema(format = "line", max_length = 100)]
    label: String,
    #[schema(max_items = 20)]
    scopes: Option<Vec<String>>,
    venue_id: Option<Uuid>,
    box_office_id: Option<Uuid>,
    event_id: Option<Uuid>,
    channel_id: Option<Uuid>,
    /// When it ends by itself.
    #[schema(format = "date-time")]
    expires_at: Option<String>,
    /// Overrides the family's limit.
    #[schema(minimum = 1, maximum = 100_000_000)]
    rate_limit_per_minute: Option<i64>,
}

impl NewKeyBody {
    fn parse(self) -> Result<NewKey, Issues> {
        let mut issues = Issues::new();
        let label = issues.keep("label", IssueCode::InvalidValue, line(&self.label, LABEL_MAX));
        let expires_at = match self.expires_at.map(|text| instant("expiresAt", &text)).transpose() {
            Ok(at) => at,
            Err(issue) => {
                issues.push(issue);
                None
            }
        };
        let Some(label) = label else { return Err(issues) };
        issues.done()?;
        let binding = Binding {
            venue_id: self.venue_id.map(VenueId),
            channel_id: self.channel_id.map(ChannelId),
            box_office_id: self.box_office_id.map(BoxOfficeId),
            event_id: self.event_id.map(EventId),
        };
        Ok(NewKey {
            family: self.family.into(),
            label,
            scopes: self.scopes,
            binding,
            expires_at,
            rate_limit_per_minute: self.rate_limit_per_minute,
        })
    }
}

async fn handle(call: Call, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let new = call.body::<NewKeyBody>()?.parse()?;
    let account = owner(&call, grant.tenant()).await?;
    let (command, secret) = mint::mint(&call.app, grant.tenant(), account, new, call.now).await?;
    let shown = (!call.is_rehearsal()).then_some(secret);
    call.write(grant.tenant(), command, move |made| minted(made, shown.as_ref())).await
}

/// Whose key it is: the session's account. The command line, which is nobody's account, makes keys for the
/// organization's first owner. [inferred]
async fn owner(call: &Call, tenant: &Tenant) -> Result<Option<AccountId>, Refusal> {
    match call.caller.identity {
        Identity::Session { .. } | Identity::Key(_) | Identity::Anonymous => Ok(tenant.account_id()),
        Identity::Operator => {
            let members = call.app.store.list_members(tenant, None, LIMIT_MAX).await?;
            let owner = members
                .items
                .into_iter()
                .find(|member| member.role == Role::Owner && member.joined_at.is_some());
            let account = owner.and_then(|owner| owner.account_id);
            let nobody =
                || Issue::body("family", IssueCode::NotFound, "the organization has no owner to make it for");
            account.map(Some).ok_or_else(|| nobody().into())
        }
    }
}
