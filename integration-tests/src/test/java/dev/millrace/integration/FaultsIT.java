package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.load.faults.FaultReport;
import dev.millrace.load.faults.FaultRun;
import dev.millrace.load.faults.Profile;
import dev.millrace.load.faults.ScenarioResult;
import dev.millrace.load.faults.scenario.Scenarios;
import dev.millrace.testkit.Modules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short profile of `./millrace faults`; its page is left in `target/faults.md`.
class FaultsIT {
    private static final long SEED = 1;

    @Test
    void losesNothing(@TempDir Path folder) throws Exception {
        List<ScenarioResult> results =
                new FaultRun(folder, Profile.SHORT, SEED, System.out::println).run(Scenarios.all());

        Files.writeString(
                Modules.root().resolve("integration-tests/target/faults.md"),
                FaultReport.page(results, Profile.SHORT, SEED));
        assertThat(results).filteredOn(result -> !result.isGood()).isEmpty();
    }
}
