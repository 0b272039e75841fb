package dev.millrace.load.harness;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The processes below one that was started here, found by their parent links.
public final class ProcessTree {
    private static final long POLL_MILLIS = 20;

    private ProcessTree() {}

    /// Every living descendant whose command line names the class.
    public static List<ProcessHandle> descendants(long pid, String mainClass) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(each -> commandLine(each).contains(mainClass))
                .toList();
    }

    /// Every living descendant.
    public static List<ProcessHandle> descendants(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
    }

    /// Kills it as `kill -9` does, and nothing else.
    public static void kill(ProcessHandle process) {
        process.destroyForcibly();
    }

    /// Waits until none of them is left.
    ///
    /// @return those that are still there when the time is over
    public static List<ProcessHandle> awaitGone(Collection<ProcessHandle> processes, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        List<ProcessHandle> left = alive(processes);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            left = alive(processes);
        }
        return left;
    }

    private static List<ProcessHandle> alive(Collection<ProcessHandle> processes) {
        return processes.stream().filter(ProcessHandle::isAlive).toList();
    }

    private static String commandLine(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }
}
