package dev.millrace.standalone;

import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Runs the demonstration once with every program recording what it loads, so that the next start finds it
/// done.
///
/// A machine where training fails still runs, only slower to start: the failure is printed and the build goes
/// on.
final class CacheTraining {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /// How long a program may take to write its cache.
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /// Set in the process that trains: its children record too, and are given time to write their caches.
    static final String PROPERTY = "millrace.train";

    private final Distribution distribution;
    private final Path root;

    CacheTraining(Distribution distribution, Path root) {
        this.distribution = distribution;
        this.root = root;
    }

    static boolean isTraining() {
        return Boolean.getBoolean(PROPERTY);
    }

    /// Waits in the process that trains until its idle worker has left and written its cache: closing the host would
    /// cut it off. A worker that has gone without one is not waited for.
    static void awaitWorkerCache(Distribution distribution) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos() / 2;
        while (distribution.cache(Program.WORKER).isEmpty() && hasWorker() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /// Broker and store are two children of this process; one more is a worker, alive until its cache is written.
    private static boolean hasWorker() {
        return ProcessHandle.current().children().count() > 2;
    }

    void run() throws IOException, InterruptedException {
        List<Path> caches =
                Arrays.stream(Program.values()).map(distribution::cacheFile).toList();
        deleteOthers(caches);
        if (caches.stream().allMatch(Files::exists)) {
            return;
        }
        System.out.println("train: starting every program once to make its next start fast");
        Path data = Files.createTempDirectory("millrace-train");
        Deque<String> lastLines = new ArrayDeque<>();
        try {
            JavaCommand training = distribution.trainingCommand(Program.MILLRACE);
            var flags = Stream.concat(
                            training.jvmFlags().stream(),
                            Stream.of("-D" + PROPERTY + "=true", "-Dmillrace.root=" + root))
                    .toList();
            JavaProcess demo = JavaProcess.start(
                    "train",
                    training.withJvmFlags(flags).withArguments("demo", "--data", data.toString()),
                    line -> keep(lastLines, line),
                    line -> keep(lastLines, line));
            boolean hasEnded = demo.onExit()
                    .handle((_, _) -> true)
                    .completeOnTimeout(false, LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
            if (!hasEnded) {
                demo.kill();
            }
            for (Program program : Program.values()) {
                Path cache = distribution.cacheFile(program);
                System.out.println("train: " + program.module() + " "
                        + (Files.exists(cache)
                                ? (Files.size(cache) >> 20) + " MB"
                                : "made no cache; it starts slower"));
            }
            if (!caches.stream().allMatch(Files::exists)) {
                synchronized (lastLines) {
                    lastLines.forEach(line -> System.out.println("train: | " + line));
                }
            }
        } finally {
            deleteTree(data);
        }
    }

    private void deleteOthers(List<Path> wanted) throws IOException {
        try (Stream<Path> files = Files.list(distribution.folder().resolve("aot"))) {
            for (Path file : files.filter(file -> !wanted.contains(file)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void keep(Deque<String> lines, String line) {
        synchronized (lines) {
            lines.addLast(line);
            if (lines.size() > 40) {
                lines.removeFirst();
            }
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
