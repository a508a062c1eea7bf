//! View models to HTML: pure, template beside its page, English and Chinese
