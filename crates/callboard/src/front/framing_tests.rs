//! The machine must see the same messages however the bytes are cut.

use super::*;

const GET: &str = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
const POST: &str = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED: &str = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0A\r\n0123456789\r\n0\r\nT: v\r\n\r\n";

fn wire() -> Wire {
    Wire::new(16 * 1024, 100)
}

/// Feeds `text` in pieces of `step` bytes and returns how much was let through.
fn feed(text: &str, step: usize) -> Result<usize, WireFault> {
    let (mut wire, mut held, mut good) = (wire(), Vec::new(), 0);
    for piece in text.as_bytes().chunks(step) {
        held.extend_from_slice(piece);
        loop {
            let n = wire.advance(&held)?;
            held.drain(..n);
            good += n;
            if n == 0 {
                break;
            }
        }
    }
    assert!(wire.is_at_head());
    Ok(good)
}

#[test]
fn messages_pass_whole_however_they_are_cut() {
    let text = [GET, POST, CHUNKED, GET, "\r\n", POST].concat();
    for step in [1, 2, 3, 7, 64, 4096] {
        assert_eq!(feed(&text, step), Ok(text.len()), "pieces of {step}");
    }
}

#[test]
fn an_unfinished_head_is_kept_back() {
    let mut wire = wire();
    let text = [POST, "GET /next HTTP/1.1\r\nHo"].concat();
    assert_eq!(wire.advance(text.as_bytes()), Ok(POST.len()));
}

#[test]
fn a_bad_head_behind_a_good_message_is_found_when_its_turn_comes() {
    for step in [1, 5, 4096] {
        let text = [POST, "GET /bad HTTP/1.1\r\n\r\n"].concat();
        let fault = feed(&text, step).unwrap_err();
        let WireFault::Head(fault) = fault else { panic!("{fault:?}") };
        assert_eq!((fault.status.as_u16(), fault.path.as_deref()), (400, Some("/bad")));
    }
}

#[test]
fn bare_line_ends_and_doubled_empty_lines_are_refused() {
    for text in
        ["GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\rHost: a\r\n\r\n", "\r\n\r\nGET / HTTP/1.1\r\n"]
    {
        assert!(matches!(feed(text, 1), Err(WireFault::Head(_))), "{text:?}");
    }
}

#[test]
fn a_head_over_the_limit_is_refused_at_the_byte_that_is_too_many() {
    let mut wire = Wire::new(64, 100);
    let text = format!("GET / HTTP/1.1\r\nX: {}", "a".repeat(64));
    let Err(WireFault::Head(fault)) = wire.advance(text.as_bytes()) else { panic!("passed") };
    assert_eq!(fault.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    let mut wire = Wire::new(64, 100);
    let Err(WireFault::Head(fault)) = wire.advance(format!("GET /{}", "a".repeat(64)).as_bytes()) else {
        panic!("passed")
    };
    assert_eq!(fault.status, StatusCode::URI_TOO_LONG);
}

#[test]
fn broken_chunks_are_a_fault_of_the_body() {
    let head = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in [
        "x\r\n",
        "5\nhello",
        "5 \r\nhello\r\n",
        "5\r\nhelloX",
        "\r\n",
        "11111111111111111\r\n",
        "0\r\nT: a\n",
    ] {
        assert_eq!(feed(&[head, body].concat(), 1), Err(WireFault::Body), "{body:?}");
    }
}
