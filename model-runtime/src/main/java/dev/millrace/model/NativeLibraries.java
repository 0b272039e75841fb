package dev.millrace.model;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/// Unpacks ONNX Runtime's native libraries once, at build time, so that no worker does so at its start.
///
/// A process that is started with `-Donnxruntime.native.path=FOLDER` loads them from there, which saves it
/// about 150 ms; with the GPU build, several seconds.
public final class NativeLibraries {
    /// What the builds of ONNX Runtime hold, as far as a platform has it.
    private static final List<String> NAMES = List.of(
            "onnxruntime",
            "onnxruntime4j_jni",
            "onnxruntime_providers_shared",
            "onnxruntime_providers_cuda",
            "onnxruntime_providers_tensorrt");

    private NativeLibraries() {}

    /// @param arguments the folder
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("usage: NativeLibraries FOLDER");
        }
        unpack(Path.of(arguments[0]));
    }

    /// Unpacks what fits this machine, each file whole or not at all.
    ///
    /// @return how many files are there
    public static int unpack(Path folder) throws IOException {
        Files.createDirectories(folder);
        int count = 0;
        for (String name : NAMES) {
            String file = System.mapLibraryName(name);
            try (InputStream library =
                    OrtEnvironment.class.getResourceAsStream("/ai/onnxruntime/native/" + platform() + "/" + file)) {
                if (library != null) {
                    Path part = folder.resolve(file + ".part");
                    Files.copy(library, part, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(
                            part,
                            folder.resolve(file),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                    count++;
                }
            }
        }
        return count;
    }

    /// As ONNX Runtime names its folders.
    private static String platform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String family = system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux";
        return family + "-" + (machine.startsWith("aarch") || machine.startsWith("arm") ? "aarch64" : "x64");
    }
}
