//! What each listing of the chapter prints, and what about that is guaranteed.

use records::refused;

#[test]
fn borrowed_local() {
    refused!("borrowed_local", "E0373");
}
