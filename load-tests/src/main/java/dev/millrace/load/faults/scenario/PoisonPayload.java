package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// a payload that kills every worker that touches it, among calls that are well.
final class PoisonPayload implements Scenario {
    private static final long KILLS_THE_WORKER = 400_000_000L;
    private static final int NEIGHBOURS = 40;

    @Override
    public String id() {
        return "R-27";
    }

    @Override
    public String title() {
        return "a payload that kills every worker, with neighbours";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        try (var stretch = StretchEndpoint.deploy(stage)) {
            List<String> neighbours = new ArrayList<>();
            for (int n = 0; n < NEIGHBOURS / 2; n++) {
                neighbours.add(stretch.call("before-" + n, 3));
            }
            String poison = stretch.call("poison", KILLS_THE_WORKER);
            for (int n = 0; n < NEIGHBOURS / 2; n++) {
                neighbours.add(stretch.call("after-" + n, 3));
            }
            JsonNode end = stretch.end(poison);
            stage.expect(end.path("status").asString("").equals("Failed"), "the poison fails: " + end);
            stage.expect(!end.path("failureMessage").asString("").isEmpty(), "it says why: " + end);
            for (String id : neighbours) {
                JsonNode status = stretch.end(id);
                stage.expect(
                        status.path("status").asString("").equals("Completed"), "a neighbour completes: " + status);
            }
        }
        stage.load(20, 20).await();
    }
}
