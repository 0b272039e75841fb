package dev.millrace.load.harness;

import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import dev.millrace.testkit.Ports;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One of Millrace's processes with a management port, started, stopped and killed on the same settings. Used
/// by one
/// thread.
public final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(40);

    private final String name;
    private final JavaCommand command;
    private final Path log;
    private final URI ready;
    private @Nullable JavaProcess process;

    /// @param command without settings
    /// @param settings as environment variables
    /// @param logs the folder of its log, which grows over restarts
    public ServerProcess(String name, JavaCommand command, Map<String, String> settings, Path logs) {
        int port = Ports.free();
        var environment = new HashMap<>(command.environment());
        environment.putAll(settings);
        environment.put("MILLRACE_MANAGEMENT_PORT", Integer.toString(port));
        this.name = name;
        var arguments = new ArrayList<>(command.arguments());
        arguments.add("--watch-parent");
        this.command = command.withEnvironment(environment).withArguments(arguments.toArray(String[]::new));
        this.log = logs.resolve(name + ".log");
        this.ready = URI.create("http://127.0.0.1:" + port + "/health/ready");
    }

    /// Starts the process and returns at once.
    public void launch() {
        try {
            var out = new PrintStream(
                    Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                    true,
                    StandardCharsets.UTF_8);
            process = JavaProcess.start(name, command, out::println, out::println);
        } catch (IOException e) {
            throw new UncheckedIOException("no log for " + name, e);
        }
    }

    public void awaitReady() throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            Wait.until(name + " ready (log: " + log + ")", START, () -> {
                return !isAlive()
                        || http.send(
                                                HttpRequest.newBuilder(ready)
                                                        .timeout(Duration.ofSeconds(3))
                                                        .build(),
                                                BodyHandlers.discarding())
                                        .statusCode()
                                == 200;
            });
        }
        if (!isAlive()) {
            throw new IllegalStateException(name + " has ended (log: " + log + ")");
        }
    }

    public void start() throws InterruptedException {
        launch();
        awaitReady();
    }

    public Optional<Long> pid() {
        return Optional.ofNullable(process).filter(JavaProcess::isAlive).map(JavaProcess::pid);
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /// Kills it as a lack of memory would.
    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    public void stop() {
        if (process != null) {
            process.stop(STOP);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.stop(Duration.ofSeconds(2));
        }
    }
}
