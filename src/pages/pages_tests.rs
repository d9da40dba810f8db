//! The shape of the pages.

use super::*;
use crate::check::rules::RuleSet;
use crate::knowledge::Knowledge;

#[test]
fn every_rule_has_a_page_with_the_fixed_headings() {
    let (rules, knowledge) = (RuleSet::embedded().expect("rules"), Knowledge::embedded().expect("knowledge"));
    for rule in rules.iter() {
        let page = page(rule, &rules, &knowledge);
        for heading in ["## What it finds", "## Why it matters", "## Examples", "## Evidence", "## Suppress"] {
            assert!(page.contains(&format!("\n{heading}\n")), "{} lacks {heading}", rule.id);
        }
    }
    let index = index(&rules);
    assert!(rules.iter().all(|r| index.contains(&format!("| [{}](", r.id))));
}

#[test]
fn a_page_shows_the_message_of_its_first_bad_example() {
    let (rules, knowledge) = (RuleSet::embedded().expect("rules"), Knowledge::embedded().expect("knowledge"));
    let page = page(rules.get("duplicate-key").expect("the rule"), &rules, &knowledge);
    assert!(page.contains("> the key `image` stands twice in this mapping"), "{page}");
}

#[test]
fn the_reference_holds_every_subject() {
    let reference = reference();
    for subject in crate::model::subject::Subject::ALL {
        assert!(reference.contains(&format!("\n## {}\n", subject.schema().name)));
    }
}

#[test]
fn a_dump_shows_facts_with_places() {
    let rules = RuleSet::embedded().expect("rules");
    let rule = rules.get("duplicate-key").expect("the rule");
    let example = &rule.file.examples.bad[0];
    let audit = crate::examples::audit(rule, example, &rules, &Knowledge::default()).expect("audit");
    let dump = dump(&audit, &[]);
    assert!(dump.contains("problem (1)\n  problem  compose.yml:5:5\n    kind = \"duplicate-key\"\n"), "{dump}");
}
