package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.load.faults.FaultRun;
import dev.millrace.load.faults.Profile;
import dev.millrace.load.faults.ScenarioResult;
import dev.millrace.load.faults.scenario.Scenarios;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short profile of `./millrace faults`.
class FaultsIT {
    private static final long SEED = 1;

    @Test
    void losesNothing(@TempDir Path folder) throws Exception {
        List<ScenarioResult> results =
                new FaultRun(folder, Profile.SHORT, SEED, System.out::println).run(Scenarios.all());

        assertThat(results).filteredOn(result -> !result.isGood()).isEmpty();
    }
}
