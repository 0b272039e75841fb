package dev.millrace.worker.host;

import dev.millrace.invocation.WorkerSpec;
import dev.millrace.runtime.JavaCommand;

/// Starts workers by hand, as the host would.
public final class WorkerCommands {
    private WorkerCommands() {}

    public static JavaCommand of(WorkerHostConfig config, WorkerSpec spec) {
        return new WorkerCommand(config).of(spec, 0);
    }
}
