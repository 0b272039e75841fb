package dev.millrace.worker.host;

import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.codec.Json;
import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How one worker's JVM is started.
final class WorkerCommand {
    private static final Codec<WorkerSpec> SPECS = Json.codec(WorkerSpec.class);

    private static final long LEAST_HEAP_MB = 64;
    private static final long MOST_HEAP_MB = 4096;

    private final WorkerHostConfig config;

    WorkerCommand(WorkerHostConfig config) {
        this.config = config;
    }

    /// Writes the spec for the worker to read and says how to start it.
    ///
    /// @param crashes of its predecessors in a row
    /// @throws UncheckedIOException when the spec cannot be written
    JavaCommand of(WorkerSpec spec, int crashes) {
        var environment = new HashMap<String, String>();
        config.workerSettings().forEach((key, value) -> environment.put(Settings.environmentName(key), value));
        environment.put(
                Settings.environmentName("worker.cache-folder"),
                config.artifactFolder().toString());
        environment.put(Settings.environmentName("worker.crashes"), Integer.toString(crashes));
        // Each arena of the C library keeps what it once had, and a JVM has many threads.
        environment.put("MALLOC_ARENA_MAX", "2");
        return new JavaCommand(config.workerMain(), config.workerClassPath())
                .withJvmFlags(flags(spec))
                .withArguments("--spec", write(spec).toString())
                .withEnvironment(Map.copyOf(environment));
    }

    /// A third of the reserved memory for the heap and a quarter for tensors: the model lives outside of
    /// both.
    private List<String> flags(WorkerSpec spec) {
        var flags = new ArrayList<>(config.workerJavaOptions());
        long heap = Math.clamp(spec.memoryMb() / 3, LEAST_HEAP_MB, MOST_HEAP_MB);
        flags.add("-Xmx" + heap + "m");
        // To the standard error: the standard output is where a worker's states go.
        flags.add("-Dlogback.configurationFile=worker-logback.xml");
        flags.add("-XX:MaxDirectMemorySize=" + Math.max(LEAST_HEAP_MB, spec.memoryMb() / 4) + "m");
        Path natives = config.nativeFolder();
        if (natives != null && Files.isDirectory(natives)) {
            flags.add("-Donnxruntime.native.path=" + natives);
        }
        Path cache = config.aotCache();
        if (cache != null && Files.exists(cache)) {
            // A cache that the JVM rejects would be reported on the standard output, where states go.
            flags.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        return flags;
    }

    /// A file, since a model's environment may be long and hold secrets: readable by the owner only.
    private Path write(WorkerSpec spec) {
        try {
            Path folder = Files.createDirectories(config.dataFolder().resolve("workers"));
            Path file = folder.resolve(spec.workerId() + ".json");
            Files.deleteIfExists(file);
            try (var channel = Files.newByteChannel(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.write(java.nio.ByteBuffer.wrap(SPECS.encode(spec)));
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("the spec of worker " + spec.workerId() + " cannot be written", e);
        }
    }
}
