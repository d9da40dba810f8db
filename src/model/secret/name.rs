//! Names: which are a secret's, and which are hidden lest they are.
//!
//! Two questions, one vocabulary. A rule asks whether a name *is* a secret's and must not be wrong; whoever shows a value
//! asks whether it *may* be one and must not miss any. All names of the first kind are of the second.

use std::sync::LazyLock;

use super::stems::Stems;
use super::words::WORDS;

/// What every name that may be a secret's holds at least one of, in whatever case.
static STEMS: LazyLock<Option<Stems>> = LazyLock::new(|| {
    let lists = &WORDS.names;
    let own = ["key", "token", "pass", "pwd", "base"];
    let words = lists.nouns.iter().chain(&lists.ends).chain(lists.hidden.iter()).chain(&lists.hidden_ends);
    Stems::of(own.into_iter().chain(words.map(String::as_str)))
});

/// Whether `name` (an environment variable, an option, a key of a file) is that of a secret.
///
/// The last word decides, so that `TOKEN_FILE`, `KEY_ID` and `MAX_TOKENS` are none.
pub(crate) fn is_secret_name(name: &str) -> bool {
    if stemless(name) {
        return false;
    }
    let lists = &WORDS.names;
    let mut lower = String::new();
    let words = numberless(name, &mut lower);
    let Some((last, before)) = words.split_last() else { return false };
    let of_a_form = words.iter().any(|w| lists.forms.contains(w));
    if of_a_form || before.first().is_some_and(|first| lists.verbs.contains(first)) {
        return false;
    }
    match *last {
        // The shell's working directory, and counters of test scripts.
        "pwd" | "pass" => !before.is_empty() && !directive(before, last),
        // The system's list of users.
        "passwd" if matches!(before.last(), Some(&("getent" | "etc"))) => false,
        // What a role says of the file `passwd`, or of one that `htpasswd` writes: `file_owner_passwd`.
        "passwd" | "htpasswd" if before.iter().any(|w| matches!(*w, "file" | "mode" | "src" | "dst")) => false,
        "key" => !of_a_file(name) && secret_key(before, name),
        "token" if before.last().is_some_and(|w| lists.text_tokens.contains(w) || lists.named_tokens.contains(w)) => {
            false
        }
        "password" if before.last().is_some_and(|w| lists.about_passwords.contains(w)) => false,
        "base" => before.ends_with(&["secret", "key"]),
        last => lists.nouns.contains(last) || lists.ends.iter().any(|end| last.ends_with(end)),
    }
}

/// Whether an option in parts says that it names a file: `--file.private-key`.
fn of_a_file(name: &str) -> bool {
    let mut parts = name.trim_start_matches('-').rsplit('.').skip(1);
    parts.next().is_some_and(|part| matches!(part, "file" | "files" | "path" | "paths" | "filename"))
}

/// Whether it is nginx's name for the server behind it: `proxy_pass`.
fn directive(before: &[&str], last: &str) -> bool {
    last == "pass" && before.len() == 1 && before.iter().all(|module| WORDS.names.nginx_modules.contains(module))
}

/// Whether it says that what it holds is for tests alone: `portal_test_password`.
pub(crate) fn is_of_tests(name: &str) -> bool {
    words(name, &mut String::new()).iter().any(|w| WORDS.names.tests.contains(w))
}

/// Whether only its capitals make a secret of a `…_KEY`: `ANTHROPIC_KEY` is one, `DECLARATION_KEY` may be an entry's name.
pub(crate) fn is_any_key(name: &str) -> bool {
    if stemless(name) {
        return false;
    }
    let mut lower = String::new();
    let words = numberless(name, &mut lower);
    let Some((last, [.., before])) = words.split_last() else { return false };
    // What a program calls a service, more often than what Supabase calls its key.
    let secret = WORDS.names.secret_keys.contains(before) && *before != "service";
    *last == "key" && !secret && !words.contains(&"secret")
}

/// Whether a value of this name has to be hidden: it is a secret's, or may be one.
pub(crate) fn may_be_secret_name(name: &str) -> bool {
    if stemless(name) {
        return false;
    }
    let lists = &WORDS.names;
    let mut lower = String::new();
    let words = cut(name, &mut lower);
    let Some((last, before)) = words.split_last() else { return false };
    if lists.about.contains(last) || directive(before, last) {
        return false;
    }
    let key = || matches!(*last, "key" | "keys") && before.last().is_some_and(|word| !lists.open_keys.contains(word));
    words.iter().any(|w| lists.hidden.contains(w.trim_end_matches(|c: char| c.is_ascii_digit())))
        || lists.hidden_ends.iter().any(|end| last.ends_with(end.as_str()))
        || key()
        || *last == "tokens" && before.last().is_some_and(|word| !lists.counted.contains(word))
        || is_secret_name(name)
}

/// Whether `name` holds no word of any list, as most names do; to cut one into words costs many times as much.
fn stemless(name: &str) -> bool {
    name.is_ascii() && STEMS.as_ref().is_some_and(|stems| !stems.are_in(name))
}

/// Whether a part of `text` may be the name of a secret: a text of whose names most are asked is asked once before.
pub(crate) fn may_say_secret_name(text: &str) -> bool {
    !stemless(text)
}

/// The names of software and of directives that messages say.
pub(crate) fn said_names() -> impl Iterator<Item = &'static str> {
    WORDS.names.said.iter().map(String::as_str)
}

/// Whether somebody else gives it out, a vendor or a server that has it in its own settings: `OPENAI_API_KEY`.
pub(crate) fn of_others(name: &str) -> bool {
    let lists = &WORDS.names;
    let own = name.to_ascii_uppercase().starts_with("LITELLM");
    !own && words(name, &mut String::new()).iter().any(|w| lists.vendors.contains(w))
}

/// Whether it says that it is no secret, such as a user's name or a domain, whatever store it is kept in.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let mut lower = String::new();
    let words = words(name, &mut lower);
    let part = |w: &&str| matches!(*w, "domain" | "email" | "hostname" | "fqdn" | "username");
    let open = |end: [&str; 2]| words.ends_with(&end);
    if open(["public", "key"]) || open(["public", "keys"]) || open(["authorized", "keys"]) || open(["mount", "point"]) {
        return true;
    }
    words.last().is_some_and(|last| WORDS.names.plain.contains(last)) || words.iter().any(part) && !is_secret_name(name)
}

/// Whether `… key` is a secret: by the word before, or because an environment variable is called so.
fn secret_key(before: &[&str], name: &str) -> bool {
    let lists = &WORDS.names;
    let Some(last) = before.last() else { return false };
    let has = |word: &str| before.contains(&word);
    // What is built into a page or an app is for everybody: `NEXT_PUBLIC_X_KEY`.
    if ["public", "publishable", "anon"].iter().any(|w| has(w)) {
        return false;
    }
    // What packages are signed with is public, and `GET_ADMIN_KEY` says what to do with one.
    let signs =
        *last == "signing" && ["package", "packages", "gpg", "apt", "rpm", "yum", "repo"].iter().any(|w| has(w));
    // A key of GPG that is not called secret is its fingerprint: `ENV GPG_BUILDER_KEY`.
    let fingerprint = has("gpg") || has("pgp");
    if signs || has("get") || fingerprint && !lists.secret_keys.contains(last) {
        return false;
    }
    if has("secret") && !has("name") || lists.secret_keys.contains(last) {
        return true;
    }
    let variable = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    variable && !lists.other_keys.contains(last)
}

/// The words of a name without those that only count.
fn numberless<'l>(name: &str, lower: &'l mut String) -> Vec<&'l str> {
    let mut words = words(name, lower);
    words.retain(|w| !w.chars().all(|c| c.is_ascii_digit()));
    words
}

/// The words of the last part of a dotted path or of a subscript.
fn words<'l>(name: &str, lower: &'l mut String) -> Vec<&'l str> {
    let name = name.trim_start_matches('-').trim_end_matches(['\'', '"', ']']);
    cut(name.rsplit(['.', '[', '/']).next().unwrap_or(name), lower)
}

/// The words of a name in small letters, which are put into `lower`: cut at signs and at changes of case.
fn cut<'l>(name: &str, lower: &'l mut String) -> Vec<&'l str> {
    lower.reserve(name.len() + 8);
    if name.is_ascii() {
        let mut previous = b'_';
        for b in name.bytes() {
            let part = b.is_ascii_alphanumeric();
            if !part || b.is_ascii_uppercase() && (previous.is_ascii_lowercase() || previous.is_ascii_digit()) {
                lower.push(' ');
            }
            if part {
                lower.push(char::from(b.to_ascii_lowercase()));
            }
            previous = b;
        }
        return lower.split_ascii_whitespace().collect();
    }
    let mut previous = '_';
    for c in name.chars() {
        let part = c.is_alphanumeric();
        if !part || c.is_uppercase() && (previous.is_lowercase() || previous.is_numeric()) {
            lower.push(' ');
        }
        if c.is_ascii_alphanumeric() {
            lower.push(c.to_ascii_lowercase());
        } else if part {
            lower.extend(c.to_lowercase());
        }
        previous = c;
    }
    lower.split(' ').filter(|w| !w.is_empty()).collect()
}
