//! What a served page may do: run this server's own scripts and nothing else, ask nobody but this server for anything.
//!
//! Scripts that stand in a page, as mdBook's template has some, are allowed by the hash of what they say. Whatever got into a
//! page in another way, say by a mistake in what shows the output of a program, stays text.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// For everything that is no page.
pub(crate) const NOT_A_PAGE: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The policy of a page, for its `Content-Security-Policy`. Drawings have measures in their `style` attributes.
pub(crate) fn of_page(html: &str) -> String {
    let hashes: String = inline_scripts(html).map(|script| format!(" 'sha256-{}'", hash(script))).collect();
    format!(
        "default-src 'none'; script-src 'self'{hashes}; style-src 'self'; style-src-attr 'unsafe-inline'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; \
         base-uri 'self'; form-action 'none'"
    )
}

fn hash(script: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(script))
}

/// What stands between `<script>` and its end. Text that looks so is escaped in a page.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script>").skip(1).filter_map(|rest| rest.split_once("</script>")).map(|(script, _)| script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_in_the_page_is_allowed_by_what_it_says() {
        let html =
            "<script src=\"a.js\"></script><script>one()</script>&lt;script><script>\ntwo()\n</script>";
        assert_eq!(inline_scripts(html).collect::<Vec<_>>(), ["one()", "\ntwo()\n"]);
        let policy = of_page(html);
        // As `printf 'one()' | openssl dgst -sha256 -binary | base64` says.
        assert!(
            policy
                .contains("script-src 'self' 'sha256-HR7iaask9daLMRRskMI++QeJtjWDOjyPA6lGzYGzKW4=' 'sha256-"),
            "{policy}"
        );
        assert!(!of_page("<p>text</p>").contains("sha256"));
    }

    #[test]
    fn no_policy_allows_scripts_in_general() {
        for policy in [of_page("<script>one()</script>"), NOT_A_PAGE.to_owned()] {
            let scripts = policy.split("; ").find(|part| part.starts_with("script-src"));
            assert!(scripts.is_none_or(|scripts| !scripts.contains("unsafe")), "{policy}");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("http"), "{policy}");
        }
    }
}
