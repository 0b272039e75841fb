package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Load;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.testkit.TestModel;
import java.time.Duration;
import java.util.Map;

/// the endpoint is updated with a thousand calls waiting and some running; none is refused or lost.
final class EndpointUpdated implements Scenario {
    @Override
    public String id() {
        return "R-34a";
    }

    @Override
    public String title() {
        return "UpdateEndpoint with 1,000 calls waiting";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        String next = stage.endpoint() + "-next";
        stage.config(next, TestModel.DIGITS.model(), 1);
        var backlog = new Backlog(stage);
        backlog.queue(1_000);
        Load during = stage.load(200, 40);
        stage.cluster()
                .api()
                .sageMaker("UpdateEndpoint", Map.of("EndpointName", stage.endpoint(), "EndpointConfigName", next));
        backlog.release();
        stage.cluster().api().awaitInService(stage.endpoint(), Duration.ofSeconds(60));
        during.await();
        stage.expect(!backlog.isAnyRefused(), "no call is refused while the endpoint is updated");
    }
}
