//! `PATCH /v1/keys/{id}`. Source: native-api.md §4.

use callboard_core::event::patch::Change;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::key::LABEL_MAX;
use callboard_core::rejection::Thing;
use callboard_core::text::line;
use callboard_core::time::Timestamp;
use callboard_store::keys::ReviseKey;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::wire::{KeyBody, example};
use crate::http::grant::KeysWrite;
use crate::http::patch::double_option;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::wire::{Written, instant, written_example};

pub(super) fn operation() -> Operation {
    Operation::patch("/v1/keys/{id}", "reviseKey")
        .tag(super::TAG)
        .says(
            "Change a key",
            "Label, rate limit, expiry, and whether it is disabled; holds from the key's next request on. Scopes \
             and bindings cannot change: make another key.",
        )
        .placeholder("id", "The key's id")
        .takes::<KeyPatchBody>(json!({ "label": "Website 2", "disabled": true }))
        .answers::<Written<KeyBody>>(StatusCode::OK, "The key as it is now", written_example(example()))
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
        .sessions_only()
}

/// What may change about a key; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = KeyPatch)]
struct KeyPatchBody {
    #[schema(format = "line", max_length = 100, nullable = false)]
    label: Option<String>,
    /// `null` for the family's own limit.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100_000_000)]
    rate_limit_per_minute: Change<i64>,
    /// `null` for no end.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "date-time")]
    expires_at: Change<String>,
    #[schema(nullable = false)]
    disabled: Option<bool>,
}

async fn handle(call: Call, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let body = call.body::<KeyPatchBody>()?;
    let mut issues = Issues::new();
    let label =
        body.label.and_then(|text| issues.keep("label", IssueCode::InvalidValue, line(&text, LABEL_MAX)));
    let expires_at = body
        .expires_at
        .map(|text| text.and_then(|text| future(&text, call.now).map_err(|issue| issues.push(issue)).ok()));
    issues.done()?;
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Key))?;
    let command = ReviseKey {
        tenant: grant.tenant().clone(),
        id,
        label,
        rate_limit_per_minute: body.rate_limit_per_minute,
        expires_at,
        disabled: body.disabled,
        if_match: etag::if_match(&call.request)?,
    };
    call.write(grant.tenant(), command, |after| {
        Reply::ok(&Written::plain(KeyBody::from(after))).versioned(after.version)
    })
    .await
}

/// A key ends in the future; one that shall end now is revoked.
fn future(text: &str, now: Timestamp) -> Result<Timestamp, Issue> {
    let at = instant("expiresAt", text)?;
    if at > now {
        Ok(at)
    } else {
        Err(Issue::body(
            "expiresAt",
            IssueCode::InvalidValue,
            "must lie in the future; revoke the key to end it now",
        ))
    }
}
