//! Chain events to index rows (pure), and the stores that hold them
