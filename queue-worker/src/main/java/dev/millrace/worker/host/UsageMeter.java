package dev.millrace.worker.host;

import dev.millrace.invocation.WorkerUsage;
import dev.millrace.runtime.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Measures what one process takes, at most every few seconds: between two looks it says the same. Used by
/// one thread.
final class UsageMeter {
    /// Systems count processor time in hundredths of a second: over this time, a thousandth of a core.
    private static final Duration MEASURED_OVER = Duration.ofSeconds(10);

    private final Supplier<Optional<Duration>> cpuTime;
    private final ResidentMemory memory;
    private Duration cpuBefore = Duration.ZERO;
    private long measuredAt;
    private @Nullable WorkerUsage last;

    /// @param cpuTime of the process since its start; empty when it cannot be told
    /// @param now on the nano clock, when the process starts
    UsageMeter(Supplier<Optional<Duration>> cpuTime, ResidentMemory memory, long now) {
        this.cpuTime = cpuTime;
        this.memory = memory;
        this.measuredAt = now;
    }

    static UsageMeter of(JavaProcess process, long now) {
        return new UsageMeter(
                process::cpuTime, new ResidentMemory(Path.of("/proc", Long.toString(process.pid()), "status")), now);
    }

    /// The last measurement; empty for a process that is younger than one takes, or cannot be measured.
    Optional<WorkerUsage> read(long now) {
        long over = now - measuredAt;
        if (over >= MEASURED_OVER.toNanos()) {
            measuredAt = now;
            last = cpuTime.get().map(cpu -> measure(cpu, over)).orElse(null);
        }
        return Optional.ofNullable(last);
    }

    private WorkerUsage measure(Duration cpu, long over) {
        double cores = Math.max(0, (double) cpu.minus(cpuBefore).toNanos() / over);
        cpuBefore = cpu;
        return new WorkerUsage(cores, memory.bytes());
    }
}
