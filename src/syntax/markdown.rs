//! Markdown playbooks: their fenced code blocks.
//!
//! Each block is a `Text` with its indentation removed, so that a finding in it points into the Markdown file. What a
//! block is for is guessed from its language and from the file name that the words above it give; `expand` decides.

use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::{Builder, Text};

/// How many blocks of a file are audited: each may be a deployment of its own.
const MAX_BLOCKS: usize = 1_000;

/// A parsed Markdown file.
#[derive(Debug, Clone, Default)]
pub struct Markdown {
    /// The fenced blocks that name a language, in order.
    pub blocks: Vec<Block>,
}

/// A fenced block.
#[derive(Debug, Clone)]
pub struct Block {
    /// The first word after the fence, in small letters.
    pub language: String,
    /// The file that the block is, where the line above or its heading names one in backquotes.
    pub file: Option<String>,
    /// The content.
    pub text: Text,
    /// The content's place.
    pub span: Span,
}

/// Parses `text`.
pub fn parse(text: &Text) -> (Markdown, Vec<Problem>) {
    let source = text.value();
    let mut markdown = Markdown::default();
    let mut open: Option<Fence> = None;
    let mut named = None;
    let mut at = 0;
    while at < source.len() {
        let rest = source.get(at..).unwrap_or("");
        let len = rest.find('\n').map_or(rest.len(), |n| n + 1);
        let line = rest.get(..len).unwrap_or("");
        let content = line.trim();
        match &open {
            Some(fence) if fence.closes(content) => {
                markdown.blocks.extend(fence.block(text, at));
                open = None;
                named = None;
            }
            Some(_) => {}
            None => {
                open = Fence::open(line, at + len, named.clone());
                if open.is_none() && !content.is_empty() {
                    // A name in a heading stays until the next heading or block; one in prose only for the next block.
                    named = file_name(content).or_else(|| named.filter(|_| !content.starts_with('#')));
                }
            }
        }
        at += len;
    }
    let behind = markdown.blocks.get(MAX_BLOCKS).map(|block| {
        let message = format!("it has more than {MAX_BLOCKS} fenced blocks: those from here on are not audited");
        Problem::new(ProblemKind::Unparsable, message, block.text.span_at(0..0)).help("split the file")
    });
    markdown.blocks.truncate(MAX_BLOCKS);
    (markdown, behind.into_iter().collect())
}

/// An open fence.
struct Fence {
    sign: char,
    length: usize,
    indent: usize,
    language: String,
    file: Option<String>,
    /// Where the content begins.
    start: usize,
}

impl Fence {
    fn open(line: &str, start: usize, file: Option<String>) -> Option<Self> {
        let content = line.trim_start_matches([' ', '\t']);
        let sign = content.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = content.trim_start_matches(sign);
        let length = content.len() - info.len();
        if length < 3 || sign == '`' && info.contains('`') {
            return None;
        }
        let word = info.split([' ', '\t', '{', '\n', '\r', ',']).find(|w| !w.is_empty()).unwrap_or("");
        let language = word.trim_matches(['.', '}']).to_ascii_lowercase();
        Some(Self { sign, length, indent: line.len() - content.len(), language, file, start })
    }

    fn closes(&self, content: &str) -> bool {
        content.len() >= self.length && content.chars().all(|c| c == self.sign)
    }

    /// The block that ends before `end`, where it names a language.
    fn block(&self, text: &Text, end: usize) -> Option<Block> {
        if self.language.is_empty() {
            return None;
        }
        let span = text.span_at(self.start..end);
        let mut builder = Builder::new(span);
        let mut at = self.start;
        while at < end {
            let rest = text.value().get(at..end).unwrap_or("");
            let len = rest.find('\n').map_or(rest.len(), |n| n + 1);
            let blank = rest.chars().take(self.indent).take_while(|c| matches!(c, ' ' | '\t')).count();
            builder.text(&text.slice(at + blank..at + len));
            at += len;
        }
        Some(Block { language: self.language.clone(), file: self.file.clone(), text: builder.finish(), span })
    }
}

/// The last path in backquotes on the line that looks like a file.
fn file_name(line: &str) -> Option<String> {
    let quoted = line.split('`').skip(1).step_by(2);
    let file = |w: &&str| {
        let name = w.rsplit('/').next().unwrap_or(w);
        !w.contains(char::is_whitespace) && !name.is_empty() && (name.contains('.') || name == "Dockerfile")
    };
    quoted.filter(file).last().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources};

    fn read(source: &str) -> Vec<Block> {
        let id = Sources::default().add(Source::new("a.md", None, source));
        parse(&Text::literal(source, Span::new(id, 0, source.len()))).0.blocks
    }

    #[test]
    fn blocks_lose_their_indentation_and_keep_their_places() {
        let source = "1. do\n\n   ```bash title=x\n   a \\\n     b\n\n   c\n   ```\n\n~~~~ yaml\n```\nx: 1\n~~~~\n";
        let blocks = read(source);
        let shown: Vec<_> = blocks.iter().map(|b| (b.language.as_str(), b.text.value())).collect();
        assert_eq!(shown, [("bash", "a \\\n  b\n\nc\n"), ("yaml", "```\nx: 1\n")]);
        let at = blocks[0].text.value().find('c').expect("a c");
        let span = blocks[0].text.slice(at..at + 1).span();
        assert_eq!(&source[span.start as usize..span.end as usize], "c");
        assert_eq!(span.start as usize, source.find("c\n   ```").expect("the last line"));
    }

    #[test]
    fn a_name_above_a_block_is_its_file() {
        let source = "#### unit (`/etc/systemd/system/x.service`)\n\n```ini\n```\n\n```bash\n```\n\nWrite `a.env` here:\n```ini\n```\n";
        let files: Vec<_> = read(source).into_iter().map(|b| b.file).collect();
        assert_eq!(files, [Some("/etc/systemd/system/x.service".to_owned()), None, Some("a.env".to_owned())]);
    }

    #[test]
    fn hostile_input_is_read_without_harm() {
        for source in ["", "```", "```a", "```a\n", "```\n```", "~~~é\né\n~~~", "   ```x\n é\n```"] {
            let _ = read(source);
        }
    }
}
