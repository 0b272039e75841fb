package dev.millrace.load.floor;

import ai.onnxruntime.OrtEnvironment;
import dev.millrace.load.harness.Memory;
import dev.millrace.testkit.Modules;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/// JVMs with the flags of Millrace's own, an ahead-of-time cache and ONNX Runtime, and nothing else.
public final class RawProcess {
    private static final int PATIENCE_SECONDS = 60;
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xms16m",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED");

    private final String classPath;
    private final Path cache;
    private final Path log;
    private final Path natives =
            Modules.root().resolve("target").resolve("dist").resolve("native");

    /// Packs the program and trains its cache.
    ///
    /// @param folder kept by the caller as long as this is used
    public RawProcess(Path folder, Path model) throws IOException, InterruptedException {
        this.classPath = jar(folder) + ":" + onnxRuntime();
        this.cache = folder.resolve("first-inference.aot");
        this.log = folder.resolve("first-inference.log");
        run(List.of("-XX:AOTCacheOutput=" + cache), model.toString(), _ -> {});
    }

    @FunctionalInterface
    private interface Look {
        void at(Process process);
    }

    /// From the start of the process to its first inference.
    public Duration firstInference(Path model) throws IOException, InterruptedException {
        return run(List.of("-XX:AOTCache=" + cache), model.toString(), _ -> {});
    }

    /// What a JVM that does nothing keeps in memory.
    public long idleBytes() throws IOException, InterruptedException {
        var bytes = new long[1];
        run(List.of("-XX:AOTCache=" + cache), "wait", process -> bytes[0] = Memory.residentBytes(process.pid()));
        return bytes[0];
    }

    private Duration run(List<String> more, String argument, Look look) throws IOException, InterruptedException {
        var line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        line.addAll(FLAGS);
        line.addAll(more);
        line.addAll(List.of(
                "-Xlog:disable",
                "-Donnxruntime.native.path=" + natives,
                "-cp",
                classPath,
                FirstInference.class.getName(),
                argument));
        var builder = new ProcessBuilder(line).redirectError(log.toFile());
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        long start = System.nanoTime();
        Process process = builder.start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String first = said.readLine();
            long took = System.nanoTime() - start;
            if (!"ran".equals(first)) {
                throw new IOException("the process said: " + first);
            }
            look.at(process);
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the process does not end");
            }
            return Duration.ofNanos(took);
        } finally {
            process.destroyForcibly();
        }
    }

    /// A cache is made of jars, never of folders.
    private static Path jar(Path folder) throws IOException {
        Path jar = folder.resolve("first-inference.jar");
        String name = FirstInference.class.getName().replace('.', '/') + ".class";
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream in = FirstInference.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing");
            }
            out.putNextEntry(new JarEntry(name));
            in.transferTo(out);
            out.closeEntry();
        }
        return jar;
    }

    private static Path onnxRuntime() {
        try {
            return Path.of(OrtEnvironment.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("ONNX Runtime is in no jar", e);
        }
    }
}
