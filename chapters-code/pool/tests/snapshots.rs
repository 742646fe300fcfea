//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{check, exact};
