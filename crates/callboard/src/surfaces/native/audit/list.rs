//! `GET /v1/audit-log`. Source: promises rule 21.

use callboard_core::ids::parse_hyphenated;
use callboard_core::issue::{Issue, IssueCode};
use callboard_store::audit::AuditList;
use http::StatusCode;
use serde_json::json;

use super::wire::{AuditBody, example};
use crate::http::grant::AuditRead;
use crate::http::{Args, Call, Granted, Kind, Operation, Param, Refusal, Reply, cursor};
use crate::surfaces::native::list::{CURSOR, LIMIT, List};

/// Longest action or resource that is looked for. Unit: characters.
const WORD_MAX: usize = 100;

const PARAMS: &[Param] = &[
    LIMIT,
    CURSOR,
    Param { name: "action", kind: Kind::Text(WORD_MAX), doc: "Only this act, such as `event.published`." },
    Param {
        name: "resource",
        kind: Kind::Text(WORD_MAX),
        doc: "Only acts on things of this kind, such as `key`.",
    },
    Param { name: "resourceId", kind: Kind::Uuid, doc: "Only acts on this thing." },
    Param {
        name: "accountId",
        kind: Kind::Uuid,
        doc: "Only acts of this account, with its keys or without.",
    },
    Param { name: "from", kind: Kind::Instant, doc: "Earliest instant, inclusive." },
    Param { name: "to", kind: Kind::Instant, doc: "Latest instant, inclusive." },
];

pub(super) fn operation() -> Operation {
    Operation::get("/v1/audit-log", "listAuditLog")
        .tag(super::TAG)
        .says(
            "Read the audit log",
            "Who did what to which object, newest first; never what was in a request. For owners and admins who \
             are signed in; keys cannot read it. Lines are kept for 400 days unless set otherwise. A filter \
             looks at 10,000 lines per page, so that a page may have few items, or none, and still a `nextCursor`.",
        )
        .query(PARAMS)
        .answers::<List<AuditBody>>(
            StatusCode::OK,
            "Some acts",
            json!({ "items": [example()], "nextCursor": null }),
        )
        .granted(handle)
        .sessions_only()
}

async fn handle(call: Call, grant: Granted<AuditRead>) -> Result<Reply, Refusal> {
    let wanted = parse(&call.args)?;
    let page = call.app.store.list_audit(grant.tenant(), &wanted).await?;
    let next_cursor = page.next.map(|id| cursor::encode(&id.to_string()));
    Ok(Reply::ok(&List { items: page.items.iter().map(AuditBody::from).collect(), next_cursor }))
}

fn parse(args: &Args) -> Result<AuditList, Refusal> {
    let (from, to) = (args.instant("from"), args.instant("to"));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        return Err(Issue::query("to", IssueCode::InvalidValue, "must not be before `from`").into());
    }
    let place = |text: String| {
        cursor::decode(&text).and_then(|text| parse_hyphenated(&text)).ok_or_else(cursor::wrong)
    };
    Ok(AuditList {
        action: args.text("action"),
        resource: args.text("resource"),
        resource_id: args.id("resourceId"),
        account_id: args.id("accountId").map(Into::into),
        from,
        to,
        after: args.text("cursor").map(place).transpose()?,
        limit: args.int("limit").unwrap_or(1),
    })
}
