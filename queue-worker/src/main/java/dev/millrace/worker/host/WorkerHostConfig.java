package dev.millrace.worker.host;

import dev.millrace.runtime.Backoff;
import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.SettingValues;
import dev.millrace.runtime.Settings;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How a host runs its workers.
///
/// @param dataFolder the host's id, the workers' specs, and the artifacts that they share
/// @param workerClassPath of the worker's JVM, own classes first
/// @param workerJavaOptions of the worker's JVM; heap sizes and the cache are added per worker
/// @param aotCache the worker's ahead-of-time cache, used when the file is there; null for none
/// @param nativeFolder ONNX Runtime's unpacked native libraries, used when the folder is there; null for
///     none
/// @param workerSettings settings of every worker: how to reach the broker and the store
/// @param restart waits before a crashed worker starts again
/// @param drainTimeout after which a worker that was told to leave is killed
/// @param workerMain the class that is started
public record WorkerHostConfig(
        Path dataFolder,
        HostCapacity capacity,
        List<Path> workerClassPath,
        List<String> workerJavaOptions,
        @Nullable Path aotCache,
        @Nullable Path nativeFolder,
        Map<String, String> workerSettings,
        Backoff restart,
        Duration drainTimeout,
        String workerMain) {
    /// Thread stacks are of the default size: with half a megabyte ONNX Runtime overflows them while it
    /// makes a
    /// session. What starts fastest and stays small; a cache fits only the collector and the header layout
    /// it was
    /// made with.
    public static final List<String> DEFAULT_JAVA_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    public static final Backoff DEFAULT_RESTART = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30));
    /// Longer than the longest invocation: a busy worker is never killed for leaving.
    public static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofMinutes(65);

    public static final String DEFAULT_MAIN = "dev.millrace.worker.WorkerMain";

    public WorkerHostConfig {
        workerClassPath = List.copyOf(workerClassPath);
        workerJavaOptions = List.copyOf(workerJavaOptions);
        workerSettings = Map.copyOf(workerSettings);
    }

    /// The workers get what is set here of their own settings.
    ///
    /// @param workerSettings wins over it
    public static WorkerHostConfig from(Settings settings, Map<String, String> workerSettings) {
        var passed = new HashMap<>(WorkerSettings.of(settings));
        passed.putAll(workerSettings);
        HostCapacity machine = HostCapacity.ofThisMachine();
        var capacity = new HostCapacity(
                settings.get("host.max-workers", machine.maxWorkers(), Integer::valueOf),
                machine.cores(),
                settings.get("host.memory-mb", machine.memoryMb(), Long::valueOf),
                settings.get("host.gpus", machine.gpus(), Integer::valueOf));
        return new WorkerHostConfig(
                settings.get("host.data", Path.of("data", "host"), Path::of),
                capacity,
                settings.find("host.worker-classpath", WorkerHostConfig::paths)
                        .orElseGet(WorkerHostConfig::builtClassPath),
                settings.get("host.worker-java-options", DEFAULT_JAVA_OPTIONS, WorkerHostConfig::words),
                settings.find("host.aot-cache", Path::of).orElse(null),
                settings.find("host.native-folder", Path::of).orElse(null),
                passed,
                DEFAULT_RESTART,
                settings.get("host.drain-timeout", DEFAULT_DRAIN_TIMEOUT, SettingValues::duration),
                DEFAULT_MAIN);
    }

    Path artifactFolder() {
        return dataFolder.resolve("artifacts");
    }

    private static List<Path> paths(String text) {
        return Stream.of(text.split(File.pathSeparator)).map(Path::of).toList();
    }

    private static List<String> words(String text) {
        return Stream.of(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /// The class path that the build of this module wrote, where the root folder is known.
    private static List<Path> builtClassPath() {
        String root = System.getProperty("millrace.root");
        if (root == null) {
            throw new IllegalArgumentException("host.worker-classpath: not set (expected: the worker's class path)");
        }
        return JavaCommand.classPathOf(Path.of(root), "queue-worker");
    }
}
