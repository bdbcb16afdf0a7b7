//! Files of no known format.

use crate::outline::{outline, survives_damage};

#[test]
fn every_line_is_kept_and_a_final_line_end_adds_none() {
    let expected = ["line 1 \"# all: a\"", "line 2 \"\"", "line 3 \"\\tb \""];
    assert_eq!(outline("Makefile", "# all: a\n\n\tb \n"), expected);
    assert_eq!(outline("Makefile", "# all: a\r\n\r\n\tb "), expected);
    assert_eq!(outline("Makefile", ""), Vec::<String>::new());
    assert_eq!(outline("Makefile", "\n\n"), ["line 1 \"\"", "line 2 \"\""]);
}

#[test]
fn damage_never_panics() {
    survives_damage("Jenkinsfile", "a\r\nbé\n\tc\n");
}
