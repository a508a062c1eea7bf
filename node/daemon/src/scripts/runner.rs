//! Runs scripts in threads. Which thread runs which is left to chance; the verdict is not.
use std::thread;

use moneta_consensus::{ScriptFailure, ScriptJob, ScriptVerifier};
use moneta_script::{
    NoSignatureCache, PreparedTransaction, ScriptError, SignatureCache, VerifyFlags,
    verify_input_with_cache,
};

use super::ScriptMemory;
use super::queue::Queue;

/// Inputs that a thread must have to be worth its start.
const INPUTS_PER_THREAD: usize = 16;
/// More threads than this would wait for one another.
const MAX_THREADS: usize = 16;

/// Verifies scripts with what is remembered.
#[derive(Clone, Copy)]
pub(crate) struct ScriptRunner<'a> {
    memory: &'a ScriptMemory,
    max_threads: usize,
    signatures: &'a dyn SignatureCache,
    remembers: bool,
}

impl<'a> ScriptRunner<'a> {
    /// For transactions that wait: what holds is remembered, as it comes again in a block.
    pub(crate) fn of_pool(memory: &'a ScriptMemory) -> Self {
        Self {
            memory,
            max_threads: memory.processors.min(MAX_THREADS),
            signatures: &memory.signatures,
            remembers: true,
        }
    }

    /// For blocks: what is remembered of waiting transactions is used, and nothing is added, so that no
    /// block pushes out what waits. Of a transaction that did not wait no signature is known either.
    pub(crate) fn of_block(memory: &'a ScriptMemory) -> Self {
        Self {
            signatures: &NoSignatureCache,
            remembers: false,
            ..Self::of_pool(memory)
        }
    }

    #[cfg(test)]
    pub(super) const fn with_threads(self, max_threads: usize) -> Self {
        Self {
            max_threads,
            ..self
        }
    }

    /// Runs every input and returns the number of the first that fails, counted over all transactions.
    fn run(&self, inputs: &[Input<'_>], rules: VerifyFlags) -> Result<(), (usize, ScriptError)> {
        let queue = Queue::new(inputs.len());
        let work = || {
            while let Some(number) = queue.take() {
                let verdict = inputs
                    .get(number)
                    .map_or(Ok(()), |input| self.run_one(input, rules));
                if let Err(reason) = verdict {
                    queue.fail(number, reason);
                }
            }
        };
        let threads = (inputs.len() / INPUTS_PER_THREAD).clamp(1, self.max_threads);
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        queue.into_verdict()
    }

    fn run_one(&self, input: &Input<'_>, rules: VerifyFlags) -> Result<(), ScriptError> {
        let signatures = self.signatures;
        verify_input_with_cache(input.prepared, input.index, rules, signatures)
    }
}

impl ScriptVerifier for ScriptRunner<'_> {
    fn verify(&self, jobs: &[ScriptJob<'_>], rules: VerifyFlags) -> Result<(), ScriptFailure> {
        let open: Vec<(usize, PreparedTransaction<'_>)> = jobs
            .iter()
            .enumerate()
            .filter(|(_, job)| !self.memory.holds(job.wtxid, rules))
            .map(|(number, job)| (number, job.prepare()))
            .collect();
        let inputs: Vec<Input<'_>> = open
            .iter()
            .flat_map(|(job, prepared)| {
                let indices = 0..prepared.spent().len();
                indices.map(|index| Input {
                    job: *job,
                    index,
                    prepared,
                })
            })
            .collect();
        self.run(&inputs, rules).map_err(|(number, reason)| {
            let Input { job, index, .. } = inputs[number];
            let input = u32::try_from(index).expect("a block has no room for so many inputs");
            ScriptFailure { job, input, reason }
        })?;
        if self.remembers {
            for (number, _) in &open {
                self.memory.remember(jobs[*number].wtxid, rules);
            }
        }
        Ok(())
    }
}

/// One input of one transaction.
#[derive(Clone, Copy)]
struct Input<'a> {
    job: usize,
    index: usize,
    prepared: &'a PreparedTransaction<'a>,
}
