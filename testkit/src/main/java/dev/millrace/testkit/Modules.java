package dev.millrace.testkit;

import dev.millrace.runtime.JavaCommand;
import java.nio.file.Files;
import java.nio.file.Path;

/// The repository that is being tested, as its build left it.
public final class Modules {
    private Modules() {}

    /// The root folder: the system property `millrace.root`, or the nearest folder above with a `testkit` in
    /// it.
    public static Path root() {
        String set = System.getProperty("millrace.root");
        if (set != null) {
            return Path.of(set);
        }
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("testkit"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("millrace.root is not set and no folder above has a testkit");
            }
        }
        return folder;
    }

    /// How to start a module's process, with the class path and the flags of its build.
    public static JavaCommand command(String module, String mainClass) {
        return JavaCommand.ofModule(root(), module, mainClass);
    }
}
