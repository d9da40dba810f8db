//! Environments of services.

use super::*;
use crate::source::{Source, Sources, Span};

fn text(value: &str) -> Text {
    let id = Sources::default().add(Source::new("a", None, value));
    Text::literal(value, Span::new(id, 0, value.len()))
}

#[test]
fn urls_are_cut_into_parts() {
    let all = urls(&text("import x; urlopen('http://user:pw@localhost:4000/health?x=1') https://[::1]/"));
    let parts: Vec<_> =
        all.iter().map(|u| (u.host.value(), u.port.as_ref().map(|p| p.value().to_owned()), u.path.value())).collect();
    assert_eq!(parts, [("localhost", Some("4000".to_owned()), "/health"), ("::1", None, "/")]);
    assert!(all[1].secure);
    let bare = url_of(&text("localhost:8080/ready"));
    assert_eq!((bare.host.value(), bare.path.value()), ("localhost", "/ready"));
}

#[test]
fn secrets_are_known_by_name_and_by_value() {
    let hides = |name: &str, value: &str| hides(name, Some(&text(value)));
    assert!(hides("OPENAI_API_KEY", "x") && hides("db_password", "x") && hides("SENTRY_DSN", "x"));
    assert!(!hides("DB_PASSWORD_FILE", "x") && !hides("MAX_TOKENS", "4096"));
    assert!(hides("URL", "postgres://u:p@db/x") && !hides("URL", "http://egress:4750"));
    assert!(hides("EXTRA", &format!("a ghp_{} b", "a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8")));
}

#[test]
fn hostile_values_end() {
    for value in ["://", "a://[", "é://@:", "http://]:[", "://://"] {
        urls(&text(value));
        url_of(&text(value));
    }
}
