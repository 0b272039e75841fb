package dev.millrace.worker;

import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.port.ModelRunner;

/// Where a worker process has its model from.
@FunctionalInterface
interface ModelSource {
    /// Loads the model; blocks.
    ///
    /// @throws dev.millrace.invocation.PlatformException when it cannot be loaded; the message becomes the
    ///     endpoint's
    ///     `FailureReason` unless the code says that it may pass
    ModelRunner load(WorkerSpec spec) throws InterruptedException;
}
