package dev.millrace.runtime;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The `main` of a process of its own: settings, start, and stop on SIGTERM.
///
/// Its arguments are `--config FILE`, `--help`, and `--watch-parent` for a child that ends when its standard
/// input does.
///
/// @param name of the process, as its module is called
/// @param configure reads every setting of the process; must not do anything else, as `--help` calls it too
/// @param start starts the parts in their order
/// @param <C> the process's configuration
public record ProcessMain<C>(String name, Function<Settings, C> configure, Starter<C> start) {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProcessMain.class);

    /// Exit status for a bad command line or bad settings.
    public static final int BAD_SETTINGS = 2;
    /// Exit status for a process that did not start.
    public static final int NOT_STARTED = 1;

    /// Starts the parts of a process.
    @FunctionalInterface
    public interface Starter<C> {
        /// @param parts stops in reverse what was started through it
        void start(C config, Lifecycle parts) throws Exception;
    }

    private record Line(@Nullable Path config, boolean watchParent) {
        static Line parse(String... arguments) {
            Path config = null;
            boolean watchParent = false;
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i].equals("--watch-parent")) {
                    watchParent = true;
                } else if (arguments[i].equals("--config") && i + 1 < arguments.length) {
                    i++;
                    config = Path.of(arguments[i]);
                } else {
                    throw new IllegalArgumentException(
                            arguments[i] + ": not understood; usage: [--config FILE] [--watch-parent] or --help");
                }
            }
            return new Line(config, watchParent);
        }
    }

    /// Runs until the JVM is told to stop; the exit status says how it went.
    public void run(String... arguments) {
        int status = run(System.getenv(), System.out, System.err, arguments);
        if (status != 0) {
            Runtime.getRuntime().exit(status);
        }
    }

    int run(Map<String, String> environment, PrintStream out, PrintStream err, String... arguments) {
        try {
            if (arguments.length == 1 && arguments[0].equals("--help")) {
                out.println(help());
                return 0;
            }
            var line = Line.parse(arguments);
            var settings = new Settings(line.config() == null ? Map.of() : read(line.config()), environment);
            C config = configure.apply(settings);
            settings.finish();
            if (line.watchParent()) {
                ParentWatch.start(_ -> {}, () -> Runtime.getRuntime().exit(0));
            }
            return start(config, settings, err);
        } catch (IllegalArgumentException e) {
            err.println(name + ": " + e.getMessage());
            return BAD_SETTINGS;
        }
    }

    private int start(C config, Settings settings, PrintStream err) {
        var parts = new Lifecycle();
        try {
            LOGGER.atInfo()
                    .addKeyValue("process", name)
                    .addKeyValue("settings", new TreeMap<>(settings.effective()))
                    .log("starting with these settings");
            start.start(config, parts);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            parts.close();
            LOGGER.atError().addKeyValue("process", name).setCause(e).log("the process did not start");
            err.println(name + ": " + e.getMessage());
            return NOT_STARTED;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(parts::close, name + "-stop"));
        LOGGER.atInfo().addKeyValue("process", name).log("started");
        return awaitStop();
    }

    // The shutdown hook runs while this thread still waits; nothing ever wakes it.
    private static int awaitStop() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static Map<String, String> read(Path path) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new IllegalArgumentException("--config: " + path + " cannot be read (" + e + ")", e);
        }
        var settings = new HashMap<String, String>();
        properties.forEach((key, value) -> settings.put(key.toString(), value.toString()));
        return settings;
    }

    private String help() {
        var settings = new Settings(Map.of(), Map.of());
        Optional<String> needed = Optional.empty();
        try {
            C _ = configure.apply(settings);
        } catch (IllegalArgumentException e) {
            needed = Optional.of("\nWithout more settings: " + e.getMessage());
        }
        var text = new StringBuilder("Usage: " + name + " [--config FILE] [--watch-parent]\n\n"
                + "FILE holds `key=value` lines; an environment variable (named below) wins over it.\n\n"
                + "Setting = default\n");
        new TreeMap<>(settings.effective())
                .forEach((key, value) -> text.append("  ")
                        .append(key)
                        .append(" = ")
                        .append(value)
                        .append("   (")
                        .append(Settings.environmentName(key))
                        .append(")\n"));
        return text.append(needed.orElse("")).toString();
    }
}
