package dev.millrace.standalone;

import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The last step of the build: gathers every program's jars in `target/dist` and trains their ahead-of-time
/// caches.
///
/// Reads the class path that each program's module wrote to `target/dist.classpath`. A jar that has not
/// changed is left
/// alone, so that its cache stays good and training is skipped.
public final class PackageMain {
    private PackageMain() {}

    /// @param args the root folder and the project's version
    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        var distribution = new Distribution(root);
        Path lib = Files.createDirectories(distribution.folder().resolve("lib"));
        Files.createDirectories(distribution.folder().resolve("aot"));
        Files.deleteIfExists(distribution.folder().resolve("built"));
        Set<Path> wanted = new HashSet<>();
        for (Program program : Program.values()) {
            List<Path> jars = gather(root, program, args[1], lib);
            wanted.addAll(jars);
            Files.writeString(
                    distribution.classPathFile(program),
                    jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        }
        deleteOthers(lib, wanted);
        unpackNatives(distribution);
        new CacheTraining(distribution, root).run();
        Files.writeString(
                distribution.folder().resolve("millrace.options"),
                String.join(
                        "\n",
                        Stream.concat(
                                        Program.MILLRACE.flags().stream(),
                                        distribution.cache(Program.MILLRACE).stream()
                                                .flatMap(cache -> Distribution.cacheFlags(cache).stream()))
                                .toList()));
        // For a worker host of its own, as in the images: --config target/dist/worker-host.properties.
        Files.writeString(
                distribution.folder().resolve("worker-host.properties"),
                AllInOneConfig.workerFiles(distribution).entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
        Files.writeString(distribution.folder().resolve("built"), args[1]);
    }

    private static List<Path> gather(Path root, Program program, String version, Path lib) throws IOException {
        Path target = root.resolve(program.module()).resolve("target");
        Stream<String> dependencies = Stream.of(
                Files.readString(target.resolve("dist.classpath")).strip().split(File.pathSeparator));
        List<Path> sources = Stream.concat(
                        Stream.of(target.resolve(program.module() + "-" + version + ".jar")),
                        dependencies.filter(entry -> entry.endsWith(".jar")).map(Path::of))
                .toList();
        for (Path source : sources) {
            Path copy = lib.resolve(source.getFileName().toString());
            if (!Files.exists(copy) || Files.mismatch(source, copy) >= 0) {
                Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return sources.stream()
                .map(source -> lib.resolve(source.getFileName().toString()))
                .toList();
    }

    /// In a JVM of the worker's own class path, since only that one has ONNX Runtime.
    private static void unpackNatives(Distribution distribution) {
        Path folder = distribution.natives();
        int status = JavaProcess.start(
                        "natives",
                        new JavaCommand("dev.millrace.model.NativeLibraries", distribution.classPath(Program.WORKER))
                                .withArguments(folder.toString()),
                        System.out::println,
                        System.err::println)
                .onExit()
                .join();
        if (status != 0) {
            throw new IllegalStateException("ONNX Runtime's native libraries were not unpacked: status " + status);
        }
    }

    private static void deleteOthers(Path lib, Set<Path> wanted) throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            for (Path file : files.filter(file -> !wanted.contains(file)).toList()) {
                Files.delete(file);
            }
        }
    }
}
