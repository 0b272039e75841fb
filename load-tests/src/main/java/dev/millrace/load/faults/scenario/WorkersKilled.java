package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Load;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.ProcessTree;
import dev.millrace.load.harness.Wait;
import java.time.Duration;
import java.util.List;

/// one of three workers is killed, again and again, while calls run.
final class WorkersKilled implements Scenario {
    private static final Duration BETWEEN = Duration.ofMillis(1_500);
    private static final double CALLS_PER_SECOND = 60;

    @Override
    public String id() {
        return "R-01";
    }

    @Override
    public String title() {
        return "kill -9 of a worker with calls running, many times";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(3);
        int kills = stage.profile().kills();
        Load load = stage.load((int) (kills * BETWEEN.toMillis() / 1000.0 * CALLS_PER_SECOND), CALLS_PER_SECOND);
        for (int kill = 0; kill < kills; kill++) {
            Wait.pause(BETWEEN);
            Wait.until(
                    "a worker to kill",
                    Duration.ofSeconds(30),
                    () -> !stage.cluster().workers().isEmpty());
            List<ProcessHandle> workers = stage.cluster().workers();
            ProcessTree.kill(workers.get(stage.random().nextInt(workers.size())));
        }
        load.await();
    }
}
