//! Style, script and drawings, in the binary; a file's path names its content, so it may be cached for ever.
use std::sync::LazyLock;

/// A file that pages refer to.
#[derive(Debug, Clone, Copy)]
pub struct StaticFile {
    /// Its name, such as `style.css`.
    pub name: &'static str,
    /// What it is.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// The style sheet of every page.
pub const STYLE: StaticFile = StaticFile {
    name: "style.css",
    content_type: "text/css; charset=utf-8",
    bytes: include_bytes!("style.css"),
};
/// The script of every page, which pages can do without.
pub const SCRIPT: StaticFile = StaticFile {
    name: "script.js",
    content_type: "text/javascript; charset=utf-8",
    bytes: include_bytes!("script.js"),
};
/// The mark: a coin that bears the temple of Juno Moneta, where Rome struck its coins.
pub const LOGO: StaticFile = StaticFile {
    name: "logo.svg",
    content_type: "image/svg+xml",
    bytes: include_bytes!("logo.svg"),
};

/// Every file with its path, `/static/<16 hex digits of its content>/<name>`.
static FILES: LazyLock<[(String, StaticFile); 3]> = LazyLock::new(|| {
    [STYLE, SCRIPT, LOGO].map(|file| {
        let path = format!("/static/{:016x}/{}", fingerprint(file.bytes), file.name);
        (path, file)
    })
});

impl StaticFile {
    /// Returns the path under which the file is served.
    pub fn path(&self) -> &'static str {
        FILES
            .iter()
            .find(|(_, file)| file.name == self.name)
            .map(|(path, _)| path.as_str())
            .expect("every constant of this module stands in the table")
    }
}

/// Returns the file that is served under `path`, or `None`; an outdated path finds nothing.
pub fn find(path: &str) -> Option<&'static StaticFile> {
    FILES
        .iter()
        .find(|(known, _)| known == path)
        .map(|(_, file)| file)
}

/// Returns the 64-bit FNV-1a hash of `bytes`: tells versions of our own files and pages apart, and guards
/// nothing.
pub fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_under_its_own_path_only() {
        for file in [STYLE, SCRIPT, LOGO] {
            let found = find(file.path()).expect("its own path");
            assert_eq!(found.name, file.name);
        }
        assert!(find("/static/0000000000000000/style.css").is_none());
        assert!(find("/static/../Cargo.toml").is_none());
    }

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
