//! Statements in Chinese, simplified: the same words as the explorer's pages.
//!
//! A space stands between Chinese and what is not, and nowhere else: `within`, `after` of `words.rs`.

mod refusals;
mod sentences;
mod words;

pub(super) use sentences::say;
