//! Tests of what Caddy refuses.

use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::model::test_support::facts_of;

fn kinds(text: &str) -> Vec<String> {
    let facts = facts_of(&[("Caddyfile", text)]);
    let one = |id| match facts.get(id).field("value").map(|f| f.value.clone()) {
        Some(Value::Str(kind)) => kind,
        _ => String::new(),
    };
    facts.of(Subject::ConfigLine).into_iter().map(one).collect()
}

#[test]
fn what_caddy_refuses() {
    for (text, kind) in [
        ("a.test {\n respond a\n}\n{\n admin off\n}\n", "late-options"),
        ("a.test {\n header_up A b\n}\n", "misplaced"),
        ("{$A} {\n handle {\n  lb_policy first\n }\n}\n", "misplaced"),
        ("a.test {\n reverse_proxy b:1 {\n  websocket\n }\n}\n", "misplaced"),
        ("a.test {\n reverse_proxy @x b:1\n}\n", "no-matcher"),
        ("a.test {\n reverse_proxy http://b:1/x\n}\n", "upstream-path"),
        ("a.test {\n respond a\n}\na.test {\n respond b\n}\n", "site-twice"),
    ] {
        assert_eq!(kinds(text), [kind], "{text}");
    }
}

#[test]
fn what_caddy_takes() {
    for text in [
        "{\n admin off\n}\na.test {\n respond a\n}\n",
        "(s) {\n header_up A b\n}\n{\n admin off\n}\n",
        "a.test {\n @x path /x\n reverse_proxy @x http://b:1 {\n  header_up A b\n }\n}\n",
        "a.test {\n import x\n reverse_proxy @x b:1\n}\n",
        "a.test {\n reverse_proxy http://{$B}/x\n}\n",
        "a.test {\n bind 1.2.3.4\n respond a\n}\na.test {\n bind 1.2.3.5\n respond b\n}\n",
        "handle /x {\n header_up A b\n}\n",
    ] {
        assert!(kinds(text).is_empty(), "{text}: {:?}", kinds(text));
    }
}
