package dev.millrace.standalone;

import dev.millrace.runtime.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The packaged programs under `target/dist`: one folder of jars, a class path per program, a trained cache per
/// program.
final class Distribution {
    private final Path folder;

    /// @param root the folder of the repository, or of an image that holds `target/dist`
    Distribution(Path root) {
        this.folder = root.resolve("target").resolve("dist");
    }

    /// The distribution that this JVM was started from: the launcher passes the root.
    static Distribution ofThisProcess() {
        String root = System.getProperty("millrace.root");
        if (root == null) {
            throw new UsageException("the system property millrace.root is missing: start Millrace with ./millrace");
        }
        return new Distribution(Path.of(root));
    }

    Path folder() {
        return folder;
    }

    Path classPathFile(Program program) {
        return folder.resolve(program.module() + ".classpath");
    }

    List<Path> classPath(Program program) {
        try {
            return Stream.of(Files.readString(classPathFile(program)).strip().split(File.pathSeparator))
                    .map(Path::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(classPathFile(program) + " cannot be read: run ./millrace build", e);
        }
    }

    /// How to start a program, with its trained cache where one fits the jars as they are.
    JavaCommand command(Program program) {
        var flags = new ArrayList<>(program.flags());
        cache(program).ifPresent(cache -> flags.addAll(cacheFlags(cache)));
        return command(program, flags);
    }

    /// How to start a program so that it leaves a cache for [#command] when it exits.
    JavaCommand trainingCommand(Program program) {
        var flags = new ArrayList<>(program.flags());
        flags.add("-XX:AOTCacheOutput=" + cacheFile(program));
        return command(program, flags);
    }

    /// Flags of a worker's JVM, its heap and its cache apart; in training it records one.
    List<String> workerFlags() {
        return CacheTraining.isTraining() ? trainingCommand(Program.WORKER).jvmFlags() : Program.WORKER.flags();
    }

    /// ONNX Runtime's native libraries, unpacked at build time.
    Path natives() {
        return folder.resolve("native");
    }

    static List<String> cacheFlags(Path cache) {
        // The JVM reports what it cannot use of a cache on the standard output, where children say that they are ready.
        return List.of("-XX:AOTCache=" + cache, "-Xlog:disable", "-Xlog:all=error:stderr");
    }

    /// The trained cache when it is there and was made from exactly these jars.
    ///
    /// JDK 25.0.3 runs the cached classes when a jar has changed under its cache (JDK-8377932), so the file's
    /// name holds a digest of the jars' names, sizes and times.
    Optional<Path> cache(Program program) {
        Path file = cacheFile(program);
        return Files.exists(file) ? Optional.of(file) : Optional.empty();
    }

    Path cacheFile(Program program) {
        return folder.resolve("aot").resolve(program.module() + "-" + digest(classPath(program)) + ".aot");
    }

    private JavaCommand command(Program program, List<String> flags) {
        return new JavaCommand(program.mainClass(), classPath(program))
                .withJvmFlags(flags)
                .withEnvironment(Map.of("MALLOC_ARENA_MAX", "2"));
    }

    private static String digest(List<Path> jars) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (Path jar : jars) {
                String line = jar + " " + Files.size(jar) + " "
                        + Files.getLastModifiedTime(jar).toMillis() + "\n";
                sha.update(line.getBytes(StandardCharsets.UTF_8));
            }
            sha.update(System.getProperty("java.vm.version").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException("a jar of the distribution is missing: run ./millrace build", e);
        }
    }
}
