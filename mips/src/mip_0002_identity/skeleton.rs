//! What of a handle the eye keeps: two handles with one skeleton look alike.

/// Letters and pairs that are read as others, in the order in which they are replaced.
const LOOKS_LIKE: [(&str, &str); 9] = [
    ("-", ""),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("5", "s"),
    ("rn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("nn", "m"),
];

/// Returns the skeleton of a handle: hyphens dropped, `0` read as `o`, `1` and `i` as `l`, `5` as `s`, then `rn` and
/// `nn` as `m`, `vv` as `w`, `cl` as `d`, each from left to right and in this order.
pub fn skeleton(handle: &str) -> String {
    let replaced = LOOKS_LIKE.iter();
    replaced.fold(handle.to_owned(), |text, (seen, read)| {
        text.replace(seen, read)
    })
}
