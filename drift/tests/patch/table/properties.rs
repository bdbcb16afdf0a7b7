//! Java properties.

use super::{Case, check};

const CASES: &[Case] = &[
    ("a value", "# top\na = 1\n! two\nb:2\n", "a=3\nb=4\n", &["/a"], "# top\na = 3\n! two\nb:2\n"),
    ("a separator of its own", "a:1\nb 2\n", "a=1\nb=3\na2=1\n", &["/b"], "a:1\nb 3\n"),
    ("a key comes in behind its sibling", "a=1\n\n# c\nc=3\n", "a=1\nb=2\nc=4\n", &["/b"], "a=1\nb=2\n\n# c\nc=3\n"),
    ("a key comes in at the end", "a=1\n", "a=2\nb=2\n", &["/b"], "a=1\nb=2\n"),
    ("a key goes", "a=1\n# stays\nb=2\nc=3\n", "a=2\nc=3\n", &["/b"], "a=1\n# stays\nc=3\n"),
    (
        "a value of several lines",
        "a=x,\\\n  y\nb=1\n",
        "a=x,\\\n  z,\\\n  w\nb=2\n",
        &["/a"],
        "a=x,\\\n  z,\\\n  w\nb=1\n",
    ),
    ("a key of several lines goes", "a=x,\\\n  y\nb=1\n", "b=2\n", &["/a"], "b=1\n"),
    ("escapes come with the value", "a=\\u00e4\nb=1\n", "a=c\\:\\\\d\nb=2\n", &["/a"], "a=c\\:\\\\d\nb=1\n"),
    ("escaped keys", "a\\ b=1\nc\\=d=1\n", "a\\ b=2\nc\\=d=2\n", &["/a b"], "a\\ b=2\nc\\=d=1\n"),
    ("line ends stay", "a=1\r\nb=2\r\n", "a=2\nb=2\nc=3\n", &["/c"], "a=1\r\nb=2\r\nc=3\r\n"),
    ("an empty value", "a\nb=1\n", "a=5\nb=2\n", &["/a"], "a=5\nb=1\n"),
    ("a value becomes empty", "a = 5\nb=1\n", "a=\nb=2\n", &["/a"], "a=\nb=1\n"),
    ("a file without keys", "# none\n", "a=1\nb=2\n", &["/b"], "# none\nb=2\n"),
    ("an empty file", "", "a=1\nb=2\n", &["/b"], "b=2\n"),
    ("no line end at the end", "a=1", "a=2\nb=2", &["/b"], "a=1\nb=2"),
];

#[test]
fn properties_keep_every_other_byte() {
    check("app.properties", CASES);
}
