//! Stories through the real ports, the architecture test, the browser test
