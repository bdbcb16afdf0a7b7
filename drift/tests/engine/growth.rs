//! The hardest pairs are compared exactly, small and large; how their time grows is measured in `benches/engine.rs`.

use crate::deltas;
use crate::worst::WORST;

#[test]
fn the_hardest_pairs_give_exactly_what_differs() {
    for shape in &WORST {
        for parts in [1, shape.parts, shape.parts * 10] {
            let (old, new, expected) = (shape.pair)(parts);
            assert_eq!(deltas("a.json", &old, &new).len(), expected, "{}, {parts} parts", shape.name);
        }
    }
}
