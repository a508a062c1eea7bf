//! What runs beside the requests: following the chain, resubmitting, forgetting.

mod follow;
mod housekeeping;
mod resubmit;

pub(crate) use follow::follow_index;
pub(crate) use housekeeping::keep_house;
pub(crate) use resubmit::resubmit;
