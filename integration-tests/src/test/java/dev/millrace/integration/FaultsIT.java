package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.load.faults.FaultReport;
import dev.millrace.load.faults.FaultRun;
import dev.millrace.load.faults.Profile;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.ScenarioResult;
import dev.millrace.load.faults.scenario.Scenarios;
import dev.millrace.testkit.Modules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The short profile of `./millrace faults`, a test for each row; its page is left in `target/faults.md`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {
    private static final long SEED = 1;

    private final List<ScenarioResult> results = new ArrayList<>();
    private FaultRun run;

    @BeforeAll
    void start(@TempDir Path folder) {
        run = new FaultRun(folder, Profile.SHORT, SEED, System.out::println);
    }

    @AfterAll
    void stop() throws IOException {
        run.close();
        Files.writeString(
                Modules.root().resolve("integration-tests/target/faults.md"),
                FaultReport.page(results, Profile.SHORT, SEED));
    }

    static List<Arguments> losesNothing() {
        return Scenarios.all().stream()
                .map(scenario -> Arguments.of(Named.of(scenario.id(), scenario)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource
    void losesNothing(Scenario scenario) throws IOException, InterruptedException {
        ScenarioResult result = run.run(scenario);

        results.add(result);
        assertThat(result).matches(ScenarioResult::isGood, "nothing lost, nothing done twice, every claim held");
    }
}
