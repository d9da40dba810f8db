//! Quotes of a shell script that nothing closes, and apostrophes that close one.
//!
//! Only as much of the grammar is read as quoting needs: quotes, escapes, comments, here-documents, and the substitutions that may
//! hold quotes of their own. Held against `bash -n` on thousands of scripts; the caller asks the parser for its word as well.

/// What is open at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `"`.
    Double,
    /// `$(` or `(`.
    Round,
    /// `${` outside of quotes.
    Brace,
    /// `${` in quotes; whether a pattern follows, in which `'` is a quote.
    Quoted(bool),
    /// `$((` or `((`.
    Count,
    /// A `(` in it.
    Inner,
    /// A backtick.
    Tick,
}

/// A mistake in the quotes of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slip {
    /// Where the character is that it is about.
    pub at: usize,
    /// Whether it is an apostrophe that ends a quoted text; else it is a quote that nothing closes.
    pub apostrophe: bool,
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    open: Vec<(Open, usize)>,
    /// Whether a backtick is among them; a second one closes it.
    tick: bool,
    /// Where the lines end.
    breaks: Vec<usize>,
    /// The ends of the here-documents of this line, and whether tabs before them do not count.
    waiting: Vec<(&'t str, bool)>,
    /// Whether a word may begin here.
    word: bool,
    /// The first quoted text over several lines that is followed by a letter: where it begins.
    joined: Option<usize>,
    apostrophe: Option<usize>,
}

/// The mistake in the quotes of `text`, where there is one.
pub fn slip(text: &str) -> Option<Slip> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        open: Vec::new(),
        tick: false,
        breaks: text.match_indices('\n').map(|(at, _)| at).collect(),
        waiting: Vec::new(),
        word: true,
        joined: None,
        apostrophe: None,
    };
    let unclosed = reader.read();
    if let Some(at) = reader.apostrophe {
        return Some(Slip { at, apostrophe: true });
    }
    let last = unclosed?;
    // Where one is left open, the next one closes it, right before what it should open.
    Some(Slip { at: reader.joined.unwrap_or(last), apostrophe: false })
}

impl Reader<'_> {
    fn starts(&self, word: &str) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()))
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn push(&mut self, open: Open, length: usize) {
        self.open.push((open, self.at));
        self.at += length;
        self.word = open == Open::Round || open == Open::Tick;
    }

    /// Opens what `$` or a backtick opens; whether it did.
    fn substitution(&mut self, quoted: bool) -> bool {
        if self.starts("$((") {
            self.push(Open::Count, 3);
        } else if self.starts("$(") {
            self.push(Open::Round, 2);
        } else if self.starts("${") {
            let pattern = self.pattern();
            self.push(if quoted { Open::Quoted(pattern) } else { Open::Brace }, 2);
        } else if self.byte(self.at) == b'`' {
            if self.tick {
                while self.open.pop().is_some_and(|(o, _)| o != Open::Tick) {}
                self.tick = false;
                self.at += 1;
            } else {
                self.tick = true;
                self.push(Open::Tick, 1);
            }
        } else {
            return false;
        }
        true
    }

    /// Whether the expansion that begins here takes a pattern away: `${x#…}`, `${x%…}`, `${x/…}`.
    fn pattern(&self) -> bool {
        let rest = self.text.get(self.at + 2..).unwrap_or("");
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_@*!?[]".contains(c));
        name.len() < rest.len() && name.starts_with(['#', '%', '/', '^', ','])
    }

    /// Passes a text in single quotes; where it begins, if nothing closes it.
    fn single(&mut self) -> Option<usize> {
        let start = self.at;
        let escapes = start > 0 && self.byte(start - 1) == b'$';
        let mut end = start + 1;
        while end < self.bytes.len() && self.byte(end) != b'\'' {
            end += if escapes && self.byte(end) == b'\\' { 2 } else { 1 };
        }
        if end >= self.bytes.len() {
            return Some(start);
        }
        if self.bytes.get(start..end).is_some_and(|b| b.contains(&b'\n')) {
            let letters = self.byte(end - 1).is_ascii_alphabetic() && self.byte(end + 1).is_ascii_alphabetic();
            if letters && self.apostrophe.is_none() {
                self.apostrophe = Some(end);
            }
        }
        self.at = end + 1;
        self.word = false;
        None
    }

    fn here_documents(&mut self) {
        for (end, tabs) in std::mem::take(&mut self.waiting) {
            while self.at < self.bytes.len() {
                let rest = self.text.get(self.at..).unwrap_or("");
                let line = rest.split('\n').next().unwrap_or("");
                self.at += line.len() + 1;
                let line = line.trim_end_matches('\r');
                if (if tabs { line.trim_start_matches('\t') } else { line }) == end {
                    break;
                }
            }
        }
    }

    /// `<<WORD`: its length.
    fn here(&mut self) -> Option<usize> {
        let rest = self.text.get(self.at..)?.strip_prefix("<<").filter(|r| !r.starts_with('<'))?;
        let tabs = rest.starts_with('-');
        let word = rest.trim_start_matches('-').trim_start_matches([' ', '\t']).trim_start_matches('\\');
        let quote = word.chars().next().filter(|c| matches!(c, '"' | '\''));
        let word = quote.map_or(word, |q| word.strip_prefix(q).unwrap_or(word));
        let length =
            word.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))).unwrap_or(word.len());
        let name = word.get(..length).filter(|n| n.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))?;
        self.waiting.push((name, tabs));
        let end = self.text.len() - word.len() + length + usize::from(quote.is_some());
        Some(end - self.at)
    }

    fn double(&mut self) {
        match self.byte(self.at) {
            b'"' => {
                let start = self.open.pop().map_or(0, |(_, at)| at);
                let next_break = self.breaks.partition_point(|at| *at < start);
                let lines = self.breaks.get(next_break).is_some_and(|at| *at < self.at);
                let next = self.text.get(self.at + 1..).and_then(|r| r.chars().next());
                if lines && next.is_some_and(|c| c.is_alphanumeric() || !c.is_ascii()) {
                    self.joined = self.joined.or(Some(start));
                }
                self.at += 1;
            }
            _ if self.substitution(true) => return,
            _ => self.at += 1,
        }
        self.word = false;
    }

    /// Reads all; where a quote begins that nothing closes.
    fn read(&mut self) -> Option<usize> {
        while self.at < self.bytes.len() {
            let byte = self.byte(self.at);
            if byte == b'\\' {
                self.at += 2;
                self.word = false;
                continue;
            }
            match self.open.last().map(|(o, _)| *o) {
                Some(Open::Double) => self.double(),
                Some(Open::Quoted(pattern)) => match byte {
                    b'}' => {
                        self.open.pop();
                        self.at += 1;
                    }
                    b'"' => self.push(Open::Double, 1),
                    b'\'' if pattern => {
                        if let Some(at) = self.single() {
                            return Some(at);
                        }
                    }
                    _ if self.substitution(true) => {}
                    _ => self.at += 1,
                },
                Some(open @ (Open::Count | Open::Inner)) => self.count(open),
                _ => {
                    if let Some(at) = self.plain(byte) {
                        return Some(at);
                    }
                }
            }
        }
        self.open.iter().find(|(o, _)| *o == Open::Double).map(|(_, at)| *at)
    }

    fn count(&mut self, open: Open) {
        if open == Open::Count && self.starts("))") {
            self.open.pop();
            self.at += 2;
        } else if open == Open::Inner && self.byte(self.at) == b')' {
            self.open.pop();
            self.at += 1;
        } else if self.byte(self.at) == b'(' {
            self.push(Open::Inner, 1);
        } else if !self.substitution(true) {
            self.at += 1;
        }
    }

    /// A character outside of quotes; where a single quote begins that nothing closes.
    fn plain(&mut self, byte: u8) -> Option<usize> {
        let inside = self.open.last().map(|(o, _)| *o);
        match byte {
            b'#' if self.word && inside != Some(Open::Brace) => {
                while self.at < self.bytes.len() && self.byte(self.at) != b'\n' {
                    self.at += 1;
                }
            }
            b'\n' => {
                self.at += 1;
                self.word = true;
                self.here_documents();
            }
            b'\'' => return self.single(),
            b'"' => self.push(Open::Double, 1),
            b'(' if self.word && self.starts("((") => self.push(Open::Count, 2),
            b'(' => self.push(Open::Round, 1),
            b')' | b'}' => {
                let closes = if byte == b')' { Open::Round } else { Open::Brace };
                if inside == Some(closes) {
                    self.open.pop();
                }
                self.at += 1;
                self.word = false;
            }
            b'<' => {
                self.at += if self.starts("<<<") { 3 } else { self.here().unwrap_or(1) };
                self.word = true;
            }
            _ if self.substitution(false) => {}
            _ => {
                self.word = matches!(byte, b' ' | b'\t' | b';' | b'&' | b'|' | b'>');
                self.at += 1;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::slip;

    fn at(text: &str) -> Option<&str> {
        let found = slip(text)?;
        Some(text.get(found.at..).unwrap_or("").split('\n').next().unwrap_or(""))
    }

    #[test]
    fn a_quote_that_nothing_closes() {
        assert_eq!(at("echo \"a\necho \"b\"\n"), Some("\"a"));
        assert_eq!(at("echo 'a\necho b\n"), Some("'a"));
        assert_eq!(at("x=`echo \"a`; y=`echo b`\necho \"c\n"), Some("\"c"));
        assert_eq!(at("echo \"a\nb\"c \"\nd\"e \"\n"), Some("\"a"));
        assert_eq!(at("echo 'It is\nnot what you've seen'\nls\n"), Some("'ve seen'"));
    }

    #[test]
    fn quotes_in_all_their_places() {
        for text in [
            "echo \"a $(echo \"b\" | sed 's/\"//') c\" # don't\n",
            "cat <<E\nit's \"open\nE\necho 'x'\n",
            "cat <<-'E'\n\tit's\n\tE\n",
            "v=\"${value#'\"'}\"; w=\"${v:-it's}\"\n",
            "x=$((16#ff)); y=${#x}; ((x<<2)); echo $'it\\'s'\n",
            "case $1 in a) echo \"b\";; esac\nx=`echo \"y\"`\n",
            "awk '{ print \"a\" }' file; echo a#b\n",
            "x=`echo \"$(echo \"y\")\"`; z=`echo \"it's\"`\n",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
