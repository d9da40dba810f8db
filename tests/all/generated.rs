//! Projects that are made up: a deployment with defects, written in a style of its own, and what it is without them.
//!
//! A number says all of it: the same number is the same project. What is right is built beside what is written, value by
//! value, so that it does not rest on the fixes.

#![allow(clippy::expect_used, clippy::panic)] // A helper that fails is a failed test.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

/// A generator of numbers (xorshift).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 33) % n as u64).expect("a small number")
    }

    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// A file of a project: as it is written, and what it says without its defects.
pub(crate) struct Made {
    pub(crate) path: &'static str,
    pub(crate) text: String,
    pub(crate) right: Value,
}

/// A project, and which rules it breaks.
pub(crate) struct Project {
    pub(crate) files: Vec<Made>,
    /// Files without defects beside them.
    pub(crate) beside: Vec<(&'static str, String)>,
    pub(crate) broken: Vec<&'static str>,
}

/// Makes a service wrong, and the same service right: (wrong, right, a number of its own).
type Defect = fn(&mut Value, &mut Value, usize);

fn both(wrong: &mut Value, right: &mut Value, key: &str, (bad, good): (Value, Value)) {
    wrong[key] = bad;
    right[key] = good;
}

fn test(wrong: &mut Value, right: &mut Value, bad: Value, good: Value) {
    let of = |test: Value| json!({"test": test, "interval": "30s"});
    both(wrong, right, "healthcheck", (of(bad), of(good)));
}

/// The defects of compose services that have a fix, each with its rule.
const DEFECTS: [(&str, Defect); 10] = [
    ("missing-restart-policy", |wrong, _, _| _ = wrong.as_object_mut().and_then(|w| w.shift_remove("restart"))),
    ("unbounded-logs", |wrong, _, _| _ = wrong.as_object_mut().and_then(|w| w.shift_remove("logging"))),
    ("log-option-unknown", |wrong, right, n| {
        let of = |name: &str| json!({"driver": "json-file", "options": {"max-size": format!("{n}m"), name: "3"}});
        both(wrong, right, "logging", (of("max_file"), of("max-file")));
    }),
    ("healthcheck-command-malformed", |wrong, right, n| {
        let line = format!("pg_isready -U app{n}");
        test(wrong, right, json!(["CMD", line]), json!(["CMD-SHELL", line]));
    }),
    ("healthcheck-command-malformed", |wrong, right, n| {
        let url = format!("http://127.0.0.1:80{n:02}/ready");
        let good = json!(["CMD-SHELL", format!("curl -f {url} || exit 1")]);
        test(wrong, right, json!(["CMD", "curl", "-f", url, "||", "exit", "1"]), good);
    }),
    ("healthcheck-command-malformed", |wrong, right, n| {
        let good = json!(["CMD-SHELL", format!("test -f /run/ready{n} && test -s /run/ready{n}")]);
        let bad = json!(["CMD", "test", "-f", format!("/run/ready{n}"), "&&", "test", "-s", format!("/run/ready{n}")]);
        test(wrong, right, bad, good);
    }),
    ("healthcheck-never-ends", |wrong, right, n| {
        let host = format!("h{n}.example.com");
        test(wrong, right, json!(format!("ping {host} || exit 1")), json!(format!("ping -c 1 {host} || exit 1")));
    }),
    ("healthcheck-none-as-command", |wrong, right, _| {
        both(wrong, right, "healthcheck", (json!({"test": "NONE"}), json!({"test": ["NONE"]})));
    }),
    ("healthcheck-never-fails", |wrong, right, _| {
        for service in [&mut *wrong, &mut *right] {
            service["image"] = json!("redis:8.2.1");
            service["command"] = json!(["redis-server", "--requirepass", "${CACHE_PASSWORD:?}"]);
            service["healthcheck"] = json!({"test": ["CMD", "redis-cli", "ping"]});
        }
        right["environment"]["REDISCLI_AUTH"] = json!("${CACHE_PASSWORD}");
    }),
    ("unpinned-image", |wrong, right, n| {
        // Another service names it with the version.
        wrong["image"] = json!("example/lamp");
        right["image"] = json!("example/lamp:2.0.1");
        wrong["labels"]["lamp"] = json!(format!("l{n}"));
        right["labels"]["lamp"] = json!(format!("l{n}"));
    }),
];

/// A compose project: wrong and right, with the rules that it breaks.
fn compose(numbers: &mut Numbers) -> (Value, Value, Vec<&'static str>) {
    let (mut wrong, mut right, mut broken) = (Map::new(), Map::new(), Vec::new());
    let lamp = service("example/lamp:2.0.1", 0);
    wrong.insert("lamp".to_owned(), lamp.clone());
    right.insert("lamp".to_owned(), lamp);
    for at in 1..=2 + numbers.below(4) {
        let (mut bad, mut good) = (service("example/app:1.4.2", at), service("example/app:1.4.2", at));
        let mut keys: Vec<&str> = Vec::new();
        for _ in 0..=numbers.below(3) {
            let (rule, defect) = DEFECTS[numbers.below(DEFECTS.len())];
            // One defect a key.
            let key = match rule {
                "missing-restart-policy" => "restart",
                "unbounded-logs" | "log-option-unknown" => "logging",
                "unpinned-image" => "image",
                _ => "healthcheck",
            };
            let taken = |of: &str| keys.contains(&of);
            if taken(key) || rule == "healthcheck-never-fails" && taken("image") || key == "image" && taken("redis") {
                continue;
            }
            keys.extend([key, if rule == "healthcheck-never-fails" { "redis" } else { key }]);
            defect(&mut bad, &mut good, 10 + at);
            broken.push(rule);
        }
        wrong.insert(format!("app{at}"), bad);
        right.insert(format!("app{at}"), good);
    }
    (json!({"services": wrong}), json!({"services": right}), broken)
}

fn service(image: &str, at: usize) -> Value {
    json!({
        "image": image,
        "restart": "unless-stopped",
        "environment": {"TZ": "UTC", "GREETING": format!("hello, it's {at}: a \"word\" # no comment")},
        "labels": {"example.test/role": "a"},
        "logging": {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}},
    })
}

/// A configuration of LiteLLM: wrong and right, with the rules that it breaks.
fn litellm(numbers: &mut Numbers) -> (Value, Value, Vec<&'static str>) {
    let (mut wrong, mut right, mut broken) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..=numbers.below(4) {
        let params = |key: &str| json!({"model": "openai/gpt-4o-mini", "api_key": key});
        let name = format!("gpt{at}");
        let mut good = json!({"model_name": name, "litellm_params": params("os.environ/PROVIDER_KEY")});
        let mut bad = good.clone();
        match numbers.below(4) {
            0 => {
                bad["litellm_params"] = params("${PROVIDER_KEY}");
                broken.push("litellm-env-reference-misspelled");
            }
            1 => {
                bad["temperature"] = json!(0.2);
                good["litellm_params"]["temperature"] = json!(0.2);
                broken.push("litellm-parameter-at-model-level");
            }
            2 => {
                bad["litellm_params"]["max_budget"] = json!(0.05);
                good["litellm_params"]["max_budget"] = json!(0.05);
                good["litellm_params"]["budget_duration"] = json!("30d");
                broken.push("litellm-budget-without-duration");
            }
            _ => {}
        }
        wrong.push(bad);
        right.push(good);
    }
    let settings = json!({"master_key": "os.environ/MASTER_KEY"});
    let slip = numbers.once_in(3);
    broken.extend(slip.then_some("litellm-unknown-key"));
    let name = if slip { "genral_settings" } else { "general_settings" };
    (json!({"model_list": wrong, name: settings}), json!({"model_list": right, "general_settings": settings}), broken)
}

/// The project of a number.
pub(crate) fn project(seed: u64) -> Project {
    let mut numbers = Numbers::new(seed);
    let (wrong, right, mut broken) = compose(&mut numbers);
    let mut text = Writer::new(&mut numbers).document(&wrong);
    let mut beside = vec![(".env", "CACHE_PASSWORD=only-an-example\n".to_owned())];
    let templated = numbers.once_in(3);
    let path = if templated {
        text = text.replace("example/app:1.4.2", "example/app:{{ app_version }}");
        beside.push(("roles/app/defaults/main.yml", "app_version: 1.4.2\n".to_owned()));
        beside.push(("roles/app/tasks/main.yml", TASKS.to_owned()));
        "roles/app/templates/docker-compose.yml.j2"
    } else {
        "compose.yml"
    };
    let mut files = vec![Made { path, text, right }];
    let (wrong, right, more) = litellm(&mut numbers);
    broken.extend(more);
    let text = Writer::new(&mut numbers).document(&wrong);
    files.push(Made { path: "litellm/litellm_config.yaml", text, right });
    broken.sort_unstable();
    broken.dedup();
    Project { files, beside, broken }
}

const TASKS: &str = "\
- name: The stack
  ansible.builtin.template:
    src: docker-compose.yml.j2
    dest: /opt/app/docker-compose.yml
    mode: \"0600\"
";

/// Writes YAML in a style that the numbers choose.
struct Writer<'n> {
    numbers: &'n mut Numbers,
    step: usize,
    /// Whether items of a list stand as far in as its key.
    flush: bool,
    comments: usize,
    out: String,
}

impl<'n> Writer<'n> {
    fn new(numbers: &'n mut Numbers) -> Self {
        let (step, flush) = (2 + 2 * numbers.below(2), numbers.once_in(2));
        Self { numbers, step, flush, comments: 0, out: String::new() }
    }

    fn document(mut self, value: &Value) -> String {
        if self.numbers.once_in(3) {
            self.out.push_str("---\n");
        }
        self.map(value.as_object().expect("a mapping"), 0, 0);
        let text = if self.numbers.once_in(4) { self.out.trim_end().to_owned() } else { self.out };
        if self.numbers.once_in(4) { text.replace('\n', "\r\n") } else { text }
    }

    /// Now and then a comment, as far in as what is below it.
    fn remark(&mut self, indent: usize) {
        if self.numbers.once_in(6) {
            self.comments += 1;
            let _ = writeln!(self.out, "{}# remark {}", " ".repeat(indent), self.comments);
        }
    }

    fn end(&mut self, may: bool) {
        if may && self.numbers.once_in(6) {
            self.comments += 1;
            let _ = write!(self.out, " # remark {}", self.comments);
        }
        self.out.push('\n');
    }

    fn map(&mut self, map: &Map<String, Value>, indent: usize, first: usize) {
        for (at, (key, value)) in map.iter().enumerate() {
            if at > 0 || first == 0 {
                self.remark(indent);
                self.out.push_str(&" ".repeat(indent));
            }
            self.out.push_str(key);
            self.out.push(':');
            self.value(value, indent, indent > 0);
        }
    }

    /// What stands behind a key; between brackets where that is allowed, and the numbers say so.
    fn value(&mut self, value: &Value, indent: usize, brackets: bool) {
        let flow = brackets && self.numbers.once_in(3) && !value.to_string().contains("model_name");
        match value {
            Value::Object(map) if !flow => {
                self.end(true);
                self.map(map, indent + self.step, 0);
            }
            Value::Array(items) if !flow => {
                self.end(true);
                let indent = if self.flush { indent } else { indent + self.step };
                for item in items {
                    self.item(item, indent);
                }
            }
            _ => {
                self.out.push(' ');
                let text = self.flow(value, value.is_object() || value.is_array());
                self.out.push_str(&text);
                // What is a number is moved between brackets, where its comment could not go.
                self.end(!value.is_number());
            }
        }
    }

    fn item(&mut self, item: &Value, indent: usize) {
        self.out.push_str(&" ".repeat(indent));
        self.out.push_str("- ");
        if let Value::Object(map) = item {
            self.map(map, indent + 2, 1);
        } else {
            let text = self.flow(item, false);
            self.out.push_str(&text);
            // A comment between the words of a test keeps them as they are.
            self.end(false);
        }
    }

    /// On one line; a plain text says more between brackets than outside.
    fn flow(&mut self, value: &Value, inside: bool) -> String {
        match value {
            Value::Object(map) => {
                let all: Vec<String> =
                    map.iter().map(|(key, value)| format!("{key}: {}", self.flow(value, true))).collect();
                format!("{{{}}}", all.join(", "))
            }
            Value::Array(items) => {
                let all: Vec<String> = items.iter().map(|item| self.flow(item, true)).collect();
                format!("[{}]", all.join(", "))
            }
            Value::String(text) => self.text(text, inside),
            other => other.to_string(),
        }
    }

    fn text(&mut self, text: &str, inside: bool) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/_.-".contains(c) || c == ':' && !inside;
        let bare = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain) && text != "NONE";
        match self.numbers.below(3) {
            0 if bare => text.to_owned(),
            1 => format!("'{}'", text.replace('\'', "''")),
            _ => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        }
    }
}
