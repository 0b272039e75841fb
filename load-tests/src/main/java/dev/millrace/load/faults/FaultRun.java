package dev.millrace.load.faults;

import dev.millrace.load.harness.Cluster;
import dev.millrace.load.history.HistoryReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/// Runs scenarios one after the other on one system, which is mended after each and made anew when that does
/// not help.
public final class FaultRun implements AutoCloseable {
    /// Webhooks may reach one loopback address, the sink's, and no other; retries come soon.
    private static final Map<String, String> SETTINGS = Map.of(
            "MILLRACE_NOTIFIER_ALLOWED_NETWORKS", "127.0.0.1/32",
            "MILLRACE_NOTIFIER_RETRY_BASE", "PT1S",
            "MILLRACE_HOST_MAX_WORKERS", "8");

    private final Path folder;
    private final Profile profile;
    private final long seed;
    private final Consumer<String> out;
    private @Nullable Cluster cluster;
    private int clusters;

    /// @param folder for data, logs and histories; kept
    /// @param out takes one line per scenario
    public FaultRun(Path folder, Profile profile, long seed, Consumer<String> out) {
        this.folder = folder;
        this.profile = profile;
        this.seed = seed;
        this.out = out;
    }

    public List<ScenarioResult> run(List<Scenario> scenarios) throws IOException, InterruptedException {
        out.accept(FaultReport.head());
        var results = new ArrayList<ScenarioResult>();
        for (Scenario scenario : scenarios) {
            results.add(run(scenario));
        }
        return results;
    }

    public ScenarioResult run(Scenario scenario) throws IOException, InterruptedException {
        ScenarioResult result = run(scenario, system());
        out.accept(FaultReport.line(result));
        return result;
    }

    private ScenarioResult run(Scenario scenario, Cluster system) throws InterruptedException {
        long start = System.nanoTime();
        String name = scenario.id().toLowerCase(Locale.ROOT) + "-" + Long.toString(seed, Character.MAX_RADIX);
        var problems = new ArrayList<String>();
        HistoryReport report = null;
        try (var stage = new Stage(
                system,
                profile,
                RandomGeneratorFactory.getDefault().create(seed ^ scenario.id().hashCode()),
                name,
                folder.resolve("histories").resolve(name + ".jsonl"))) {
            try {
                scenario.run(stage);
            } catch (IOException | RuntimeException e) {
                problems.add("broke off: " + e + (e.getCause() == null ? "" : " (" + e.getCause() + ")"));
            }
            system.heal();
            report = stage.verify();
            problems.addAll(stage.problems());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            problems.add("could not be judged: " + e + (e.getCause() == null ? "" : " (" + e.getCause() + ")"));
            drop();
        }
        return new ScenarioResult(
                scenario.id(), scenario.title(), report, problems, Duration.ofNanos(System.nanoTime() - start));
    }

    private Cluster system() throws IOException, InterruptedException {
        if (cluster == null) {
            clusters++;
            cluster = new Cluster(folder.resolve("system-" + clusters), SETTINGS);
        }
        return cluster;
    }

    /// Stops the system.
    @Override
    public void close() {
        drop();
    }

    private void drop() {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }
}
