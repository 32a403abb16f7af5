//! The layers, the messages, and the defaults file as documentation.

use std::os::unix::fs::PermissionsExt;

use super::values::Value;
use super::*;

fn load(file: &str, environment: &[(&str, &str)], args: SettingsArgs) -> Result<Settings, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("callboard.toml");
    std::fs::write(&path, file).unwrap();
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let args = SettingsArgs { config: Some(path.clone()), ..args };
    Settings::load_with(args, environment)
        .map_err(|error| error.to_string().replace(path.to_str().unwrap(), "FILE"))
}

#[test]
fn every_setting_has_a_default_and_a_comment_above_it() {
    let lines: Vec<&str> = DEFAULTS.lines().collect();
    for name in NAMES {
        let at = lines.iter().position(|line| line.starts_with(&format!("{name} = ")));
        let at = at.unwrap_or_else(|| panic!("`{name}` has no line"));
        assert!(lines[at - 1].starts_with("# "), "`{name}` has no comment");
    }
    let settings = Settings::defaults().unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.session_ttl.as_secs(), 43_200);
    assert_eq!(settings.media_max_bytes, 10 * 1024 * 1024);
    assert_eq!(settings.support_contact, None);
    assert_eq!(settings.database_path(), Some("callboard-data/callboard.db".into()));
}

#[test]
fn flags_go_before_the_environment_before_the_file() {
    let file =
        "session_ttl = 1\nregistration = 'open'\nlog = 'warn'\ntrusted_proxies = ['10.0.0.0/8', '::1']";
    let environment = [("CALLBOARD_SESSION_TTL", "2"), ("CALLBOARD_REGISTRATION", "closed")];
    let args = SettingsArgs { session_ttl: Some("3".into()), ..SettingsArgs::default() };
    let settings = load(file, &environment, args).unwrap();
    assert_eq!(settings.session_ttl.as_secs(), 3);
    assert_eq!(settings.registration, Registration::Closed);
    assert_eq!(settings.log, "warn");
    assert_eq!(settings.trusted_proxies.0.len(), 2);
    assert_eq!(settings.rate_limit_native, 600);
}

#[test]
fn a_bad_value_is_named_with_its_source_and_its_remedy() {
    let none = SettingsArgs::default;
    assert_eq!(
        load("", &[("CALLBOARD_SESSION_TTL", "abc")], none()).unwrap_err(),
        "setting `session_ttl` from environment variable `CALLBOARD_SESSION_TTL` is `abc`: \
         it must be a number of seconds such as `30` or `0.5`"
    );
    assert_eq!(
        load("listen = 8080", &[], none()).unwrap_err(),
        "setting `listen` from `FILE` is `8080`: it must be an address and a port such as `127.0.0.1:8080` or `[::]:8080`"
    );
    let args = SettingsArgs { key_prefix_venue: Some("venue_".into()), ..none() };
    assert_eq!(
        load("", &[], args).unwrap_err(),
        "setting `key_prefix_venue` from flag `--key-prefix-venue` is `venue_`: \
         it must be a beginning such as `hdlr_live_` that keeps `hdlr_`"
    );
    let hidden = load("", &[("CALLBOARD_DATABASE_URL", "mysql://root:hunter2@db/x")], none()).unwrap_err();
    assert!(hidden.contains("mysql://…@db/x") && !hidden.contains("hunter2"), "{hidden}");
}

#[test]
fn an_unknown_name_is_an_error_that_suggests_the_nearest() {
    let none = SettingsArgs::default;
    let unknown = load("sesion_ttl = 1", &[], none()).unwrap_err();
    assert_eq!(unknown, "`FILE` has an unknown setting `sesion_ttl`: did you mean `session_ttl`?");
    let far = load("colour = 'red'", &[], none()).unwrap_err();
    assert_eq!(far, "`FILE` has an unknown setting `colour`");
    let broken = load("\n\nlisten = ", &[], none()).unwrap_err();
    assert!(broken.starts_with("cannot read the settings file `FILE`: line 3"), "{broken}");
    let odd = load("", &[("CALLBOARD_LISTN", "x"), ("CALLBOARD_PORT_8080_TCP_ADDR", "y")], none()).unwrap();
    assert_eq!(odd.notices.len(), 1);
}

#[test]
fn the_public_url_follows_what_is_bound_unless_it_is_set() {
    let mut settings = Settings::defaults().unwrap();
    assert_eq!(settings.public_url_at("127.0.0.1:99".parse().unwrap()), "http://127.0.0.1:99");
    assert_eq!(settings.public_url_at("0.0.0.0:99".parse().unwrap()), "http://localhost:99");
    settings.public_url = Value::parse("https://a.example/").unwrap();
    assert_eq!(settings.public_url_at("0.0.0.0:99".parse().unwrap()), "https://a.example");
    assert!(PublicUrl::parse("ftp://a").is_err());
    assert!(PublicUrl::parse("https://").is_err());
}

#[test]
fn a_database_url_shows_no_password() {
    let url = DatabaseUrl::parse("postgres://me:hunter2@db/x?sslpassword=hunter2").unwrap();
    assert_eq!(format!("{url:?}"), "postgres://…@db/x");
    assert!(DatabaseUrl::parse("sqlite://").is_err());
}

#[test]
fn the_secret_is_made_once_and_refused_when_others_can_read_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    let made = SigningSecret::load_or_make(&path, || Ok([0xA5; SECRET_BYTES])).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(
        SigningSecret::load_or_make(&path, || Ok([0xA5; SECRET_BYTES])).unwrap().bytes(),
        made.bytes()
    );
    assert_eq!(format!("{made:?}"), "SigningSecret(…)");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else stays");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = SigningSecret::load_or_make(&path, || Ok([0xA5; SECRET_BYTES])).unwrap_err().to_string();
    assert!(error.ends_with("is open to others (mode 0640): run `chmod 600` on it"), "{error}");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&path, "short").unwrap();
    assert!(SigningSecret::load_or_make(&path, || Ok([0xA5; SECRET_BYTES])).is_err());
}
