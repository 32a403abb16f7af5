//! The front door over real connections: every client that is slow, silent, huge or sly.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use callboard::front::TrustedProxies;
use callboard::front::{Body, BodyFault, CONTROL_SOCKET, Door, Handler, Peer, ReplyBody, Shutdown, serve};
use callboard::settings::Settings;
use http::{Request, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{sleep, timeout};

/// The most any body of these tests may have.
const BODY_MAX: usize = 1000;

/// Answers with what it saw.
struct Echo {
    shutdown: Shutdown,
}

impl Handler for Echo {
    async fn handle(self: Arc<Self>, request: Request<Body>, peer: Peer) -> Response<ReplyBody> {
        let path = request.uri().path().to_owned();
        match path.as_str() {
            "/slow" => sleep(Duration::from_millis(600)).await,
            "/large" => return reply(StatusCode::OK, vec![b'x'; 16 * 1024 * 1024]),
            "/unread" => return reply(StatusCode::UNAUTHORIZED, "no".into()),
            "/panic" => panic!("as asked"),
            "/peer" => {
                let text = format!("{} {} {}", peer.ip, peer.secure, peer.operator);
                return reply(StatusCode::OK, text.into());
            }
            "/ready" if self.shutdown.is_stopping() => {
                return reply(StatusCode::SERVICE_UNAVAILABLE, "stopping".into());
            }
            _ => {}
        }
        match request.into_body().collect(BODY_MAX).await {
            Ok(body) => reply(StatusCode::OK, format!("{path} {}", body.len()).into()),
            Err(BodyFault::TooLarge) => reply(StatusCode::PAYLOAD_TOO_LARGE, "too large".into()),
            Err(BodyFault::TimedOut) => reply(StatusCode::REQUEST_TIMEOUT, "timed out".into()),
            Err(BodyFault::TooSlow) => reply(StatusCode::REQUEST_TIMEOUT, "too slow".into()),
            Err(BodyFault::Cut) => reply(StatusCode::BAD_REQUEST, "cut".into()),
        }
    }

    fn refuse(&self, status: StatusCode, path: Option<&str>) -> Response<ReplyBody> {
        reply(status, format!("refused {}", path.unwrap_or("?")).into())
    }
}

fn reply(status: StatusCode, body: Vec<u8>) -> Response<ReplyBody> {
    let mut reply = Response::new(ReplyBody::new(Bytes::from(body)));
    *reply.status_mut() = status;
    reply
}

struct Server {
    address: SocketAddr,
    shutdown: Shutdown,
    done: tokio::task::JoinHandle<std::io::Result<()>>,
    dir: tempfile::TempDir,
}

const MS: fn(u64) -> Duration = Duration::from_millis;

/// A server with short deadlines, so that a test of one takes no longer than it must.
async fn start(change: impl FnOnce(&mut Settings)) -> Server {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = Settings::defaults().unwrap();
    settings.listen = "127.0.0.1:0".parse().unwrap();
    settings.data_dir = dir.path().to_owned();
    settings.first_byte_timeout = MS(300);
    settings.head_timeout = MS(500);
    settings.body_timeout = MS(900);
    settings.body_grace = MS(300);
    settings.keep_alive_idle = MS(400);
    settings.response_stall_timeout = MS(500);
    settings.stop_lead = MS(100);
    settings.stop_timeout = MS(2000);
    change(&mut settings);
    let door = Door::bind(&settings).unwrap();
    let (address, shutdown) = (door.address(), Shutdown::new());
    let handler = Arc::new(Echo { shutdown: shutdown.clone() });
    let done = tokio::spawn(serve(door, handler, shutdown.clone()));
    Server { address, shutdown, done, dir }
}

impl Server {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends `bytes` and returns all that comes back until the server closes.
    async fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_ref()).await.unwrap();
        rest(&mut stream).await
    }
}

/// Everything until the connection ends; a reset counts as an end.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _ = timeout(MS(5000), stream.read_to_end(&mut text)).await.expect("the server closes in time");
    String::from_utf8_lossy(&text).into_owned()
}

/// One answer with a `content-length`.
async fn answer(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut text = String::new();
    let mut byte = [0];
    let (mut end, mut length) = (0, 0);
    while end == 0 || text.len() < end + length {
        let read = timeout(MS(3000), stream.read_exact(&mut byte)).await;
        read.expect("an answer in time").expect("a whole answer");
        text.push(byte[0].into());
        if end == 0 && text.ends_with("\r\n\r\n") {
            end = text.len();
            let field = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            length = field.map_or(0, |value| value.parse().unwrap());
        }
    }
    text
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

fn post(path: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn assert_refused(text: &str, status: u16, path: &str) {
    assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{text:?}");
    assert!(text.contains("\r\nconnection: close\r\n"), "{text:?}");
    assert!(text.ends_with(&format!("refused {path}")), "{text:?}");
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text:?}");
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = start(|_| {}).await;
    let begun = Instant::now();
    assert_eq!(server.send("").await, "");
    assert!((MS(250)..MS(900)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_head_that_trickles_is_refused() {
    let server = start(|_| {}).await;
    let mut stream = server.connect().await;
    let begun = Instant::now();
    stream.write_all(b"GET /a HTTP/1.1\r\n").await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let drip = tokio::spawn(async move {
        while write.write_all(b"x").await.is_ok() {
            sleep(MS(50)).await;
        }
    });
    let mut text = Vec::new();
    let _ = timeout(MS(3000), read.read_to_end(&mut text)).await.unwrap();
    drip.abort();
    assert_refused(&String::from_utf8_lossy(&text), 408, "/a");
    assert!(begun.elapsed() < MS(2000), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_slow_body_is_given_up() {
    let server = start(|settings| settings.body_rate_min = 0).await;
    let head = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n";
    let begun = Instant::now();
    let text = server.send(head).await;
    assert!(text.starts_with("HTTP/1.1 408 ") && text.ends_with("timed out"), "{text:?}");
    assert!((MS(850)..MS(2800)).contains(&begun.elapsed()), "{:?}", begun.elapsed());

    let server = start(|_| {}).await;
    let begun = Instant::now();
    let text = server.send(head).await;
    assert!(text.ends_with("too slow"), "{text:?}");
    assert!(begun.elapsed() < MS(2000), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_head_over_the_limits_is_refused() {
    let server = start(|_| {}).await;
    let large = format!("GET /a HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(17 * 1024));
    assert_refused(&server.send(large).await, 431, "/a");
    let many: String = (0..100).map(|n| format!("x{n}: 1\r\n")).collect();
    assert_refused(&server.send(format!("GET /a HTTP/1.1\r\nHost: a\r\n{many}\r\n")).await, 431, "/a");
    let fits = "x".repeat(15 * 1024);
    let fits = format!("GET /a HTTP/1.1\r\nHost: a\r\nX: {fits}\r\nConnection: close\r\n\r\n");
    assert!(server.send(fits).await.ends_with("/a 0"));
}

#[tokio::test]
async fn ambiguous_and_broken_heads_are_refused_once() {
    let server = start(|_| {}).await;
    let both = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n\
                0\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n";
    assert_refused(&server.send(both).await, 400, "/a");
    assert_refused(&server.send("GET /a HTTP/1.1\r\n\r\n").await, 400, "/a");
    assert_refused(&server.send("GET /a HTTP/1.1\nHost: a\n\n").await, 400, "/a");
    assert_refused(&server.send("\x16\x03\x01 tls\r\n\r\n").await, 400, "?");
    assert_refused(&server.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await, 505, "?");
    let zipped = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx";
    assert_refused(&server.send(zipped).await, 415, "/a");
}

#[tokio::test]
async fn a_head_cut_off_is_refused() {
    let server = start(|_| {}).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /a HTTP/1.1\r\nHo").await.unwrap();
    stream.shutdown().await.unwrap();
    assert_refused(&rest(&mut stream).await, 400, "/a");
}

#[tokio::test]
async fn a_bad_request_behind_a_good_one_does_not_harm_it() {
    let server = start(|_| {}).await;
    let text = server.send([get("/slow"), "GET /bad HTTP/1.1\r\n\r\n".to_owned()].concat()).await;
    let (first, second) = text.split_at(text.rfind("HTTP/1.1 400").expect("a refusal"));
    assert!(first.ends_with("/slow 0"), "{text:?}");
    assert_refused(second, 400, "/bad");

    let closing = "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /bad HTTP/1.1\r\n\r\n";
    let text = server.send(closing).await;
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text:?}");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order_however_they_are_cut() {
    let server = start(|_| {}).await;
    let chunked = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
                   3\r\nabc\r\n0\r\n\r\n";
    let text = [get("/a"), post("/b", "hello"), get("/slow"), chunked.to_owned()].concat();
    for step in [7, 40, 4096] {
        let mut stream = server.connect().await;
        stream.set_nodelay(true).unwrap();
        for piece in text.as_bytes().chunks(step) {
            stream.write_all(piece).await.unwrap();
            sleep(MS(2)).await;
        }
        let text = rest(&mut stream).await;
        let answers = text.split("HTTP/1.1 200 OK").skip(1);
        let bodies: Vec<&str> = answers.map(|answer| answer.rsplit("\r\n").next().unwrap()).collect();
        assert_eq!(bodies, ["/a 0", "/b 5", "/slow 0", "/c 3"], "pieces of {step}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_sent() {
    let server = start(|_| {}).await;
    let head = "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10000000\r\n\r\n";
    let begun = Instant::now();
    let mut stream = server.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let text = answer(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 413 ") && text.contains("connection: close"), "{text:?}");
    assert!(begun.elapsed() < MS(200), "{:?}", begun.elapsed());

    // One that fits is asked for.
    let mut stream = server.connect().await;
    let head = "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(answer(&mut stream).await, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"abc").await.unwrap();
    assert!(answer(&mut stream).await.ends_with("/a 3"));
}

#[tokio::test]
async fn an_upload_that_is_too_large_still_gets_its_answer() {
    let server = start(|_| {}).await;
    let mut stream = server.connect().await;
    let head = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n";
    stream.write_all(head).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let upload = tokio::spawn(async move {
        let (chunk, mut sent) = (vec![0; 64 * 1024], 0);
        while let Ok(n) = write.write(&chunk).await {
            sent += n;
        }
        sent
    });
    assert!(answer(&mut read).await.starts_with("HTTP/1.1 413 "));
    let sent = timeout(MS(3000), upload).await.expect("the connection closes").unwrap();
    assert!(sent < 9_000_000, "{sent} bytes left the client");
}

#[tokio::test]
async fn a_chunked_body_over_the_limit_is_refused_while_it_comes() {
    let server = start(|_| {}).await;
    let mut stream = server.connect().await;
    let body = format!("7d0\r\n{}\r\n", "x".repeat(2000));
    let head = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all([head, &body].concat().as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 413 "));
    let broken = server.send([head, "zz\r\n"].concat()).await;
    assert!(broken.starts_with("HTTP/1.1 400 ") && broken.ends_with("cut"), "{broken:?}");
}

#[tokio::test]
async fn a_connection_is_used_again_and_closed_when_idle() {
    let server = start(|_| {}).await;
    let mut stream = server.connect().await;
    for n in 0..5 {
        stream.write_all(get(&format!("/{n}")).as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.ends_with(&format!("/{n} 0")));
        stream.write_all(post("/unread", "a small body nobody reads").as_bytes()).await.unwrap();
        let text = answer(&mut stream).await;
        assert!(text.starts_with("HTTP/1.1 401 ") && !text.contains("connection: close"), "{text:?}");
        sleep(MS(150)).await;
    }
    let begun = Instant::now();
    assert_eq!(rest(&mut stream).await, "");
    assert!((MS(150)..MS(1000)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut() {
    let server = start(|_| {}).await;
    let mut stream = server.connect().await;
    stream.write_all(get("/large").as_bytes()).await.unwrap();
    sleep(MS(1500)).await;
    let text = rest(&mut stream).await;
    assert!(text.len() < 16 * 1024 * 1024, "all of it arrived");
}

#[tokio::test]
async fn a_panic_ends_one_connection_only() {
    let server = start(|_| {}).await;
    assert_eq!(server.send(get("/panic")).await, "");
    assert!(server.send("GET /a HTTP/1.0\r\n\r\n").await.ends_with("/a 0"));
}

#[tokio::test]
async fn one_address_gets_so_many_connections_and_no_more() {
    let server = start(|settings| {
        settings.connections_per_ip = 2;
        settings.cap_loopback_connections = true;
        settings.keep_alive_idle = MS(5000);
    })
    .await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    for stream in [&mut first, &mut second] {
        stream.write_all(get("/a").as_bytes()).await.unwrap();
        answer(stream).await;
    }
    assert_refused(&server.send(get("/a")).await, 503, "?");
    drop(first);
    sleep(MS(100)).await;
    let mut third = server.connect().await;
    third.write_all(get("/a").as_bytes()).await.unwrap();
    assert!(answer(&mut third).await.starts_with("HTTP/1.1 200 "));
    drop(second);
}

#[tokio::test]
async fn only_the_control_socket_makes_an_operator() {
    let server = start(|_| {}).await;
    let mut tcp = server.connect().await;
    tcp.write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n").await.unwrap();
    assert!(answer(&mut tcp).await.ends_with("127.0.0.1 false false"));
    let path = server.dir.path().join(CONTROL_SOCKET);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let mut control = UnixStream::connect(&path).await.unwrap();
    control.write_all(get("/peer").as_bytes()).await.unwrap();
    assert!(answer(&mut control).await.ends_with("127.0.0.1 false true"));
    let mut settings = Settings::defaults().unwrap();
    settings.listen = "127.0.0.1:0".parse().unwrap();
    settings.data_dir = server.dir.path().to_owned();
    let taken = Door::bind(&settings).unwrap_err().to_string();
    assert!(taken.starts_with("another server answers on"), "{taken}");
    server.shutdown.begin();
    server.done.await.unwrap().unwrap();
    assert!(!path.exists());
    // What a killed server leaves behind is replaced.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    Door::bind(&settings).unwrap();
}

#[tokio::test]
async fn a_trusted_proxy_names_the_client() {
    let trusted = TrustedProxies(vec!["127.0.0.0/8".parse().unwrap()]);
    let server = start(|settings| settings.trusted_proxies = trusted).await;
    let head =
        "GET /peer HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n\r\n";
    let mut stream = server.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.ends_with("9.9.9.9 true false"));
}

#[tokio::test]
async fn a_graceful_stop_finishes_what_has_begun() {
    let server = start(|_| {}).await;
    let (mut busy, mut idle) = (server.connect().await, server.connect().await);
    idle.write_all(get("/a").as_bytes()).await.unwrap();
    answer(&mut idle).await;
    busy.write_all(get("/slow").as_bytes()).await.unwrap();
    sleep(MS(50)).await;
    server.shutdown.begin();
    let mut late = server.connect().await;
    late.write_all(get("/ready").as_bytes()).await.unwrap();
    let text = answer(&mut late).await;
    assert!(text.starts_with("HTTP/1.1 503 ") && text.contains("connection: close"), "{text:?}");
    let begun = Instant::now();
    assert_eq!(rest(&mut idle).await, "");
    assert!(begun.elapsed() < MS(400), "idle connections close first");
    assert!(rest(&mut busy).await.ends_with("/slow 0"));
    timeout(MS(1000), server.done).await.expect("the server ends").unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_stop_ends_in_time_or_at_once_when_told_again() {
    let server = start(|settings| settings.stop_timeout = MS(300)).await;
    let mut busy = server.connect().await;
    busy.write_all(get("/slow").as_bytes()).await.unwrap();
    sleep(MS(50)).await;
    let begun = Instant::now();
    server.shutdown.begin();
    timeout(MS(500), server.done).await.expect("the deadline holds").unwrap().unwrap();
    assert!(begun.elapsed() < MS(450));

    let server = start(|settings| settings.stop_lead = MS(1000)).await;
    let mut busy = server.connect().await;
    busy.write_all(get("/slow").as_bytes()).await.unwrap();
    sleep(MS(50)).await;
    server.shutdown.begin();
    server.shutdown.now();
    timeout(MS(200), server.done).await.expect("at once").unwrap().unwrap();
}

#[tokio::test]
async fn plain_http_for_others_needs_to_be_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = Settings::defaults().unwrap();
    settings.listen = "0.0.0.0:0".parse().unwrap();
    settings.data_dir = dir.path().to_owned();
    let error = Door::bind(&settings).unwrap_err().to_string();
    assert!(error.starts_with("setting `listen` is `0.0.0.0:0`") && !error.contains('\n'), "{error}");
    settings.allow_plain_http = true;
    assert!(Door::bind(&settings).is_ok());
    settings.tls_key = Some("key.pem".into());
    assert!(Door::bind(&settings).unwrap_err().to_string().contains("belong together"));
    settings.tls_certificate = Some("no-such.pem".into());
    assert!(Door::bind(&settings).unwrap_err().to_string().contains("no-such.pem"));
}

/// A throw-away certificate for `localhost`; `None` where there is no openssl to make it.
fn certificate(dir: &std::path::Path) -> Option<(std::path::PathBuf, std::path::PathBuf)> {
    let (certificate, key) = (dir.join("cert.pem"), dir.join("key.pem"));
    let args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
                -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE";
    let made = std::process::Command::new("openssl")
        .args(args.split_whitespace())
        .args(["-out".as_ref(), certificate.as_os_str(), "-keyout".as_ref(), key.as_os_str()])
        .output();
    made.ok()?.status.success().then_some((certificate, key))
}

#[tokio::test]
async fn tls_is_served_and_a_stuck_handshake_is_closed() {
    use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
    let dir = tempfile::tempdir().unwrap();
    let Some((certificate, key)) = certificate(dir.path()) else { return };
    let server = start(|settings| {
        settings.tls_certificate = Some(certificate.clone());
        settings.tls_key = Some(key);
        settings.tls_handshake_timeout = MS(400);
    })
    .await;
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = connector.connect(name, server.connect().await).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"http/1.1".as_slice()));
    stream.write_all([get("/peer"), post("/a", "abc")].concat().as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.ends_with("127.0.0.1 true false"));
    assert!(answer(&mut stream).await.ends_with("/a 3"));
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("a proper end of TLS");
    assert_refused(&text, 400, "/");

    let begun = Instant::now();
    server.send([0x16, 3, 1]).await;
    assert!(begun.elapsed() < MS(1500), "{:?}", begun.elapsed());
}
