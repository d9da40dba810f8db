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
    assert!(is_secret("OPENAI_API_KEY") && is_secret("db_password") && !is_secret("DB_PASSWORD_FILE"));
    assert!(carries_secret("postgres://u:p@db/x") && !carries_secret("http://egress:4750"));
}

#[test]
fn hostile_values_end() {
    for value in ["://", "a://[", "é://@:", "http://]:[", "://://"] {
        urls(&text(value));
        url_of(&text(value));
    }
}
