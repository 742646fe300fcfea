//! Whether all facts of a question agree with their marks.

use records::record::Record;
use records::refusal::Refusal;
use records::timeline::Timeline;

use crate::predict::fact::Claim;
use crate::predict::question::{Marked, Question};
use crate::predict::{Finding, Mistake, printed, ran, refused};

/// Where the facts of one listing are found. Each may be missing, which is a mistake only where a fact needs it.
pub trait Evidence {
    /// What the listing printed.
    ///
    /// # Errors
    ///
    /// A sentence for the author.
    fn record(&self) -> Result<&Record, String>;

    /// How it ran.
    ///
    /// # Errors
    ///
    /// A sentence for the author.
    fn timeline(&self) -> Result<&Timeline, String>;

    /// What the compiler said; nothing if the listing compiles.
    ///
    /// # Errors
    ///
    /// A sentence for the author.
    fn refusal(&self) -> Result<Option<&Refusal>, String>;
}

/// Everything that the record says otherwise.
pub fn judge(question: &Question, evidence: &impl Evidence) -> Vec<Mistake> {
    let wrong = |marked| compare(marked, evidence).err();
    let at = |marked: &Marked, message| Mistake { line: marked.line, message };
    question.marked().filter_map(|marked| wrong(marked).map(|message| at(marked, message))).collect()
}

fn compare(marked: &Marked, evidence: &impl Evidence) -> Result<(), String> {
    let mut all_true = vec![];
    for (fact, written) in &marked.facts {
        let finding = find(&fact.claim, evidence)
            .map_err(|problem| format!("`{written}` cannot be decided: {problem}"))?;
        let said = finding.said;
        match finding.holds != fact.negated {
            true => all_true.push(format!("`{written}` is true: {said}")),
            false if marked.hold => {
                return Err(format!("this is marked right, but `{written}` is false: {said}"));
            }
            // One is enough to make a choice wrong, but the others have to be facts, too.
            false => {}
        }
    }
    match !marked.hold && all_true.len() == marked.facts.len() {
        true => Err(format!("this is marked wrong, but {}", all_true.join(", and "))),
        false => Ok(()),
    }
}

fn find(claim: &Claim, evidence: &impl Evidence) -> Result<Finding, String> {
    match claim {
        Claim::Printed(claim) => printed::judge(claim, evidence.record()?),
        Claim::Ran(claim) => ran::judge(claim, evidence.timeline()?),
        Claim::Refused(claim) => Ok(refused::judge(claim, evidence.refusal()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::timeline::cases::greeting;
    use crate::predict::part::{Part, parts};

    const OUTPUT: &str = "promise: exact\nended: exit code 0\nstdout:\n  | Hello Process World\nstderr:\n";

    struct Kept {
        record: Result<Record, String>,
        timeline: Result<Timeline, String>,
    }

    impl Evidence for Kept {
        fn record(&self) -> Result<&Record, String> {
            self.record.as_ref().map_err(Clone::clone)
        }

        fn timeline(&self) -> Result<&Timeline, String> {
            self.timeline.as_ref().map_err(Clone::clone)
        }

        fn refusal(&self) -> Result<Option<&Refusal>, String> {
            Ok(None)
        }
    }

    fn both() -> Kept {
        Kept { record: Ok(OUTPUT.parse().expect("a record")), timeline: Ok(greeting()) }
    }

    fn mistakes(answers: &str, evidence: &Kept) -> Vec<(usize, String)> {
        let page = format!("```predict a/b\nWhat?\n\n{answers}\n\nSo.\n```\n");
        let parts = parts(&page);
        let [(1, Part::Block(block))] = &parts[..] else { panic!("{parts:?}") };
        let question = Question::read(block).unwrap_or_else(|e| panic!("{e:?}"));
        judge(&question, evidence).into_iter().map(|mistake| (mistake.line, mistake.message)).collect()
    }

    #[test]
    fn marks_that_agree_pass() {
        let choices = "- [x] it compiles <!-- not refused -->\n- [ ] it does not <!-- refused -->";
        assert_eq!(mistakes(choices, &both()), []);
        let choices = "- [x] one <!-- lines 1 -->\n- [ ] two <!-- lines 2 -->\n- [x] no orphan <!-- not orphan \"Process-1\" -->\n- [ ] not two <!-- not processes 2 -->";
        assert_eq!(mistakes(choices, &both()), []);
        assert_eq!(mistakes("<!-- lines 1 -->\n<!-- not processes 1 -->", &both()), []);
    }

    #[test]
    fn each_mark_that_disagrees_is_told_what_is_the_case() {
        let choices = "- [ ] one <!-- lines 1 -->\n- [x] two <!-- lines 2 -->\n- [x] an orphan <!-- orphan \"Process-1\" -->\n- [ ] none <!-- not orphan \"Process-1\" -->";
        let said = [
            (4, "this is marked wrong, but `lines 1` is true: it prints 1 line".to_owned()),
            (5, "this is marked right, but `lines 2` is false: it prints 1 line".to_owned()),
            (
                6,
                "this is marked right, but `orphan \"Process-1\"` is false: `Process-1` never becomes an orphan".to_owned(),
            ),
            (
                7,
                "this is marked wrong, but `not orphan \"Process-1\"` is true: `Process-1` never becomes an orphan".to_owned(),
            ),
        ];
        assert_eq!(mistakes(choices, &both()), said);
    }

    #[test]
    fn an_open_question_needs_all_of_its_facts() {
        let found = mistakes("<!-- lines 1 -->\n<!-- processes 3 -->", &both());
        assert_eq!(
            found,
            [(5, "this is marked right, but `processes 3` is false: there are 2 processes".to_owned())]
        );
    }

    #[test]
    fn a_choice_is_right_if_all_of_its_facts_are() {
        let two = |mark: &str, other: &str| {
            format!("- [{mark}] this <!-- lines 1 --> <!-- {other} -->\n- [x] that <!-- lines 1 -->")
        };
        assert_eq!(mistakes(&two("x", "processes 2"), &both()), []);
        assert_eq!(mistakes(&two(" ", "processes 3"), &both()), []);
        let found = mistakes(&two("x", "processes 3"), &both());
        assert!(found[0].1.contains("`processes 3` is false"), "{found:?}");
        let found = mistakes(&two(" ", "processes 2"), &both());
        assert!(
            found[0].1.contains("`lines 1` is true: it prints 1 line, and `processes 2` is true"),
            "{found:?}"
        );
        // What cannot be decided makes nothing wrong.
        let found = mistakes(&two(" ", "orphan \"Process-2\""), &both());
        assert!(found[0].1.contains("`orphan \"Process-2\"` cannot be decided"), "{found:?}");
    }

    #[test]
    fn a_record_is_missed_only_where_a_fact_needs_it() {
        let output = Kept { timeline: Err("no timeline".to_owned()), ..both() };
        assert_eq!(mistakes("<!-- lines 1 -->", &output), []);
        let told = mistakes("<!-- processes 2 -->", &output);
        assert_eq!(told, [(4, "`processes 2` cannot be decided: no timeline".to_owned())]);
        let nothing = Kept { record: Err("no record".to_owned()), ..output };
        let told = mistakes("<!-- not lines 2 -->", &nothing);
        assert_eq!(told, [(4, "`not lines 2` cannot be decided: no record".to_owned())]);
    }
}
