//! `POST /v1/members`: adding or inviting a person. Source: native-api.md §2.

use callboard_core::issue::Issues;
use callboard_store::members::{AddMember, Member};
use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::wire::{MemberBody, RoleBody, example};
use crate::http::grant::MembersWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::identity::wire::address;
use crate::surfaces::native::wire::{Written, written_example};
use crate::use_cases::accounts;

pub(super) fn operation() -> Operation {
    Operation::post("/v1/members", "addMember")
        .tag(super::TAG)
        .says(
            "Add or invite a person",
            "A person who has an account joins at once. Anyone else is invited: pass `inviteUrl` on; it is shown \
             in this answer only, and signing up there joins the organization. Only owners add owners.",
        )
        .takes::<NewMemberBody>(json!({ "email": "grace@example.org", "role": "editor" }))
        .answers::<Written<MemberBody>>(StatusCode::CREATED, "The member", written_example(example()))
        .refuses(&[StatusCode::CONFLICT])
        .idempotent()
        .granted(handle)
        .sessions_only()
}

/// Who is added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMember)]
struct NewMemberBody {
    #[schema(format = "email", max_length = 254)]
    email: String,
    role: RoleBody,
}

async fn handle(call: Call, grant: Granted<MembersWrite>) -> Result<Reply, Refusal> {
    let body = call.body::<NewMemberBody>()?;
    let mut issues = Issues::new();
    let Some(email) = address(&mut issues, &body.email) else { return Err(issues.into()) };
    let token = accounts::invite_token(&call.app);
    let command = AddMember {
        tenant: grant.tenant().clone(),
        email,
        role: body.role.into(),
        invite_hash: accounts::invite_hash(&token),
    };
    let url = accounts::invite_url(&call.app.public_url, &token);
    call.write(grant.tenant(), command, move |made| render(made, &url)).await
}

/// The address of an invitation is a secret: a repetition does not show it again.
fn render(made: &Member, url: &str) -> Reply {
    let kept = Written::plain(MemberBody::from(made));
    let invite_url = made.joined_at.is_none().then(|| url.to_owned());
    let shown = Written::plain(MemberBody { invite_url, ..kept.resource.clone() });
    Reply::created(&shown)
        .secret(&kept)
        .versioned(made.version)
        .with(LOCATION, &format!("/v1/members/{}", made.id))
}
