package dev.millrace.load.faults;

import dev.millrace.load.faults.scenario.Scenarios;
import dev.millrace.testkit.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `millrace faults`: breaks a system of real processes in every way that must lose nothing.
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description = {
            "Breaks a running system of real processes while a client keeps calling, and reports what was lost.",
            "Exit status 0 only if nothing was lost or done twice."
        })
public final class FaultsMain implements Callable<Integer> {
    @Option(
            names = "--only",
            paramLabel = "ROW",
            split = ",",
            description = "rows of the table of faults to run, such as R-01,R-09 (default: all)")
    private String[] only = {};

    @Option(names = "--short", description = "fewer kills and shorter outages")
    private boolean isShort;

    @Option(names = "--seed", paramLabel = "N", description = "of what is left to chance (default: the time)")
    private long seed = System.currentTimeMillis() % 100_000;

    @Option(names = "--report", paramLabel = "FILE", description = "write the table as a page of documentation")
    private @Nullable Path report;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "keep data, logs and histories there (default: nowhere)")
    private @Nullable Path data;

    private FaultsMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FaultsMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Profile profile = isShort ? Profile.SHORT : Profile.FULL;
        System.out.println("Profile " + profile.name().toLowerCase(Locale.ROOT) + ", seed " + seed);
        List<ScenarioResult> results;
        if (data == null) {
            try (var scratch = new ScratchFolder("faults")) {
                results = run(scratch.path(), profile);
            }
        } else {
            results = run(data, profile);
        }
        if (report != null) {
            Files.writeString(report, FaultReport.page(results, profile, seed));
        }
        return results.stream().allMatch(ScenarioResult::isGood) ? 0 : 1;
    }

    private List<ScenarioResult> run(Path folder, Profile profile) throws IOException, InterruptedException {
        try (var run = new FaultRun(folder, profile, seed, FaultsMain::print)) {
            return run.run(chosen());
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }

    private List<Scenario> chosen() {
        List<Scenario> all = Scenarios.all();
        List<Scenario> chosen = all.stream()
                .filter(scenario -> only.length == 0 || Stream.of(only).anyMatch(row -> isNamed(scenario, row)))
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("--only: " + List.of(only) + " (expected: some of "
                    + all.stream().map(Scenario::id).toList() + ")");
        }
        return chosen;
    }

    private static boolean isNamed(Scenario scenario, String row) {
        return scenario.id().toUpperCase(Locale.ROOT).startsWith(row.strip().toUpperCase(Locale.ROOT));
    }
}
