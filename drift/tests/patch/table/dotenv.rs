//! dotenv files.

use super::{Case, check};

const CASES: &[Case] = &[
    ("a value", "# top\nA=1 # one\nB=2\n", "A=3\nB=4\n", &["/A"], "# top\nA=3 # one\nB=2\n"),
    ("export stays", "export A=1\nB=1\n", "A=2\nB=2\n", &["/A"], "export A=2\nB=1\n"),
    ("export comes in", "A=1\nC=1\n", "A=1\nexport B='x y' # b\nC=2\n", &["/B"], "A=1\nexport B='x y'\nC=1\n"),
    ("quotes come with the value", "A=\"x\" # a\nB=1\n", "A='y # z'\nB=2\n", &["/A"], "A='y # z' # a\nB=1\n"),
    ("references stay text", "A=${B}/x\nB=1\n", "A=${B}/y\nB=2\n", &["/A"], "A=${B}/y\nB=1\n"),
    ("a value of several lines", "A=\"x\ny\"\nB=1\n", "A=\"x\nz\nw\"\nB=2\n", &["/A"], "A=\"x\nz\nw\"\nB=1\n"),
    ("a key goes", "A=1 # gone\n# stays\nB=2\nC=3\n", "B=2\nC=4\n", &["/A"], "# stays\nB=2\nC=3\n"),
    ("a key that stands twice goes", "A=1\nB=2\nA=3\n", "B=4\n", &["/A"], "B=2\n"),
    ("a key comes in in front of none", "# none\n", "A=1\nB=2\n", &["/A"], "# none\nA=1\n"),
    ("line ends stay", "A=1\r\nB=2\r\n", "A=2\nB=2\nC=3\n", &["/C"], "A=1\r\nB=2\r\nC=3\r\n"),
    ("an empty value", "A=\nB=1\n", "A=5\nB=2\n", &["/A"], "A=5\nB=1\n"),
    ("an empty file", "", "A=1\nB=2\n", &["/B"], "B=2\n"),
];

#[test]
fn dotenv_keeps_every_other_byte() {
    check(".env", CASES);
}
