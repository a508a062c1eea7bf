//! The open `OP_IF`s, without a stack of them: how many, and the first that is false.
use crate::error::ScriptError;

/// Depth of nested conditions, and where the first false one stands: a condition inside a false one
/// can't be seen, so each step costs the same however deep a script nests.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    depth: usize,
    first_false: Option<usize>,
}

impl Conditions {
    /// Returns whether opcodes are executed here.
    pub(super) const fn all_true(&self) -> bool {
        self.first_false.is_none()
    }

    /// Opens a condition.
    pub(super) fn open(&mut self, value: bool) {
        if !value && self.all_true() {
            self.first_false = Some(self.depth);
        }
        self.depth = self.depth.saturating_add(1);
    }

    /// Turns the innermost condition.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn turn(&mut self) -> Result<(), ScriptError> {
        let innermost = self.innermost()?;
        match self.first_false {
            None => self.first_false = Some(innermost),
            Some(position) if position == innermost => self.first_false = None,
            Some(_) => {}
        }
        Ok(())
    }

    /// Closes the innermost condition.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn close(&mut self) -> Result<(), ScriptError> {
        let innermost = self.innermost()?;
        if self.first_false == Some(innermost) {
            self.first_false = None;
        }
        self.depth = innermost;
        Ok(())
    }

    /// # Errors
    /// A condition is open.
    pub(super) const fn check_closed(&self) -> Result<(), ScriptError> {
        if self.depth != 0 {
            return Err(ScriptError::UnbalancedConditional);
        }
        Ok(())
    }

    fn innermost(&self) -> Result<usize, ScriptError> {
        let innermost = self.depth.checked_sub(1);
        innermost.ok_or(ScriptError::UnbalancedConditional)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counting_says_the_same_as_a_stack_of_conditions(steps in proptest::collection::vec(0..4_u8, 0..60)) {
            let mut counted = Conditions::default();
            let mut stacked: Vec<bool> = Vec::new();
            for step in steps {
                match step {
                    0 | 1 => {
                        counted.open(step == 1);
                        stacked.push(step == 1);
                    }
                    2 => {
                        prop_assert_eq!(counted.turn().is_ok(), !stacked.is_empty());
                        if let Some(top) = stacked.last_mut() {
                            *top = !*top;
                        }
                    }
                    _ => prop_assert_eq!(counted.close().is_ok(), stacked.pop().is_some()),
                }
                prop_assert_eq!(counted.all_true(), stacked.iter().all(|value| *value));
                prop_assert_eq!(counted.check_closed().is_ok(), stacked.is_empty());
            }
        }
    }
}
