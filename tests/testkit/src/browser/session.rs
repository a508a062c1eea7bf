//! A browser window as a test sees it: go, find, type, click, read.
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::driver::Driver;

/// Key under which WebDriver hands out elements (W3C WebDriver, section 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long a page may take to show what a test asks for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A window of headless Chromium with an empty profile of its own.
pub struct Browser {
    driver: Driver,
    session: String,
    _profile: TempDir,
}

/// Something on the page.
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl Browser {
    /// Opens a window of `width` x `height` pixels; `None` (after saying so) where there is no Chromium.
    ///
    /// # Panics
    /// `MONETA_REQUIRE_BROWSER` is set and there is no Chromium.
    #[allow(clippy::print_stdout)]
    pub fn open(width: u32, height: u32) -> Option<Self> {
        match Self::try_open(width, height) {
            Ok(browser) => Some(browser),
            Err(why) => {
                assert!(
                    std::env::var_os("MONETA_REQUIRE_BROWSER").is_none(),
                    "a browser is required: {why}"
                );
                println!("SKIPPED: no browser ({why}); install chromium and chromium-driver");
                None
            }
        }
    }

    fn try_open(width: u32, height: u32) -> Result<Self, String> {
        let driver = Driver::start()?;
        let profile = tempfile::tempdir().map_err(|err| err.to_string())?;
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
            format!("--window-size={width},{height}"),
        ];
        let body = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": {"args": arguments}, "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let session = driver.post("/session", &body)?;
        let session = session["sessionId"]
            .as_str()
            .ok_or("no session id")?
            .to_owned();
        Ok(Self {
            driver,
            session,
            _profile: profile,
        })
    }

    fn path(&self, rest: &str) -> String {
        format!("/session/{}{rest}", self.session)
    }

    fn post(&self, rest: &str, body: &Value) -> Value {
        self.driver
            .post(&self.path(rest), body)
            .unwrap_or_else(|err| panic!("browser: {err}"))
    }

    fn read(&self, rest: &str) -> Value {
        self.driver
            .get(&self.path(rest))
            .unwrap_or_else(|err| panic!("browser: {err}"))
    }

    /// Opens a page and waits until it has loaded.
    pub fn go(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Returns the address of the page.
    pub fn url(&self) -> String {
        self.read("/url").as_str().expect("an address").to_owned()
    }

    /// Returns the title of the page.
    pub fn title(&self) -> String {
        self.read("/title").as_str().expect("a title").to_owned()
    }

    /// Returns the visible text of the page.
    pub fn text(&self) -> String {
        self.find("body").text()
    }

    /// Returns the first element that matches a CSS selector.
    ///
    /// # Panics
    /// There is none within 20 s.
    pub fn find(&self, css: &str) -> Element<'_> {
        self.locate("css selector", css)
    }

    /// Returns the link with this visible text (or part of it).
    ///
    /// # Panics
    /// There is none within 20 s.
    pub fn link(&self, text: &str) -> Element<'_> {
        self.locate("partial link text", text)
    }

    fn locate(&self, using: &str, value: &str) -> Element<'_> {
        let body = json!({"using": using, "value": value});
        let mut found = None;
        self.until(&format!("{using} `{value}`"), || {
            found = self
                .driver
                .post(&self.path("/element"), &body)
                .ok()
                .and_then(|element| element[ELEMENT].as_str().map(str::to_owned));
            found.is_some()
        });
        Element {
            browser: self,
            id: found.expect("until returns when it is found"),
        }
    }

    /// Returns how many elements match a CSS selector now.
    pub fn count(&self, css: &str) -> usize {
        let found = self.post("/elements", &json!({"using": "css selector", "value": css}));
        found.as_array().map_or(0, Vec::len)
    }

    /// Waits until the visible text of the page contains `text`.
    ///
    /// # Panics
    /// It does not within 20 s.
    pub fn wait_for_text(&self, text: &str) {
        self.until(&format!("the text `{text}`"), || self.text().contains(text));
    }

    /// Waits until `holds`.
    ///
    /// # Panics
    /// It does not within 20 s.
    pub fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds() {
            assert!(
                Instant::now() < deadline,
                "{what} does not appear on {} ({})",
                self.url(),
                self.title()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Returns what the page's console complained about (errors only).
    pub fn console_errors(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({"type": "browser"}));
        log.as_array()
            .into_iter()
            .flatten()
            .filter(|entry| entry["level"] == "SEVERE")
            .filter_map(|entry| entry["message"].as_str().map(str::to_owned))
            .collect()
    }

    /// Runs JavaScript in the page and returns what it returns.
    pub fn script(&self, code: &str) -> Value {
        self.post("/execute/sync", &json!({"script": code, "args": []}))
    }

    /// Writes what the window shows to a PNG file.
    ///
    /// # Panics
    /// The file can't be written.
    pub fn screenshot(&self, file: &Path) {
        use bitcoin::base64::{Engine, engine::general_purpose::STANDARD};
        let picture = self.read("/screenshot");
        let bytes = STANDARD
            .decode(picture.as_str().expect("base64"))
            .expect("WebDriver sends base64");
        std::fs::write(file, bytes).unwrap_or_else(|err| panic!("{}: {err}", file.display()));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.delete(&self.path(""));
    }
}

impl Element<'_> {
    fn path(&self, rest: &str) -> String {
        format!("/element/{}{rest}", self.id)
    }

    /// Clicks it.
    pub fn click(&self) {
        self.browser.post(&self.path("/click"), &json!({}));
    }

    /// Types into it.
    pub fn type_text(&self, text: &str) {
        self.browser
            .post(&self.path("/value"), &json!({ "text": text }));
    }

    /// Types and presses Enter.
    pub fn submit(&self, text: &str) {
        self.type_text(&format!("{text}\u{e007}"));
    }

    /// Returns its visible text.
    pub fn text(&self) -> String {
        self.browser
            .read(&self.path("/text"))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Returns an attribute.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.browser
            .read(&self.path(&format!("/attribute/{name}")))
            .as_str()
            .map(str::to_owned)
    }
}
