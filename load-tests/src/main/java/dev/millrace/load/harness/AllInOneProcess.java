package dev.millrace.load.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `./millrace up` on a data folder, as a user starts it. Used by one thread.
public final class AllInOneProcess implements AutoCloseable {
    private static final Pattern LINE = Pattern.compile("export ([A-Z0-9_]+)='(.*)'");
    private static final Duration STOP = Duration.ofSeconds(20);

    private final Path data;
    private final Path log;
    private final List<String> options;
    private @Nullable Process process;

    /// How a command of the launcher ended.
    public record Finished(int status, String output) {}

    /// @param data kept when the all-in-one ends
    /// @param options further ones of `up`
    public AllInOneProcess(Path data, String... options) {
        this.data = data;
        this.options = List.of(options);
        this.log = data.resolveSibling(data.getFileName() + "-up.log");
    }

    /// Starts it and waits until it is ready.
    ///
    /// @return what `./millrace env` printed
    public Map<String, String> start() throws IOException, InterruptedException {
        launch();
        return environment(Duration.ofSeconds(90));
    }

    /// Starts it and returns at once.
    public void launch() throws IOException {
        var line = new ArrayList<>(
                List.of(Packaged.launcher().toString(), "up", "--free-ports", "--data", data.toString()));
        line.addAll(options);
        process = command(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /// What `./millrace env` prints once the all-in-one is ready.
    ///
    /// @throws IllegalStateException with its own words when it is not ready in time
    public Map<String, String> environment(Duration patience) throws IOException, InterruptedException {
        Finished env =
                run("env", "--data", data.toString(), "--timeout", Long.toString(Math.max(1, patience.toSeconds())));
        if (env.status() != 0) {
            throw new IllegalStateException("not ready: " + env.output() + "\n" + said());
        }
        var variables = new HashMap<String, String>();
        env.output().lines().forEach(text -> {
            Matcher matcher = LINE.matcher(text);
            if (matcher.matches()) {
                variables.put(matcher.group(1), matcher.group(2).replace("'\\''", "'"));
            }
        });
        return variables;
    }

    /// Runs a command of the launcher to its end.
    public static Finished run(String... arguments) throws IOException, InterruptedException {
        return runAs(Map.of(), arguments);
    }

    /// The same with variables of the environment, such as those of [#environment].
    public static Finished runAs(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of(Packaged.launcher().toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder command = command(line).redirectErrorStream(true);
        command.environment().putAll(environment);
        Process process = command.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Finished(process.waitFor(), output);
    }

    private static ProcessBuilder command(List<String> line) {
        var builder = new ProcessBuilder(line);
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_") || name.startsWith("AWS_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    /// The supervisor, which the launcher becomes.
    public ProcessHandle handle() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process.toHandle();
    }

    /// Sends it a signal, such as `INT` for Ctrl-C.
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(handle().pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /// What it printed so far, over all its starts.
    public String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException("no log", e);
        }
    }

    /// Waits for its end.
    ///
    /// @return whether it has ended
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return process == null || process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    public int exitStatus() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process.exitValue();
    }

    /// What its administrator calls with.
    public static String token(Map<String, String> environment) {
        return environment.getOrDefault("MILLRACE_TOKEN", "");
    }

    /// Where its API listens.
    public static URI api(Map<String, String> environment) {
        return URI.create(environment.getOrDefault("AWS_ENDPOINT_URL", ""));
    }

    /// Asks it to stop, and kills it and what it started when it does not.
    @Override
    public void close() {
        if (process == null || !process.isAlive()) {
            return;
        }
        List<ProcessHandle> below = ProcessTree.descendants(process.pid());
        process.destroy();
        try {
            if (!awaitEnd(STOP)) {
                process.destroyForcibly();
            }
            ProcessTree.awaitGone(below, Duration.ofSeconds(5)).forEach(ProcessTree::kill);
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
