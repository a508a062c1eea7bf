//! Reads flag lists, and keeps to the combinations that are defined.
use moneta_script::VerifyFlags;

/// Reads `P2SH,WITNESS`; the empty list and `NONE` are no flags.
pub(crate) fn parse(list: &str) -> VerifyFlags {
    let names = list.split(',').filter(|name| !matches!(*name, "" | "NONE"));
    names.fold(VerifyFlags::NONE, |flags, name| {
        flags | VerifyFlags::from_name(name).unwrap_or_else(|| panic!("no flag {name}"))
    })
}

/// Adds what the set asks for: `WITNESS` for `CLEANSTACK`, `P2SH` for `WITNESS`.
pub(crate) fn fill(mut flags: VerifyFlags) -> VerifyFlags {
    if flags.contains(VerifyFlags::CLEANSTACK) {
        flags = flags | VerifyFlags::WITNESS;
    }
    if flags.contains(VerifyFlags::WITNESS) {
        flags = flags | VerifyFlags::P2SH;
    }
    flags
}

/// Takes away what is left without the flag that it asks for.
pub(crate) fn trim(mut flags: VerifyFlags) -> VerifyFlags {
    if !flags.contains(VerifyFlags::P2SH) {
        flags = flags.without(VerifyFlags::WITNESS);
    }
    if !flags.contains(VerifyFlags::WITNESS) {
        flags = flags.without(VerifyFlags::CLEANSTACK);
    }
    flags
}

/// Every single flag.
pub(crate) fn each() -> impl Iterator<Item = VerifyFlags> {
    VerifyFlags::NAMES.iter().map(|(_, flag)| *flag)
}
