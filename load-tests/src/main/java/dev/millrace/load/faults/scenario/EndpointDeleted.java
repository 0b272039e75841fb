package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import java.time.Duration;

/// the endpoint is deleted with a thousand calls waiting; each ends, done or with a failure that says so.
final class EndpointDeleted implements Scenario {
    @Override
    public String id() {
        return "R-34b";
    }

    @Override
    public String title() {
        return "DeleteEndpoint with 1,000 calls waiting";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        var backlog = new Backlog(stage);
        backlog.queue(1_000);
        stage.remove(stage.endpoint());
        backlog.release();
        stage.waitAtMost(Duration.ofSeconds(90));
    }
}
