//! What the files of the last run gave: an editor asks again after each edit, and all files but one are what they were.
//!
//! Every file is read again and its text compared; what follows from a path and a text alone is kept: what the file is, and
//! the parsed document. Nothing here decides anything, so that a run with it says what one without it says.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::classify::{self, Wanted};
use super::mode;
use super::read::{self, Content, Damage};
use super::{File, Registered, file, globs, register};
use crate::discover::Candidate;
use crate::document::Document;
use crate::source::{Source, Sources};

/// The document of a file, once somebody asked for it; shared by all runs that keep the file.
pub(super) type Parsed = Arc<OnceLock<Option<Arc<Document>>>>;

/// What a run keeps for the next one.
#[derive(Debug, Default)]
pub struct Kept {
    /// What it depends on beside the files: the globs of Markdown files, and the largest size.
    under: Option<(Vec<String>, Option<u64>)>,
    files: HashMap<String, KeptFile>,
    /// How many files the last run made anew.
    renewed: usize,
}

#[derive(Debug)]
struct KeptFile {
    disk: Option<PathBuf>,
    wanted: Wanted,
    /// Whether its bytes were not wanted; `None` where they could not be read as text.
    skipped: Option<bool>,
    source: Arc<Source>,
    file: File,
}

/// A candidate, read again.
enum Again<'k> {
    Same(&'k KeptFile),
    Read(Wanted, Content),
}

/// A candidate with its number.
enum Numbered {
    /// The file as it was.
    Known(Box<File>),
    New(Wanted, Box<Registered>),
}

impl Kept {
    /// How many files the last run could not take over from the one before.
    pub fn renewed(&self) -> usize {
        self.renewed
    }

    /// Drops what was made under other settings, and the files that are gone.
    fn prepare(&mut self, candidates: &[Candidate], markdown: &[String], sources: &Sources) {
        let under = Some((markdown.to_vec(), sources.largest()));
        if self.under != under {
            self.files.clear();
            self.under = under;
        }
        // Few are ever gone: most runs have nothing to look for.
        if self.files.len() > candidates.len() {
            let there: std::collections::HashSet<&str> = candidates.iter().map(|c| c.path.as_str()).collect();
            self.files.retain(|path, _| there.contains(path.as_str()));
        }
    }
}

/// Reads all candidates as [`super::load`] does, with what the last run `kept`.
pub fn load_again(candidates: &[Candidate], markdown: &[String], sources: &Sources, kept: &mut Kept) -> Vec<File> {
    kept.prepare(candidates, markdown, sources);
    let markdown = globs(markdown);
    let last = &kept.files;
    let read = |candidate: &Candidate| {
        let known = last.get(&candidate.path).filter(|known| known.disk == candidate.disk && known.disk.is_some());
        let wanted = known.map_or_else(
            || if markdown.is_match(&candidate.path) { Wanted::Whole } else { classify::wanted(&candidate.path) },
            |known| known.wanted,
        );
        let content = read::read_as(candidate, wanted, sources);
        let same = |known: &&KeptFile| match &content {
            Content::Text(text) => known.skipped == Some(false) && known.source.text == *text,
            Content::Skipped => known.skipped == Some(true),
            Content::Broken { .. } => false,
        };
        known.filter(same).map_or_else(|| Again::Read(wanted, content), Again::Same)
    };
    let contents: Vec<Again<'_>> = candidates.par_iter().map(read).collect();
    // One by one: the order of the sources is part of the result.
    let registered = candidates.iter().zip(contents).map(|(candidate, again)| match again {
        Again::Same(known) => {
            let id = sources.add_shared(Arc::clone(&known.source));
            if id == known.file.source {
                Numbered::Known(Box::new(known.file.clone()))
            } else {
                Numbered::New(known.wanted, Box::new(moved(known, id)))
            }
        }
        Again::Read(wanted, content) => Numbered::New(wanted, Box::new(Registered::of(candidate, content, sources))),
    });
    let registered: Vec<Numbered> = registered.collect();
    let parse = |(candidate, one): (&Candidate, Numbered)| {
        sources.count();
        match one {
            // Its text alone is what it was.
            Numbered::Known(known) => (File { mode: mode::of(candidate, &known.verdict, &known.text), ..*known }, None),
            Numbered::New(wanted, read) => {
                let skipped = if read.damage == Some(Damage::Lost) || !read.problems.is_empty() {
                    None
                } else {
                    Some(read.skipped)
                };
                let made = File { parsed: Some(Parsed::default()), ..file(candidate, &markdown, *read) };
                (made, Some((wanted, skipped)))
            }
        }
    };
    let files: Vec<_> = candidates.par_iter().zip(registered).map(parse).collect();
    kept.renewed = files.iter().filter(|(_, new)| new.is_some()).count();
    let keep = |(file, new): (File, Option<(Wanted, Option<bool>)>)| {
        if let Some((wanted, skipped)) = new {
            let source = sources.get(file.source);
            let known = KeptFile { disk: file.disk.clone(), wanted, skipped, source, file: file.clone() };
            kept.files.insert(file.path.clone(), known);
        }
        file
    };
    files.into_iter().map(keep).collect()
}

/// A known file whose number is another one now: places in it are other places.
fn moved(known: &KeptFile, id: crate::source::SourceId) -> Registered {
    let skipped = known.skipped == Some(true);
    Registered { source: id, text: super::whole(id, &known.source.text), problems: Vec::new(), damage: None, skipped }
}

impl Registered {
    /// Registers what was read.
    pub(super) fn of(candidate: &Candidate, content: Content, sources: &Sources) -> Self {
        let damage = if let Content::Broken { damage, .. } = &content { Some(*damage) } else { None };
        let skipped = matches!(content, Content::Skipped);
        let (source, text, problems) = register(candidate, content, sources);
        Self { source, text, problems, damage, skipped }
    }
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
