//! `POST /v1/accounts`: signing up. Source: native-api.md §2.

use callboard_core::issue::Issues;
use callboard_core::key::Secret;
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::wire::{self, AccountBody, OrganizationName, SessionBody};
use crate::http::{Call, Operation, Refusal, Reply};
use crate::surfaces::native::wire::Written;
use crate::use_cases::accounts::{self, NewAccount};
use crate::use_cases::sign_in;

pub(super) fn operation() -> Operation {
    Operation::post("/v1/accounts", "createAccount")
        .tag(super::TAG)
        .says(
            "Sign up",
            "Makes an account, its organization (named like the person unless named) and a first session. \
             The setting `registration` decides who may: `first` (until the first account exists), `open` or \
             `closed`; an `inviteToken` opens each of them for the invited address, which then joins the \
             organization that invited it.",
        )
        .takes::<NewAccountBody>(json!({
            "email": "ada@example.org", "password": "correct horse battery staple", "name": "Ada Lovelace",
            "organizationName": "The Analytical Room",
        }))
        .answers::<Written<SignedUpBody>>(
            StatusCode::CREATED,
            "The account, its organization and a session",
            json!({
                "account": { "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5", "email": "ada@example.org", "name": "Ada Lovelace" },
                "organization": { "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4b6", "name": "The Analytical Room", "slug": "the-analytical-room" },
                "session": { "token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9.e30.c2ln", "expiresAt": "2026-11-23T22:00:00Z" },
                "warnings": [],
            }),
        )
        .refuses(&[StatusCode::FORBIDDEN, StatusCode::CONFLICT])
        .open(handle)
}

/// Who signs up.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewAccount)]
struct NewAccountBody {
    #[schema(format = "email", max_length = 254)]
    email: String,
    #[schema(format = "password", min_length = 12, max_length = 1024)]
    password: String,
    #[schema(format = "line", max_length = 200)]
    name: String,
    /// The name of the account's own organization.
    #[schema(format = "line", max_length = 200)]
    organization_name: Option<String>,
    /// The token at the end of an `inviteUrl`.
    #[schema(max_length = 200)]
    invite_token: Option<String>,
}

/// What signing up made.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SignedUp)]
struct SignedUpBody {
    account: AccountBody,
    /// The organization in which the session acts.
    organization: OrganizationName,
    session: SessionBody,
}

impl NewAccountBody {
    fn parse(self) -> Result<NewAccount, Issues> {
        let mut issues = Issues::new();
        let email = wire::address(&mut issues, &self.email);
        let name = wire::name(&mut issues, "name", &self.name);
        let organization_name =
            self.organization_name.and_then(|text| wire::name(&mut issues, "organizationName", &text));
        let (Some(email), Some(name)) = (email, name) else { return Err(issues) };
        issues.done()?;
        Ok(NewAccount {
            email,
            name,
            password: Secret::new(self.password),
            organization_name,
            invite_token: self.invite_token.map(Secret::new),
        })
    }
}

async fn handle(call: Call) -> Result<Reply, Refusal> {
    let new = call.body::<NewAccountBody>()?.parse()?;
    let command = accounts::sign_up(&call.app, new, call.request.peer.operator, call.now).await?;
    call.write_open(command, |made| {
        let token = sign_in::token(&call.app, &made.session, call.now);
        let body = SignedUpBody {
            account: AccountBody::from(&made.account),
            organization: OrganizationName::from(&made.organization),
            session: SessionBody::new(token, &made.session),
        };
        Reply::created(&Written::plain(body)).with(LOCATION, "/v1/me").with(CACHE_CONTROL, "no-store")
    })
    .await
}
