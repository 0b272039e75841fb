package dev.millrace.load.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The processes below one that was started here, found by their parent links.
public final class ProcessTree {
    private static final long POLL_MILLIS = 20;
    private static final int START_TIME = 19;
    private static final int MILLIS_PER_TICK = 10;

    private ProcessTree() {}

    /// Every living descendant whose command line names the class.
    public static List<ProcessHandle> descendants(long pid, String mainClass) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(each -> shownLine(each).contains(mainClass))
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

    /// The whole command line, however long it is.
    public static List<String> commandLine(ProcessHandle process) throws IOException {
        return List.of(Files.readString(proc(process, "cmdline"), StandardCharsets.UTF_8)
                .split("\0"));
    }

    /// How long it has been running, to a hundredth of a second.
    ///
    /// The start that [ProcessHandle.Info] tells is off by up to a second, as the kernel's time of boot is.
    public static Duration age(ProcessHandle process) throws IOException {
        String stat = Files.readString(proc(process, "stat"));
        // The name, in parentheses, may hold anything; what follows is numbers.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long started = Long.parseLong(fields[START_TIME]) * MILLIS_PER_TICK;
        String uptime = Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0];
        return Duration.ofMillis((long) (Double.parseDouble(uptime) * 1000) - started);
    }

    private static Path proc(ProcessHandle process, String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    private static List<ProcessHandle> alive(Collection<ProcessHandle> processes) {
        return processes.stream().filter(ProcessHandle::isAlive).toList();
    }

    private static String shownLine(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }
}
