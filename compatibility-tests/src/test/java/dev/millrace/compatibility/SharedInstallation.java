package dev.millrace.compatibility;

import dev.millrace.load.harness.AllInOneProcess;
import dev.millrace.testkit.ScratchFolder;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One all-in-one for all tests of this JVM, started at the first use and closed with the JVM.
///
/// Tests keep apart by the names of what they make.
final class SharedInstallation {
    private static @Nullable Map<String, String> environment;

    private SharedInstallation() {}

    /// What `./millrace env` prints.
    static synchronized Map<String, String> environment() throws IOException, InterruptedException {
        if (environment == null) {
            environment = start();
        }
        return environment;
    }

    /// @return never empty
    static String variable(String name) throws IOException, InterruptedException {
        String value = environment().get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException("./millrace env prints no " + name);
        }
        return value;
    }

    private static Map<String, String> start() throws IOException, InterruptedException {
        var folder = new ScratchFolder("compatibility");
        // Receivers of notifications listen here.
        var up = new AllInOneProcess(folder.path().resolve("data"), "--allow-network", "127.0.0.0/8");
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            up.close();
                            folder.close();
                        },
                        "all-in-one-close"));
        return up.start();
    }
}
