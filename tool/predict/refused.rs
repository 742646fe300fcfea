//! Whether a claim about the compiler holds, by the record of a listing that must not compile. Any other listing compiles.

use records::refusal::Refusal;

use crate::predict::Finding;
use crate::predict::fact::Refused;

/// What the record says.
pub fn judge(claim: &Refused, refusal: Option<&Refusal>) -> Finding {
    let errors = refusal.map(|refusal| refusal.errors.as_slice()).unwrap_or_default();
    let holds = match claim {
        Refused::AtAll => !errors.is_empty(),
        Refused::With(code) => errors.iter().any(|error| error.code() == code),
        Refused::At(line) => errors.iter().any(|error| error.line == Some(*line)),
    };
    let said =
        refusal.map_or_else(|| "it compiles".to_owned(), |refusal| format!("it is {}", refusal.promise()));
    Finding { holds, said }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_held_against_all_errors() {
        let text = "promise: refused with E0382 at line 3, no code\ncompiler: rustc 1.2.3\nmessage:\n";
        let refusal: Refusal = text.parse().expect("a record");
        for (claim, holds) in [
            (Refused::AtAll, true),
            (Refused::With("E0382".into()), true),
            (Refused::With("no code".into()), true),
            (Refused::With("E0373".into()), false),
            (Refused::At(3), true),
            (Refused::At(4), false),
        ] {
            let finding = judge(&claim, Some(&refusal));
            assert_eq!(finding.holds, holds, "{claim:?}");
            assert_eq!(finding.said, "it is refused with E0382 at line 3, no code");
            let finding = judge(&claim, None);
            assert!(!finding.holds && finding.said == "it compiles", "{claim:?}");
        }
    }
}
