//! Values: what one says about being a secret, and what only stands in for one.

use super::bytes::Bytes;
use super::words::WORDS;
use crate::text::UNKNOWN;

/// What a value says about being a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    /// No secret whatever its name: empty, a path, a flag, an address, a cipher text.
    None,
    /// Says that a real one has to be put there: `<token>`, `your-key`.
    Placeholder,
    /// Works, and everybody can guess it: `changeme`, `postgres`, `litellm_password`.
    Weak,
    /// May be a real one.
    Real,
}

/// What `value` would be worth as a secret.
pub(crate) fn worth(value: &str) -> Worth {
    // Quotes that belong to the value, as in `- PASSWORD='x'` of a list, protect nothing.
    let value = value.trim().trim_matches(['"', '\'']).trim();
    let lower = value.to_ascii_lowercase();
    let bytes = Bytes::of(&lower);
    if not_a_secret(value, &lower, bytes) {
        return Worth::None;
    }
    // `CHANGE_ME_UNUSED`: nothing asks for it. A row of keys is what people type in place of a value that they cut out.
    if says_unused(&lower, bytes) || lower.contains("sdfasdf") || is_mashed(&lower) {
        return Worth::Placeholder;
    }
    // Passwords that documentation uses, and that work wherever they were copied to.
    let example = lower.trim_end_matches(|c: char| c.is_ascii_digit() || "!_-".contains(c)) == "example";
    if example || WORDS.values.weak_starts.begin(&lower) {
        return Worth::Weak;
    }
    if is_placeholder(&lower, bytes) {
        return Worth::Placeholder;
    }
    if is_weak(&lower, bytes) { Worth::Weak } else { Worth::Real }
}

/// Whether a value asks to be replaced and says by what, `CHANGE_ME_db_password`: it is in no use.
pub(crate) fn asks_for(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    WORDS.values.asks.iter().any(|s| lower.strip_prefix(s).is_some_and(|rest| rest.len() > 4))
}

/// Whether a value asks to be replaced: `changeme`, `CHANGE_ME_db_password`.
pub(crate) fn asks(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    WORDS.values.asks.within(&lower, Bytes::of(&lower)).next().is_some()
}

fn not_a_secret(value: &str, lower: &str, bytes: Bytes) -> bool {
    let lists = &WORDS.values;
    let path = value.starts_with(['/', '~']) || value.starts_with("./") || value.starts_with("../");
    // Base64 may begin with a slash; a path has a second one or an ending.
    let path = path && (value.matches('/').count() > 1 || value.contains('.') || value.len() < 24);
    lists.none.contains(lower)
        || !value.contains(char::is_alphanumeric)
        || bytes.has(b'.') && value.parse::<f64>().is_ok()
        || value.starts_with(['{', '['])
        || path
        || file_name(lower)
        || lists.elsewhere.begin(lower)
        || lists.hashes.begin(lower)
        || is_hashed_login(lower)
        || lists.public.begin(lower)
        || bytes.has(b':') && is_address(lower)
        || is_reference(value)
        || begins_names(value)
        || bytes.has(b'{') && (value.contains("{{") || value.contains("${"))
        || bytes.has(b'$') && value.contains("$(")
        || value.contains(UNKNOWN)
}

/// `admin:$apr1$…`, also with the signs of compose doubled: a line of `htpasswd`, as a reverse proxy takes it.
fn is_hashed_login(lower: &str) -> bool {
    let Some((user, hash)) = lower.split_once(':').filter(|(_, hash)| hash.starts_with('$')) else { return false };
    let hash = if hash.starts_with("$$") { &hash[1..] } else { hash };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    !user.is_empty() && user.chars().all(plain) && WORDS.values.hashes.begin(hash)
}

/// `$NAME` and `%NAME%`, also with quotes and more words behind it, as in a line that a script puts together.
fn is_reference(value: &str) -> bool {
    let value = value.trim_start_matches(['\\', '"', '\'']);
    let name = |c: char| c.is_ascii_alphabetic() || c == '_';
    let Some(rest) = value.strip_prefix(['$', '%']) else { return false };
    // `%kernel.project_dir%/config/private.pem`.
    if value.starts_with('%') && rest.contains("%/") {
        return true;
    }
    value.len() < 40 || rest.starts_with(name) && rest.contains('"')
}

/// `CLIENT_SECRET_`: the beginning of a variable's name, to which a script adds the rest.
pub(crate) fn begins_names(value: &str) -> bool {
    let word = value.strip_suffix('_').unwrap_or("");
    word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// `gfdfgdfgdfgfd`: a few letters that lie side by side, again and again, as somebody types them who needs any value.
fn is_mashed(lower: &str) -> bool {
    // What was drawn by lot has other signs, and is told without a look at the rest.
    if !lower.bytes().all(|b| b.is_ascii_lowercase()) {
        return false;
    }
    let row = lower.split(['a', 'e', 'i', 'o', 'u', 'y']).map(str::len).max().unwrap_or(0);
    let letters = Bytes::of(lower).count();
    row > 5 && letters <= 9 && letters * 2 <= lower.len()
}

/// `tls.key`, `ta.key`: one word with the ending of a file.
fn file_name(lower: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    lower.chars().all(plain) && WORDS.values.files.iter().any(|end| lower.ends_with(end.as_str()))
}

/// `scheme://…`; a password inside is looked for by itself.
fn is_address(lower: &str) -> bool {
    let scheme = lower.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|s| {
        s.starts_with(|c: char| c.is_ascii_lowercase())
            && s.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

fn is_placeholder(lower: &str, bytes: Bytes) -> bool {
    let lists = &WORDS.values;
    lists.placeholder.contains(lower)
        || lists.placeholder_starts.begin(lower)
        || lists.placeholder_parts.within(lower, bytes).next().is_some()
        || lower.ends_with("...")
        // `YYY`: one letter again and again.
        || lower.len() > 1 && lower.bytes().all(|b| b.is_ascii_alphabetic() && lower.as_bytes().first() == Some(&b))
        // `__DB_PASSWORD__`, `@DB_PASSWORD@`, `%%DB_PASSWORD%%`: what a script replaces.
        || ["__", "@", "%%", "##"].iter().any(|s| {
            lower.len() > 2 * s.len() && lower.starts_with(s) && lower.ends_with(s)
                && lower.chars().all(|c| c.is_ascii_alphanumeric() || "_@%#".contains(c))
        })
        // Words of a sentence or a title, such as `Does Not Exist`, `Self-signed Certificate`.
        || bytes.has(b' ') && lower.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '.' | ',' | '(' | ')'))
        || !lower.is_empty() && lower.chars().all(|c| matches!(c, 'x' | '*' | '.' | '-' | '_' | '?' | '0'))
        // `XYZXYZXYZ`, `xyz-xyz`.
        || lower.len() > 5 && lower.chars().all(|c| matches!(c, 'x' | 'y' | 'z' | '-' | '_'))
        // Words of a language in other letters tell people what to type: `请换成 token`.
        || !lower.is_ascii() && lower.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count() > 3
        // Noughts with a few ones.
        || lower.len() > 15 && lower.chars().all(|c| matches!(c, '0' | '1'))
}

fn is_weak(lower: &str, bytes: Bytes) -> bool {
    let lists = &WORDS.values;
    let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit() || "!_-".contains(c));
    let (half, rest) = stem.split_at_checked(stem.len() / 2).unwrap_or_default();
    lower.len() < 8
        || lists.weak.contains(stem)
        || half == rest && lists.weak.contains(half)
        || [b'@', b'0', b'3', b'$'].into_iter().any(|sign| bytes.has(sign))
            && [stem, lower].into_iter().any(|text| lists.weak.has_as_long(text) && lists.weak.contains(&letters(text)))
        || lists.weak_parts.within(lower, bytes).next().is_some()
        || in_order(lower)
        || lists.weak_rows.within(lower, bytes).any(|row| mostly(lower, row))
        || says_what_it_is(stem)
        || says_secret(stem)
}

/// `reallylongpasswordfromadminrc`, `MyN0tS3cr3tPassw0rd`: letters, or signs that stand for them, that say what they are.
fn says_secret(stem: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || matches!(c, '-' | '_' | '.' | '!');
    // What was drawn by lot has other signs, and is told without a copy of it.
    if stem.len() > 40 || !stem.chars().map(letter).all(fits) {
        return false;
    }
    let plain = letters(stem);
    ["password", "passwort", "secret"].iter().any(|word| plain.contains(word))
}

/// With letters in place of the signs that stand for them: `p@ssw0rd`.
fn letters(lower: &str) -> String {
    lower.chars().map(letter).collect()
}

/// The letter that a sign stands for.
fn letter(sign: char) -> char {
    match sign {
        '@' => 'a',
        '0' => 'o',
        '3' => 'e',
        '$' => 's',
        other => other,
    }
}

/// Whether nearly each character follows the one before it: `0123456789abcdef0123456789abcdef`.
fn in_order(lower: &str) -> bool {
    let pairs = lower.as_bytes().windows(2);
    let (all, next) = (pairs.len(), pairs.filter(|p| matches!(p, [a, b] if a.checked_add(1) == Some(*b))).count());
    next * 10 >= all * 7
}

/// Whether a value is a row and little else; one that was drawn by lot may happen to hold it.
fn mostly(lower: &str, row: &str) -> bool {
    let Some(at) = lower.find(row) else { return false };
    // `123456` goes on to `1234567890`.
    let behind = lower[at + row.len()..].trim_start_matches(['7', '8', '9', '0']);
    let rest = at + behind.len();
    let digits = lower[..at].chars().chain(behind.chars()).any(|c| c.is_ascii_digit());
    rest <= 2 || rest <= 8 && !digits
}

/// Whether it is made of words or is a plain number, as names of things and prices are: `jobs:nightly-report`, `0.0000025`.
pub(crate) fn is_readable(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    let words = value.split([':', '-', '_', '.', '/', ' ']).filter(|w| !w.is_empty());
    let letters = |w: &str| {
        w.chars().all(|c| c.is_ascii_alphabetic()) && (w == w.to_ascii_lowercase() || w == w.to_ascii_uppercase())
    };
    words.clone().all(|w| letters(w) && w.len() <= 16) && words.count() > 1
}

/// Whether it is two or three words of letters, as people choose and nobody draws by lot.
pub(crate) fn is_few_words(value: &str) -> bool {
    let words = value.split([':', '-', '_', '.', '/', ' ']).filter(|w| !w.is_empty());
    is_readable(value) && words.count() < 4
}

/// Whether a variable holds the name of a secret of Kubernetes and no secret: `cert_secret: home-gateway-tls`.
pub(crate) fn names_object(name: &str, value: &str) -> bool {
    const KINDS: [&str; 7] = ["tls", "cert", "certs", "certificate", "ca", "creds", "credentials"];
    let lower = name.to_ascii_lowercase();
    let of_name = ["secret", "secret_name", "secretname"].iter().any(|end| lower.ends_with(end));
    let mut words = value.trim().trim_matches(['"', '\'']).split(['-', '/']);
    // An annotation can't hold a secret: `nginx.ingress.kubernetes.io/auth-secret: home/web-login`.
    let annotation = name.split_once('/').is_some_and(|(domain, _)| domain.contains('.'));
    of_name
        && words.clone().all(is_spoken)
        && (annotation || value.contains('-') && words.next_back().is_some_and(|w| KINDS.contains(&w)))
}

/// Whether people say it, as a part of a name: `gateway`, `eu1`, `k8s`, `2024`. What was drawn by lot has digits between
/// its letters, or consonants in a row.
fn is_spoken(word: &str) -> bool {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - stem.len();
    let row = stem.split(['a', 'e', 'i', 'o', 'u', 'y']).map(str::len).max().unwrap_or(0);
    let letters = stem.len() <= 16 && stem.chars().all(|c| c.is_ascii_lowercase()) && (row < 5 || stem.len() < 6);
    let short = word.len() < 4 && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    !word.is_empty() && (short || stem.is_empty() && digits <= 4 || letters && digits <= 3)
}

/// Whether a value says at its beginning or its end that nothing uses it, and is made of words: `CHANGE_ME_UNUSED`.
fn says_unused(lower: &str, bytes: Bytes) -> bool {
    const USED: Bytes = Bytes::of("used");
    if !bytes.hold(&USED) || !lower.contains("used") {
        return false;
    }
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let all: Vec<&str> = words.by_ref().take(7).collect();
    let said = |words: &[&str]| matches!(words, ["unused" | "notused"] | ["not", "used"]);
    let parts = |n: usize| [all.get(..n), all.len().checked_sub(n).and_then(|from| all.get(from..))];
    let told = [1, 2].into_iter().flat_map(parts).flatten().any(said);
    let joined = all.len() == 1 && all.iter().any(|w| w.starts_with("unused") || w.ends_with("unused"));
    (told || joined) && words.next().is_none() && all.iter().all(|w| is_spoken(w))
}

/// Whether it is one word of small letters, as names of programs are.
pub(crate) fn is_word(value: &str) -> bool {
    (1..=16).contains(&value.len()) && value.chars().all(|c| c.is_ascii_lowercase())
}

/// `litellm_password`, `quota-test-master-key`, `SuperSecurePassword`: words of letters whose last one says that this is
/// a secret. Nobody draws such a value by lot, and it is the first that is tried.
fn says_what_it_is(stem: &str) -> bool {
    let nouns = ["password", "passwd", "pass", "pwd", "passphrase", "secret", "token", "key", "apikey"];
    let words: Vec<&str> = stem.split(['-', '_', '.', ' ', '@']).filter(|w| !w.is_empty()).collect();
    let readable = |w: &&str| {
        let letters = w.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.len() <= 40 && letters.chars().all(|c| c.is_ascii_lowercase())
    };
    let Some(last) = words.last() else { return false };
    let named = if words.len() > 1 { nouns.contains(last) } else { nouns.iter().any(|n| last.ends_with(n)) };
    named && words.iter().all(readable)
}
