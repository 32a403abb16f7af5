//! `POST /api/developer/v1/api-keys`: makes a key, which this reply alone shows.
//! Source: contracts.md §3.2 (E2). Cases: E-01, E-04, E-06, E-09.

use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::key::{Binding, Family};
use callboard_core::rejection::Thing;
use callboard_core::text;
use http::StatusCode;
use serde_json::json;

use super::contract::{KEYS_PATH, NAME_MAX};
use super::wire::{CreateApiKey, NewApiKeyReply};
use super::{examples, render};
use crate::http::grant::KeysWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::use_cases::mint::{NewKey, mint};

pub(super) fn operation() -> Operation {
    Operation::post(KEYS_PATH, "createApiKey")
        .tag("API keys")
        .says(
            "Make a key",
            "Makes a developer key for the whole organization or, with `event_id`, for one event. Keep the key \
             somewhere safe at once: it is in this reply and nowhere else. There is no repeating with an \
             idempotency key here; a key whose reply was lost is deleted and made anew.",
        )
        .takes::<CreateApiKey>(json!({ "name": "Nightly import" }))
        .answers::<NewApiKeyReply>(
            StatusCode::CREATED,
            "The key, this once",
            json!({ "success": true, "data": examples::fresh() }),
        )
        .refuses(&[StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::CONFLICT])
        .sessions_only()
        .granted(create)
}

impl CreateApiKey {
    fn parse(self) -> Result<NewKey, Issues> {
        let mut issues = Issues::new();
        let label = issues.keep("name", IssueCode::InvalidValue, text::line(&self.name, NAME_MAX));
        issues.done()?;
        Ok(NewKey {
            family: Family::Developer,
            label: label.unwrap_or_default(),
            scopes: None,
            binding: Binding { event_id: self.event_id, ..Binding::default() },
            expires_at: None,
            rate_limit_per_minute: None,
        })
    }
}

async fn create(call: Call, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let new = call.body::<CreateApiKey>()?.parse()?;
    let tenant = grant.tenant();
    let (command, secret) = mint(&call.app, tenant, tenant.account_id(), new, call.now).await?;
    let render =
        move |key: &_| Reply::created(&NewApiKeyReply { success: true, data: render::fresh(key, &secret) });
    call.write(tenant, command, render).await.map_err(missing_event)
}

/// An event that is unknown or another organization's is 404 in this contract, not a fault of the body.
fn missing_event(refusal: Refusal) -> Refusal {
    let names_event = |issue: &Issue| issue.code == IssueCode::NotFound && issue.place.dotted() == "eventId";
    match refusal {
        Refusal::Invalid(issues) if issues.0.iter().any(names_event) => Refusal::not_found(Thing::Event),
        other => other,
    }
}
