//! Whole pages as they were last approved, so that a change of markup is seen in review.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p moneta-pages` approves what is rendered now.
use std::path::PathBuf;
use std::{env, fs};

use crate::sample::pages;
use crate::{Lang, files};

const SHOWN: [&str; 4] = ["home", "tx-payment", "asset", "error-tx"];

#[test]
fn pages_are_as_last_approved() {
    for lang in Lang::ALL {
        for (name, html) in pages(lang)
            .into_iter()
            .filter(|(name, _)| SHOWN.contains(name))
        {
            let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                .join("src/tests/snapshots")
                .join(format!("{name}.{}.html", lang.tag()));
            // Style, script and mark may change without changing a page.
            let html = [files::STYLE, files::SCRIPT, files::LOGO]
                .into_iter()
                .fold(html, |html, file| html.replace(file.path(), file.name));
            if env::var_os("UPDATE_SNAPSHOTS").is_some() {
                fs::create_dir_all(path.parent().expect("a folder"))
                    .expect("snapshots are writable");
                fs::write(&path, &html).expect("snapshots are writable");
            }
            let approved = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                html == approved,
                "{} differs from what was approved; look at it, then run with UPDATE_SNAPSHOTS=1",
                path.display()
            );
        }
    }
}
