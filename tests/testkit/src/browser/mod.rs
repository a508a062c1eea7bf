//! Real headless Chromium, driven over the WebDriver protocol (W3C) through chromedriver.

mod driver;
mod session;

pub use session::{Browser, Element};
