//! Writes every page with sample data into a folder, to be looked at: `cargo run -p moneta-pages --example gallery -- OUT`.
//!
//! Paths of style, script and mark are made relative, so the pages open from disk.

mod sample;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use moneta_pages::{Lang, files};

fn main() -> io::Result<()> {
    let Some(out) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("name a folder: gallery -- OUT_DIR"));
    };
    for file in [files::STYLE, files::SCRIPT, files::LOGO] {
        let path = out.join(file.path().trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(path, file.bytes)?;
    }
    for lang in Lang::ALL {
        for (name, html) in sample::pages(lang) {
            let file = out.join(format!("{name}.{}.html", lang.tag()));
            fs::write(file, html.replace("\"/static/", "\"static/"))?;
        }
    }
    Ok(())
}
