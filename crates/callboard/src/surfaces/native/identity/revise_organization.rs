//! `PATCH /v1/organization`: another name or slug. Source: native-api.md §2.

use callboard_core::issue::{IssueCode, Issues};
use callboard_core::slug::Slug;
use callboard_store::organizations::ReviseOrganization;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::get_organization::example;
use super::wire::{self, OrganizationBody};
use crate::http::grant::OrganizationWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::patch("/v1/organization", "reviseOrganization")
        .tag(super::TAG)
        .says("Change the organization", "Gives the organization another name or slug. Owners only.")
        .takes::<OrganizationPatchBody>(json!({ "name": "The Analytical Rooms" }))
        .answers::<Written<OrganizationBody>>(
            StatusCode::OK,
            "The organization as it is now",
            written_example(example()),
        )
        .refuses(&[StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
        .sessions_only()
}

/// What may change about an organization; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationPatch)]
struct OrganizationPatchBody {
    #[schema(format = "line", max_length = 200, nullable = false)]
    name: Option<String>,
    #[schema(format = "slug", max_length = 100, nullable = false)]
    slug: Option<String>,
}

async fn handle(call: Call, grant: Granted<OrganizationWrite>) -> Result<Reply, Refusal> {
    let body = call.body::<OrganizationPatchBody>()?;
    let mut issues = Issues::new();
    let command = ReviseOrganization {
        tenant: grant.tenant().clone(),
        name: body.name.and_then(|text| wire::name(&mut issues, "name", &text)),
        slug: body.slug.and_then(|text| issues.keep("slug", IssueCode::InvalidFormat, Slug::parse(&text))),
        if_match: etag::if_match(&call.request)?,
    };
    issues.done()?;
    call.write(grant.tenant(), command, |after| {
        Reply::ok(&Written::plain(OrganizationBody::from(after))).versioned(after.version())
    })
    .await
}
