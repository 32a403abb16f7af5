//! Encryption to the database, with a certificate of an authority that was made for this test.

use std::path::Path;
use std::process::Command;

use callboard_store::{Store, StoreOptions};

use crate::faults::Cluster;
use crate::support::postgres;

/// Runs openssl; `args` are cut at spaces.
fn openssl(directory: &Path, args: &str) {
    let told = Command::new("openssl").args(args.split(' ')).current_dir(directory).output().unwrap();
    assert!(told.status.success(), "{args}: {}", String::from_utf8_lossy(&told.stderr));
}

/// Two authorities, and a certificate of the first for `localhost`.
fn certificates(directory: &Path) {
    for name in ["ca", "other"] {
        openssl(
            directory,
            &format!(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={name} \
                 -keyout {name}.key -out {name}.pem"
            ),
        );
    }
    std::fs::write(directory.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    openssl(
        directory,
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=server -keyout server.key -out server.csr",
    );
    openssl(
        directory,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem",
    );
}

/// Lets only encrypted connections in.
fn encrypt(directory: &Path) {
    let data = directory.join("data");
    for name in ["server.key", "server.pem"] {
        std::fs::copy(directory.join(name), data.join(name)).unwrap();
    }
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(data.join("server.key"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let conf = std::fs::read_to_string(data.join("postgresql.conf")).unwrap();
    let ssl = "ssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\n";
    std::fs::write(data.join("postgresql.conf"), format!("{conf}\n{ssl}")).unwrap();
    std::fs::write(data.join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_says_what_an_encrypted_server_must_prove() {
    if postgres::server().is_none() {
        return;
    }
    let (cluster, server) = Cluster::start();
    let directory = cluster.path();
    certificates(directory);
    encrypt(directory);
    cluster.tell("stop");
    cluster.tell("resume");
    let port = server.rsplit_once(':').unwrap().1.split_once('/').unwrap().0.to_owned();
    let open = async |host: &str, query: &str| {
        let query = query.replace("DIR", &directory.display().to_string());
        let url = format!("postgres://callboard@{host}:{port}/postgres?{query}");
        Store::open_postgres(&url, StoreOptions::default()).await.map_err(|error| error.to_string())
    };
    for (host, query) in [
        ("127.0.0.1", "sslmode=prefer"),
        ("127.0.0.1", "sslmode=require"),
        ("127.0.0.1", "sslmode=require&sslrootcert=DIR/ca.pem"),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=DIR/ca.pem"),
        ("localhost", "sslmode=verify-full&sslrootcert=DIR/ca.pem"),
    ] {
        let store = open(host, query).await.unwrap_or_else(|error| panic!("{host} {query}: {error}"));
        store.ping().await.unwrap();
    }
    for (host, query, why) in [
        ("127.0.0.1", "sslmode=disable", "pg_hba.conf"),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert=DIR/ca.pem", "not valid for name"),
        ("localhost", "sslmode=verify-full&sslrootcert=DIR/other.pem", "UnknownIssuer"),
        ("localhost", "sslmode=verify-full", "UnknownIssuer"),
        ("127.0.0.1", "sslmode=require&sslrootcert=DIR/other.pem", "UnknownIssuer"),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=DIR/nothing.pem", "sslrootcert"),
    ] {
        let Err(said) = open(host, query).await else { panic!("{host} {query} was let in") };
        assert!(said.contains(why) && !said.contains('\n'), "{host} {query}: {said}");
    }
}
