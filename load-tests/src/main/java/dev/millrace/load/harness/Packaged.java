package dev.millrace.load.harness;

import dev.millrace.runtime.JavaCommand;
import dev.millrace.testkit.Modules;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The programs under `target/dist`, as the images of the compose file hold them.
public final class Packaged {
    /// As in the image: small, and with the first compiler only.
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xms24m",
            "-Xmx256m",
            "-Xss512k",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private Packaged() {}

    public static Path launcher() {
        return Modules.root().resolve("millrace");
    }

    /// Gateway, controller, notifier or worker host: they share the class path of the all-in-one.
    public static JavaCommand process(String mainClass) {
        return new JavaCommand(mainClass, classPath("standalone")).withJvmFlags(FLAGS);
    }

    /// The settings of a worker host that say where its workers' files are.
    public static Path workerHostSettings() {
        return file("worker-host.properties");
    }

    private static List<Path> classPath(String program) {
        return Stream.of(read(program).strip().split(File.pathSeparator))
                .map(Path::of)
                .toList();
    }

    private static String read(String program) {
        Path file = file(program + ".classpath");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " is missing: run ./millrace build", e);
        }
    }

    private static Path file(String name) {
        return Modules.root().resolve("target").resolve("dist").resolve(name);
    }
}
