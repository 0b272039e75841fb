package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Load;
import dev.millrace.load.faults.Profile;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Wait;
import java.time.Duration;

/// the broker is restarted under load, in order and by `kill -9`.
final class BrokerRestarted implements Scenario {
    private static final Duration BETWEEN = Duration.ofSeconds(5);

    @Override
    public String id() {
        return "R-09";
    }

    @Override
    public String title() {
        return "the broker restarted, in order and by kill -9";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(2);
        int times = stage.profile() == Profile.SHORT ? 1 : 5;
        Load load = stage.load(times * 400, 20);
        for (int time = 0; time < times; time++) {
            Wait.pause(BETWEEN);
            stage.cluster().broker().stop();
            stage.cluster().broker().start();
            Wait.pause(BETWEEN);
            stage.cluster().broker().kill();
            stage.cluster().broker().start();
        }
        load.await();
    }
}
