package dev.millrace.runtime;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a child JVM runs. The child's `java` is this JVM's own, so a parent on JDK 25 never starts an older
/// one.
///
/// @param mainClass the binary name of the class with `main`
/// @param classPath in order, own classes first
/// @param jvmFlags as on the command line: heap, collector, caches
/// @param arguments for `main`; visible to every user of the machine, so never a secret
/// @param environment added to what the child inherits; secrets go here
public record JavaCommand(
        String mainClass,
        List<Path> classPath,
        List<String> jvmFlags,
        List<String> arguments,
        Map<String, String> environment) {
    public JavaCommand {
        classPath = List.copyOf(classPath);
        jvmFlags = List.copyOf(jvmFlags);
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    public JavaCommand(String mainClass, List<Path> classPath) {
        this(mainClass, classPath, List.of(), List.of(), Map.of());
    }

    /// A module of the repository as it was built, with the flags that its `jvm.options` recommends.
    ///
    /// @param root the folder of the repository
    /// @throws UncheckedIOException when the module was not built
    public static JavaCommand ofModule(Path root, String module, String mainClass) {
        Path options = root.resolve(module).resolve("jvm.options");
        return new JavaCommand(
                mainClass,
                classPathOf(root, module),
                Files.exists(options) ? List.of("@" + options.toAbsolutePath()) : List.of(),
                List.of(),
                Map.of());
    }

    public JavaCommand withJvmFlags(List<String> flags) {
        return new JavaCommand(mainClass, classPath, flags, arguments, environment);
    }

    public JavaCommand withArguments(String... values) {
        return new JavaCommand(mainClass, classPath, jvmFlags, List.of(values), environment);
    }

    public JavaCommand withEnvironment(Map<String, String> variables) {
        return new JavaCommand(mainClass, classPath, jvmFlags, arguments, variables);
    }

    /// The class path that a module's build wrote to `target/classpath.txt`.
    ///
    /// @param root the folder of the repository
    /// @throws UncheckedIOException when the module was not built
    public static List<Path> classPathOf(Path root, String module) {
        Path file = root.resolve(module).resolve("target").resolve("classpath.txt");
        try {
            return Stream.of(Files.readString(file).strip().split(File.pathSeparator))
                    .map(Path::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("no class path of module " + module + ": build it first", e);
        }
    }

    List<String> line() {
        var line = new ArrayList<String>();
        line.add(executable().toString());
        line.addAll(jvmFlags);
        line.add("-cp");
        line.add(classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        line.add(mainClass);
        line.addAll(arguments);
        return line;
    }

    private static Path executable() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
