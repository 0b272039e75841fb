package dev.millrace.embedded.store;

import dev.millrace.runtime.ParentWatch;
import dev.millrace.runtime.Secret;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Runs the store alone: `--data DIR [--port N] [--full-percent N] [--idle-upload-seconds N]`.
///
/// Credentials come from the environment. Prints one line of JSON when it answers, and stops at the end of
/// its standard input or on SIGTERM.
public final class EmbeddedStoreMain {
    public static final String ACCESS_KEY = "MILLRACE_STORE_ACCESS_KEY";
    public static final String SECRET_KEY = "MILLRACE_STORE_SECRET_KEY";

    private static final Set<String> OPTIONS = Set.of("--data", "--port", "--full-percent", "--idle-upload-seconds");

    private EmbeddedStoreMain() {}

    public static void main(String[] arguments) {
        EmbeddedStore store;
        try {
            store = new EmbeddedStore(config(arguments, System.getenv()));
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("embedded-store: " + e.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(store::close, "stop"));
        out().println("{\"ready\":true,\"endpoint\":\"" + store.endpoint() + "\"}");
        ParentWatch.start(_ -> {}, () -> System.exit(0));
    }

    static EmbeddedStoreConfig config(String[] arguments, Map<String, String> environment) {
        var options = new HashMap<String, String>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!OPTIONS.contains(arguments[i]) || i + 1 == arguments.length) {
                throw new IllegalArgumentException(
                        arguments[i] + ": unknown, or without a value (expected: " + OPTIONS + ")");
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        String data = options.get("--data");
        if (data == null) {
            throw new IllegalArgumentException("--data: missing");
        }
        return new EmbeddedStoreConfig(
                Path.of(data),
                number(options, "--port", 0),
                required(environment, ACCESS_KEY),
                new Secret(required(environment, SECRET_KEY)),
                number(options, "--full-percent", EmbeddedStoreConfig.DEFAULT_FULL_PERCENT),
                Duration.ofSeconds(number(
                        options, "--idle-upload-seconds", (int) EmbeddedStoreConfig.DEFAULT_IDLE_UPLOAD.toSeconds())),
                EmbeddedStoreConfig.DEFAULT_MAX_REQUESTS);
    }

    private static int number(Map<String, String> options, String name, int byDefault) {
        String text = options.get(name);
        try {
            return text == null ? byDefault : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": " + text + " (expected: a number)", e);
        }
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + ": not set");
        }
        return value;
    }

    private static PrintStream out() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }
}
