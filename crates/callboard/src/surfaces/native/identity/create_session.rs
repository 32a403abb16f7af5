//! `POST /v1/sessions`: signing in. Source: native-api.md §2, promises R20.

use callboard_core::ids::OrganizationId;
use callboard_core::issue::{Issue, IssueCode};
use callboard_core::key::Secret;
use callboard_core::rejection::{Rejection, Thing};
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::SessionBody;
use crate::http::{Call, Operation, Refusal, Reply};
use crate::surfaces::native::wire::Written;
use crate::use_cases::sign_in::{self, Credentials};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/sessions", "createSession")
        .tag(super::TAG)
        .says(
            "Sign in",
            "The session acts in the named organization, or in the first one that the account joined. A wrong \
             password and an unknown address get the same answer. After five failures within 15 minutes for an \
             account and a network address, attempts have to wait: 429 with `Retry-After`, doubling up to 15 \
             minutes, for the right password too.",
        )
        .takes::<NewSessionBody>(json!({ "email": "ada@example.org", "password": "correct horse battery staple" }))
        .answers::<Written<SessionBody>>(
            StatusCode::CREATED,
            "A session",
            json!({
                "token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9.e30.c2ln",
                "expiresAt": "2026-11-23T22:00:00Z",
                "warnings": [],
            }),
        )
        .refuses(&[StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN])
        .open(handle)
}

/// What someone shows to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewSession)]
struct NewSessionBody {
    #[schema(max_length = 254)]
    email: String,
    #[schema(format = "password", max_length = 1024)]
    password: String,
    /// Where the session acts; an organization that the account has joined.
    organization_id: Option<Uuid>,
}

async fn handle(call: Call) -> Result<Reply, Refusal> {
    let body = call.body::<NewSessionBody>()?;
    let shown = Credentials {
        email: body.email,
        password: Secret::new(body.password),
        organization_id: body.organization_id.map(OrganizationId),
        address: call.request.peer.ip,
    };
    let command = sign_in::check(&call.app, shown, call.context()).await?;
    let opened = call
        .write_open(command.clone(), |session| {
            let token = sign_in::token(&call.app, session, call.now);
            let body = Written::plain(SessionBody::new(token, session));
            Reply::created(&body).with(LOCATION, "/v1/me").with(CACHE_CONTROL, "no-store")
        })
        .await;
    if opened.is_err() || call.is_rehearsal() {
        sign_in::forgive(&call.app, &command, call.context()).await?;
    }
    opened.map_err(|refusal| match refusal {
        Refusal::Rejected(Rejection::NotFound(Thing::Organization)) if body.organization_id.is_some() => {
            let message = "no organization with this id has this account as a member";
            Issue::body("organizationId", IssueCode::NotFound, message).into()
        }
        Refusal::Rejected(Rejection::NotFound(Thing::Organization)) => {
            Refusal::Forbidden("this account is no member of any organization".to_owned())
        }
        other => other,
    })
}
