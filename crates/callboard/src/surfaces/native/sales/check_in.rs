//! `POST /v1/check-ins`. Source: native-api.md §7.

use http::StatusCode;
use serde_json::json;

use super::body::NewCheckIn;
use super::view::CheckInView;
use super::{parse, sample};
use crate::http::grant::CheckInsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/check-ins", "checkIn")
        .tag(super::DOOR)
        .says(
            "Scan a ticket",
            "The first scan admits, on however many devices; every later one is a `duplicate` that says when and \
             where the `first` was. Always 200: a code that is no ticket of yours is `unknown`.",
        )
        .takes::<NewCheckIn>(json!({ "code": "4XG7K0PZ2M9QF5T1V8WBNC3HJR", "gate": "North" }))
        .answers::<Written<CheckInView>>(
            StatusCode::OK,
            "What the scan says",
            written_example(sample::check_in()),
        )
        .idempotent()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<CheckInsWrite>) -> Result<Reply, Refusal> {
    let command = parse::check_in(grant.tenant(), call.body()?)?;
    call.write(grant.tenant(), command, |scanned| Reply::ok(&Written::plain(CheckInView::from(scanned))))
        .await
}
