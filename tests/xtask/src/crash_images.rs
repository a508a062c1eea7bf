//! `cargo xtask soak crash-images [N]`: power cuts under the key-value store.
use anyhow::{Context, ensure};
use moneta_testkit::crashes;

/// Tries the images and prints their count.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let count = args
        .first()
        .map_or(Ok(100_000), |text| text.parse())
        .context("N is a number of images")?;
    // The gate tries the first seeds; these are others.
    let outcome = crashes::run(count, 1_000_000);
    println!("count crash-images {} of {}", outcome.passed, outcome.tried);
    for (seed, failure) in outcome.failures.iter().take(10) {
        println!("seed {seed}: {failure}");
    }
    ensure!(outcome.failures.is_empty(), "an image did not pass");
    Ok(())
}
