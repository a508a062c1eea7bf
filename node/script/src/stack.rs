//! The stack of a script: byte strings, the last one on top.
use crate::error::ScriptError;
use crate::number;

/// A byte string on the stack.
pub(crate) type Element = Vec<u8>;

/// The main or the alternative stack. Depth 0 is the top.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stack {
    elements: Vec<Element>,
}

impl Stack {
    pub(crate) fn from_witness(witness: &[&[u8]]) -> Self {
        Self {
            elements: witness.iter().map(|element| element.to_vec()).collect(),
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.elements.len()
    }

    /// # Errors
    /// There are fewer than `count` elements.
    pub(crate) const fn require(&self, count: usize) -> Result<(), ScriptError> {
        if self.len() < count {
            return Err(ScriptError::InvalidStackOperation);
        }
        Ok(())
    }

    pub(crate) fn push(&mut self, element: Element) {
        self.elements.push(element);
    }

    pub(crate) fn push_number(&mut self, number: i64) {
        self.push(number::encode(number));
    }

    pub(crate) fn push_bool(&mut self, value: bool) {
        self.push(if value { vec![1] } else { Vec::new() });
    }

    /// # Errors
    /// The stack is empty.
    pub(crate) fn pop(&mut self) -> Result<Element, ScriptError> {
        self.elements
            .pop()
            .ok_or(ScriptError::InvalidStackOperation)
    }

    /// # Errors
    /// There is no element that deep.
    pub(crate) fn peek(&self, depth: usize) -> Result<&[u8], ScriptError> {
        let element = self.elements.iter().nth_back(depth);
        element
            .map(Vec::as_slice)
            .ok_or(ScriptError::InvalidStackOperation)
    }

    /// Returns whether the top is there and true.
    pub(crate) fn top_is_true(&self) -> bool {
        self.peek(0).is_ok_and(number::is_true)
    }

    /// Removes the top `count` elements.
    ///
    /// # Errors
    /// There are fewer.
    pub(crate) fn drop_top(&mut self, count: usize) -> Result<(), ScriptError> {
        let left = self.index_of(count)?;
        self.elements.truncate(left);
        Ok(())
    }

    /// Pushes copies of the `count` elements that lie under the top `depth`, in their order.
    ///
    /// # Errors
    /// There are fewer.
    pub(crate) fn copy_up(&mut self, depth: usize, count: usize) -> Result<(), ScriptError> {
        let start = self.index_of(depth.saturating_add(count))?;
        let end = self.index_of(depth)?;
        self.elements.extend_from_within(start..end);
        Ok(())
    }

    /// Moves the `count` elements that lie under the top `depth` to the top, in their order.
    ///
    /// # Errors
    /// There are fewer.
    pub(crate) fn move_up(&mut self, depth: usize, count: usize) -> Result<(), ScriptError> {
        let start = self.index_of(depth.saturating_add(count))?;
        let affected = self.elements.get_mut(start..);
        affected
            .ok_or(ScriptError::InvalidStackOperation)?
            .rotate_left(count);
        Ok(())
    }

    /// Turns a depth into an index: how many elements are left below the top `depth`.
    fn index_of(&self, depth: usize) -> Result<usize, ScriptError> {
        let index = self.len().checked_sub(depth);
        index.ok_or(ScriptError::InvalidStackOperation)
    }
}
