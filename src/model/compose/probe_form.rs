//! How a health check is written: what is not run as it stands, what never ends, what never fails.

use super::probe_line;
use super::read::texts;
use super::shell;
use crate::model::fact::{Fact, Field, Value};
use crate::text::{PieceKind, Provenance, Syntax, Text};

/// Words that only a shell understands.
pub(super) const OPERATORS: &[&str] =
    &["||", "&&", "|", ";", ">", ">>", "<", "2>&1", ">/dev/null", "2>/dev/null", "&>/dev/null", "&"];

/// Adds what the words of a test say about its form.
pub(super) fn fields(fact: Fact, words: &[Text]) -> Fact {
    let commands = commands(words);
    let mut fact = fact;
    if let Some((why, at)) = malformed(words) {
        if why == "form" {
            let line = words.get(1).filter(|_| matches!(at.value(), "CMD" | "CMD-SHELL"));
            let word = line.and_then(|line| head(line, at.value().len()));
            fact = fact.with("form_word", word.map_or(Field::derived(Value::Null), |word| Field::text(&word)));
        }
        if matches!(why, "operator" | "words" | "variable")
            && let Some((line, place)) = probe_line::shell_words(words)
        {
            let line = line.into_iter().map(Field::derived).collect();
            fact = fact.with("shell_words", Field::at(Value::List(line), place));
        }
        fact = fact.with("malformed", Field::at(why, at.place()));
    }
    if let Some(at) = endless(&commands) {
        fact = fact.with("endless", Field::at("ping", at.place()));
    }
    fact
}

fn commands(words: &[Text]) -> Vec<Vec<Text>> {
    match words.first().and_then(Text::known) {
        Some("CMD") => shell::commands(words.get(1..).unwrap_or(&[])),
        Some("CMD-SHELL") => words.get(1).map(shell::line).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// What is not run as it is written, and the word that shows it.
fn malformed(words: &[Text]) -> Option<(&'static str, Text)> {
    let rest = words.get(1..)?;
    match words.first()?.known()? {
        "CMD-SHELL" => shell_form(rest),
        "CMD" => exec_form(rest),
        _ => None,
    }
}

fn shell_form(rest: &[Text]) -> Option<(&'static str, Text)> {
    let [line, more @ ..] = rest else { return None };
    if let Some(second) = more.first() {
        return Some(("words", second.clone()));
    }
    // `test: CMD curl …` as one string is a line for the shell.
    let mut all = line.value().split_whitespace();
    let first = all.next().unwrap_or("");
    // `NONE` alone is meant to switch the check off.
    let form = matches!(first, "CMD" | "CMD-SHELL") || first == "NONE" && all.next().is_some();
    form.then(|| ("form", line.slice(0..first.len())))
}

/// The first `len` bytes of a line with the blanks behind them; `None` where the rest without quotes would be no line:
/// `[ -f x ]` is a list, `true` no text.
fn head(line: &Text, len: usize) -> Option<Text> {
    let rest = line.value().get(len..)?;
    let command = rest.trim_start_matches([' ', '\t']);
    let begins = command.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '$'));
    let line_stays = begins && command.trim().contains(char::is_whitespace);
    line_stays.then(|| line.slice(0..len + (rest.len() - command.len())))
}

fn exec_form(rest: &[Text]) -> Option<(&'static str, Text)> {
    let first = rest.first()?;
    let whole = first.known().filter(|w| w.trim().contains(char::is_whitespace) && !w.starts_with('/'));
    if whole
        .is_some_and(|w| rest.len() == 1 || w.split_whitespace().nth(1).is_some_and(|second| second.starts_with('-')))
    {
        return Some(("line", first.clone()));
    }
    let shell = matches!(shell::base(first.value()), "sh" | "bash" | "ash" | "dash" | "zsh" | "busybox" | "eval");
    if shell {
        return cut_script(rest).map(|script| ("script", script));
    }
    // What other programs run as a script of theirs is theirs.
    let scripted = rest
        .iter()
        .any(|w| matches!(w.value(), "-c" | "-e" | "-lc" | "--eval" | "--command" | "-Q" | "--query" | "eval"));
    let operator = rest.iter().skip(1).find(|w| w.known().is_some_and(|w| OPERATORS.contains(&w)));
    if let Some(at) = operator {
        return Some(("operator", at.clone()));
    }
    let client = matches!(shell::base(first.value()), "curl" | "wget");
    if let Some(at) = rest.iter().skip(1).filter(|_| client).find_map(inside) {
        return Some(("operator", at));
    }
    let variable = rest.iter().find(|w| !scripted && written(w));
    variable.map(|at| ("variable", at.clone()))
}

/// The one word that a shell takes for its script, where the words of the command follow it: `sh -c curl -f URL` runs `curl`.
fn cut_script(rest: &[Text]) -> Option<Text> {
    let [_, option, script, _, ..] = rest else { return None };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let told = matches!(option.known(), Some("-c" | "-ec" | "-lc"));
    (told && script.known().is_some_and(|word| !word.is_empty() && word.chars().all(plain))).then(|| script.clone())
}

/// The operator in an address that goes on with a command: `http://127.0.0.1/ || exit 1`.
fn inside(word: &Text) -> Option<Text> {
    let value = word.value();
    let at = value.starts_with("http").then(|| value.find(" || ").or_else(|| value.find(" && ")))??;
    Some(word.slice(at + 1..at + 3))
}

/// Whether a word still has a variable that only a shell replaces: `$NAME`, `${NAME}`. `$SYS/…` is a topic of MQTT.
fn written(word: &Text) -> bool {
    let Some(value) = word.known().filter(|value| !value.starts_with("$SYS/")) else { return false };
    value.match_indices('$').any(|(at, _)| {
        let rest = value.get(at + 1..).unwrap_or("");
        let name = rest.strip_prefix('{').unwrap_or(rest);
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').count() > 2
    })
}

/// `ping` without a count: it ends at the timeout only.
fn endless(commands: &[Vec<Text>]) -> Option<Text> {
    let ping =
        commands.iter().find(|c| c.first().is_some_and(|p| matches!(shell::base(p.value()), "ping" | "ping6")))?;
    let bounded = |w: &Text| {
        let v = w.value();
        v.starts_with("-c")
            || v.starts_with("-w")
            || v == "--count"
            || v.starts_with("--count=")
            || !w.is_known()
            || v.starts_with('-') && !v.starts_with("--") && v.contains(['c', 'w'])
    };
    let ends = |c: &Vec<Text>| {
        c.first().is_some_and(|p| matches!(shell::base(p.value()), "ping" | "ping6" | "exit" | "false" | "sh" | "bash"))
    };
    let wrapped = !commands.iter().all(ends) || ping.iter().any(bounded);
    (!wrapped).then(|| ping.first().cloned())?
}

/// What makes a test succeed in every state: `|| true` at its end, or `redis-cli` that is refused for want of the password.
pub(crate) fn idle(words: &[Text], asks_password: bool) -> Option<(&'static str, Text)> {
    let last = words.last()?;
    if words.first()?.known()? == "CMD-SHELL" {
        let line = last.value().trim_end();
        let ends = ["|| true", "|| exit 0", "|| :", "; exit 0", "; true"].into_iter().find(|end| line.ends_with(end));
        if let Some(end) = ends {
            return Some(("true", last.slice(line.len() - end.len()..line.len())));
        }
        if let Some(at) = filtered(line) {
            return Some(("filter", last.slice(at..line.len())));
        }
    }
    let commands = commands(words);
    let [only] = commands.as_slice() else { return None };
    let program =
        only.first().filter(|p| matches!(shell::base(p.value()), "redis-cli" | "valkey-cli" | "keydb-cli"))?;
    let whole = words.iter().map(Text::value).collect::<Vec<_>>().join(" ");
    // With the password, with the option that makes an error one, or where something looks at the answer.
    let told = |w: &Text| {
        let v = w.value();
        v.starts_with("-a")
            || v.starts_with("--pass")
            || v.starts_with("--askpass")
            || v.starts_with("-u")
            || v == "-e"
            || v == "--user"
            || !w.is_known()
    };
    let looked = whole.contains(['|', '=', '$', '`', '&', '>']);
    (asks_password && !only.iter().any(told) && !looked).then(|| ("password", program.clone()))
}

/// Where a pipeline ends in a program that passes on what it reads, and succeeds with nothing as well.
fn filtered(line: &str) -> Option<usize> {
    let at = line.rfind('|')?;
    let rest = line.get(at + 1..)?;
    let whole = !rest.contains(['&', ';', ')', '`', '"', '\'', '}']) && !line.get(..at)?.ends_with('|');
    let filter = matches!(rest.split_whitespace().next()?, "head" | "tail" | "cat" | "tee" | "sort" | "wc");
    (whole && filter && !line.contains("pipefail")).then_some(at)
}

/// Whether the words of a server's command ask for a password.
pub(crate) fn requires_password(node: &crate::yaml::Node) -> bool {
    asks_password(&[texts(node.get("entrypoint")), texts(node.get("command"))].concat())
}

/// The same of the words alone.
pub(crate) fn asks_password(words: &[Text]) -> bool {
    words.iter().enumerate().any(|(at, w)| {
        let next = words.get(at + 1).is_some_and(|n| n.known() != Some("") && !n.value().starts_with("--"));
        w.value() == "--requirepass" && next
            || w.value().contains("--requirepass ") && !w.value().contains("--requirepass \"\"")
    })
}

/// The variable of compose behind `--requirepass`, as `${NAME}`: `None` where it is no variable alone, or has a default.
pub(crate) fn password_variable(node: &crate::yaml::Node) -> Option<String> {
    let words = [texts(node.get("entrypoint")), texts(node.get("command"))].concat();
    let at = words.iter().position(|w| w.value() == "--requirepass")?;
    let [piece] = words.get(at + 1)?.pieces() else { return None };
    let PieceKind::Variable(variable) = &piece.kind else { return None };
    // No longer than `${NAME:?}` or an empty default, which say the same as `${NAME}`.
    let plain = piece.span.len() <= "${:?}".len() + variable.name.len() || variable.provenance == Provenance::Required;
    (variable.syntax == Syntax::Compose && plain).then(|| variable.written())
}
