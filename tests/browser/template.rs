//! `theme/index.hbs` takes the place of mdBook's template. What it changes is kept as a reviewed record, so that neither a
//! new version of mdBook nor an edit of ours changes it unseen.

use std::fs;
use std::path::Path;

use mdbook_driver::config::HtmlConfig;
use mdbook_html::theme::Theme;
use similar::TextDiff;

#[test]
fn the_difference_from_mdbooks_template_is_the_reviewed_one() {
    let upstream = tempfile::tempdir().expect("a folder");
    Theme::copy_theme(&HtmlConfig::default(), upstream.path()).expect("mdBook hands out its theme");
    let theirs = fs::read_to_string(upstream.path().join("theme/index.hbs")).expect("mdBook's template");
    let ours = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("theme/index.hbs"))
        .expect("our template");
    let difference = TextDiff::from_lines(&theirs, &ours).unified_diff().context_radius(1).to_string();
    insta::with_settings!({ description => "mdBook's index.hbs against ours", omit_expression => true }, {
        insta::assert_snapshot!("index.hbs", difference);
    });
}
