//! Whether all facts of a question agree with their marks.

use supervisor::record::Record;
use supervisor::timeline::Timeline;

use crate::predict::fact::Claim;
use crate::predict::question::{Marked, Question};
use crate::predict::{Finding, Mistake, printed, ran};

/// Where the facts of one listing are found. Each may be missing, which is a mistake only where a fact needs it.
pub trait Evidence {
    /// What the listing printed.
    ///
    /// # Errors
    ///
    /// A sentence for the author.
    fn record(&self) -> Result<Record, String>;

    /// How it ran.
    ///
    /// # Errors
    ///
    /// A sentence for the author.
    fn timeline(&self) -> Result<Timeline, String>;
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
            .map_err(|problem| format!("`{written}` cannot be told: {problem}"))?;
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
        Claim::Printed(claim) => printed::judge(claim, &evidence.record()?),
        Claim::Ran(claim) => ran::judge(claim, &evidence.timeline()?),
    }
}
