//! Runs scripts in threads, beside whoever finds them. Which thread runs which is left to chance; the verdict
//! is not.
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread::{self, Scope};

use bitcoin::Wtxid;
use moneta_consensus::{ScriptFailure, ScriptJob, ScriptVerifier, TakeJob};
use moneta_script::{NoSignatureCache, SignatureCache, VerifyFlags, verify_input_with_cache};

use super::ScriptMemory;
use super::queue::{Piece, Queue};

/// Inputs that are handed over together, and make another thread worth its start.
const INPUTS_PER_HANDOVER: usize = 32;
/// Inputs of one transaction that one thread runs in a row.
const INPUTS_PER_PIECE: usize = 8;
/// More threads than this would wait for one another.
const MAX_THREADS: usize = 16;

/// Verifies scripts with what is remembered.
#[derive(Clone, Copy)]
pub(crate) struct ScriptRunner<'m> {
    memory: &'m ScriptMemory,
    max_threads: usize,
    signatures: &'m dyn SignatureCache,
    remembers: bool,
}

impl<'m> ScriptRunner<'m> {
    /// For transactions that wait: what holds is remembered, as it comes again in a block.
    pub(crate) fn of_pool(memory: &'m ScriptMemory) -> Self {
        Self {
            memory,
            max_threads: memory.processors.min(MAX_THREADS),
            signatures: &memory.signatures,
            remembers: true,
        }
    }

    /// For blocks: what is remembered of waiting transactions is used, and nothing is added, so that no
    /// block pushes out what waits. Of a transaction that did not wait no signature is known either.
    pub(crate) fn of_block(memory: &'m ScriptMemory) -> Self {
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

    /// Runs pieces until there are no more.
    fn work(&self, queue: &Queue<'_>, rules: VerifyFlags) {
        while let Some(piece) = queue.take() {
            let Piece { job, prepared, .. } = &piece;
            for index in piece.inputs.clone() {
                let verdict = verify_input_with_cache(prepared, index, rules, self.signatures);
                if let Err(reason) = verdict {
                    let input = u32::try_from(index).expect("no block has room for so many inputs");
                    let job = *job;
                    queue.fail(ScriptFailure { job, input, reason });
                    break;
                }
            }
        }
    }
}

impl ScriptVerifier for ScriptRunner<'_> {
    fn verify<'a>(
        &self,
        rules: VerifyFlags,
        walk: &mut dyn FnMut(TakeJob<'_, 'a>) -> ControlFlow<()>,
    ) -> Result<(), ScriptFailure> {
        let queue = Queue::default();
        let fresh = thread::scope(|scope| {
            let mut handover = Handover::new(self, &queue, scope, rules);
            let flow = walk(&mut |job| handover.take(&job));
            if flow.is_break() {
                // What was not run must not be remembered either.
                handover.forget();
            }
            let fresh = handover.finish();
            self.work(&queue, rules);
            fresh
        });
        queue.verdict()?;
        if self.remembers {
            for wtxid in fresh {
                self.memory.remember(wtxid, rules);
            }
        }
        Ok(())
    }
}

/// Whoever walks through the block hands scripts over here, and threads start as there is work for them.
struct Handover<'scope, 'env, 'a> {
    runner: &'env ScriptRunner<'env>,
    queue: &'env Queue<'a>,
    scope: &'scope Scope<'scope, 'env>,
    rules: VerifyFlags,
    threads: usize,
    jobs: usize,
    /// Transactions that were not remembered.
    fresh: Vec<Wtxid>,
    pieces: Vec<Piece<'a>>,
    inputs: usize,
}

impl<'scope, 'env, 'a: 'scope> Handover<'scope, 'env, 'a> {
    fn new(
        runner: &'env ScriptRunner<'env>,
        queue: &'env Queue<'a>,
        scope: &'scope Scope<'scope, 'env>,
        rules: VerifyFlags,
    ) -> Self {
        Self {
            runner,
            queue,
            scope,
            rules,
            threads: 1,
            jobs: 0,
            fresh: Vec::new(),
            pieces: Vec::new(),
            inputs: 0,
        }
    }

    fn take(&mut self, job: &ScriptJob<'a, '_>) {
        let number = self.jobs;
        self.jobs += 1;
        if self.runner.memory.holds(job.wtxid, self.rules) {
            return;
        }
        self.fresh.push(job.wtxid);
        let prepared = Arc::new(job.prepare());
        let inputs = job.spent.len();
        for start in (0..inputs).step_by(INPUTS_PER_PIECE) {
            self.pieces.push(Piece {
                job: number,
                inputs: start..inputs.min(start + INPUTS_PER_PIECE),
                prepared: Arc::clone(&prepared),
            });
        }
        self.inputs += inputs;
        if self.inputs >= INPUTS_PER_HANDOVER {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        // As many threads as there is work for: this one counts, since it helps in the end.
        let wanted =
            (self.inputs / INPUTS_PER_HANDOVER).min(self.runner.max_threads - self.threads);
        self.queue.add(self.pieces.drain(..));
        self.inputs = 0;
        for _ in 0..wanted {
            let (runner, queue, rules) = (self.runner, self.queue, self.rules);
            self.scope.spawn(move || runner.work(queue, rules));
            self.threads += 1;
        }
    }

    fn forget(&mut self) {
        self.fresh.clear();
        self.pieces.clear();
        self.queue.clear();
    }

    /// Hands over what is left, and says that nothing follows.
    fn finish(mut self) -> Vec<Wtxid> {
        self.queue.add(self.pieces.drain(..));
        std::mem::take(&mut self.fresh)
    }
}

impl Drop for Handover<'_, '_, '_> {
    /// Whatever becomes of the walk, no thread may wait for more.
    fn drop(&mut self) {
        self.queue.close();
    }
}
