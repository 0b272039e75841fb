package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Load;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.ProcessTree;
import dev.millrace.load.harness.Wait;
import java.time.Duration;
import java.util.List;

/// the worker host and all its workers are killed and come back later; the queue holds what came
/// meanwhile.
final class AllWorkersGone implements Scenario {
    @Override
    public String id() {
        return "R-03";
    }

    @Override
    public String title() {
        return "kill -9 of the host and all workers, back later";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(2);
        double perSecond = 40;
        Duration away = stage.profile().outage();
        Load load = stage.load((int) ((away.toSeconds() + 4) * perSecond), perSecond);
        Wait.pause(Duration.ofSeconds(2));
        List<ProcessHandle> workers = stage.cluster().workers();
        stage.cluster().host().kill();
        workers.forEach(ProcessTree::kill);
        Wait.pause(away);
        stage.expect(stage.cluster().workers().isEmpty(), "no worker outlives its host");
        stage.cluster().host().start();
        load.await();
    }
}
