//! Datasets of epochs that are over: no block to come needs them.
use moneta_disk::Folder;

use crate::DatasetError;
use crate::layout::epoch_of;

/// Removes the datasets of epochs before `current_epoch` from `folder`, whole or being built, and returns
/// their names. Other files stay.
///
/// # Errors
/// The folder can't be read or a file not be removed.
pub fn remove_stale(folder: &dyn Folder, current_epoch: u32) -> Result<Vec<String>, DatasetError> {
    let mut removed = Vec::new();
    for name in folder.names().map_err(DatasetError::of(current_epoch))? {
        if let Some(epoch) = epoch_of(&name).filter(|epoch| *epoch < current_epoch) {
            folder.remove(&name).map_err(DatasetError::of(epoch))?;
            removed.push(name);
        }
    }
    Ok(removed)
}
