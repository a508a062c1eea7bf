//! Counts cases, and fails at the end with every case that went wrong.

/// What a replay has seen so far.
#[derive(Debug)]
pub(crate) struct Tally {
    name: &'static str,
    total: usize,
    wrong: Vec<String>,
}

impl Tally {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            name,
            total: 0,
            wrong: Vec::new(),
        }
    }

    /// Counts a case; `told` says what was seen if it is wrong.
    pub(crate) fn case(&mut self, right: bool, told: impl FnOnce() -> String) {
        self.total += 1;
        if !right {
            self.wrong.push(told());
        }
    }

    /// Prints the count and fails if a case was wrong, or if there were fewer cases than there should be.
    pub(crate) fn finish(self, at_least: usize) {
        let passed = self.total - self.wrong.len();
        println!("count {} {passed} of {}", self.name, self.total);
        assert!(
            self.wrong.is_empty(),
            "{}:\n{}",
            self.name,
            self.wrong.join("\n")
        );
        assert!(
            self.total >= at_least,
            "{}: only {} cases",
            self.name,
            self.total
        );
    }
}
