//! What a head may look like, and what it may not.

use super::*;

const FIELDS: usize = 100;

fn status(head: &str) -> u16 {
    match check_head(head.as_bytes(), FIELDS) {
        Ok(_) => 200,
        Err(fault) => fault.status.as_u16(),
    }
}

#[test]
fn plain_heads_pass_with_their_framing() {
    let get = b"GET /v1/events?q=%20x HTTP/1.1\r\nHost: a.example:8080\r\n\r\n";
    assert_eq!(check_head(get, FIELDS), Ok(Framing::Sized(0)));
    let post = b"\r\nPOST / HTTP/1.1\r\nhost: a\r\ncontent-length: 12\r\n\r\n";
    assert_eq!(check_head(post, FIELDS), Ok(Framing::Sized(12)));
    let chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n";
    assert_eq!(check_head(chunked, FIELDS), Ok(Framing::Chunked));
    assert_eq!(status("GET / HTTP/1.0\r\n\r\n"), 200);
    assert_eq!(status("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
    assert_eq!(status("GET http://A.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n"), 200);
    assert_eq!(
        status("GET / HTTP/1.1\r\nHost: a\r\nContent-Encoding: identity\r\nExpect: 100-Continue\r\n\r\n"),
        200
    );
}

#[test]
fn heads_that_two_servers_could_read_differently_are_refused() {
    let host = "Host: a\r\n";
    for fields in [
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
        "Content-Length: 1\r\nContent-Length: 1\r\n",
        "Content-Length: 1, 1\r\n",
        "Content-Length: +1\r\n",
        "Content-Length: \r\n",
        "Content-Length : 1\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Host: a\r\n",
        "Authorization: Bearer x\r\nauthorization: Bearer y\r\n",
        "X-Folded: a\r\n b\r\n",
        "X-Bare: a\rb\r\n",
        "X-Nul: a\0b\r\n",
        "no colon\r\n",
        ": no name\r\n",
    ] {
        assert_eq!(status(&format!("POST / HTTP/1.1\r\n{host}{fields}\r\n")), 400, "{fields:?}");
    }
    assert_eq!(status("GET / HTTP/1.1\r\n\r\n"), 400, "no host");
    assert_eq!(status("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400, "empty host");
    assert_eq!(status("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"), 400);
    assert_eq!(status("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400, "foreign absolute form");
    assert_eq!(status("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

#[test]
fn other_refusals_carry_their_own_status() {
    assert_eq!(status("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n\r\n"), 415);
    assert_eq!(status("POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n"), 417);
    assert_eq!(status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"), 413);
    assert_eq!(status("PRI * HTTP/2.0\r\n\r\n"), 505);
    assert_eq!(status("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_eq!(status("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_eq!(status("GET /<x HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    let many: String = (0..100).map(|n| format!("x-{n}: 1\r\n")).collect();
    assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n")), 431);
}

#[test]
fn a_refusal_knows_the_path_without_its_query() {
    let fault = check_head(b"GET /v1/events?token=x HTTP/1.1\r\n\r\n", FIELDS).unwrap_err();
    assert_eq!(fault.path.as_deref(), Some("/v1/events"));
}

#[test]
fn hyper_would_accept_every_target_that_passes() {
    for byte in 0_u8..=255 {
        let target = [b'/', b'a', byte, b'b'];
        let line = [b"GET ".as_slice(), &target, b" HTTP/1.1\r\nHost: a\r\n\r\n"].concat();
        if check_head(&line, FIELDS).is_ok() {
            assert!(http::Uri::try_from(target.as_slice()).is_ok(), "{byte:#x}");
        }
    }
}
